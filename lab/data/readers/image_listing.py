"""Which files of a folder are images of which class, which of them are for testing, and what was passed over.

A folder has one sub-folder for each class. Those may lie in `train` and `test` (and `validation`) folders, which are
kept as the split, and all of it in one wrapping folder; or in folders that group them, which are passed over.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lab.data.errors import quoted
from lab.data.readers.open_file import unreadable

SUFFIXES = (".png", ".jpg", ".jpeg", ".jfif", ".bmp", ".gif", ".webp", ".tif", ".tiff")
_PARTS: Mapping[str, int] = {
    **dict.fromkeys(("train", "training"), 0),
    **dict.fromkeys(("validation", "valid", "val", "dev"), 1),
    **dict.fromkeys(("test", "testing"), 2),
}
_MOST_NAMED = 3


@dataclass(frozen=True)
class ImageListing:
    """The images of each class in order, the part of each image (0 train, 1 validation, 2 test; none: no split).

    `root` is the folder that has them; `notes` say what was entered, kept and passed over.
    """

    root: Path
    by_class: dict[str, list[Path]]
    parts: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def listed(path: Path) -> ImageListing:
    """Return the images of a folder without opening one; classes without images are left out.

    Links are followed, but nothing is listed deeper than three levels, so that links in a circle do no harm.
    Raises DataError where a folder cannot be listed.
    """
    root, notes = path, []
    by_class, others = _classes_in(path)
    if not by_class:
        inside = names_in(path, folders=True)
        if len(inside) == 1 and not _part_folders(path):
            root = path / inside[0]
            by_class, others = _classes_in(root)
            if by_class or _part_folders(root):
                notes.append(f"The folder {quoted(inside[0])} in {quoted(path.name)} is read.")
    if not by_class and (folders := _part_folders(root)):
        return _split(root, folders, notes)
    if not by_class:
        by_class, others = _classes_in_groups(root, notes)
    return ImageListing(root, by_class, (), (*notes, *_passed(others)))


def listed_without_classes(path: Path) -> list[Path]:
    """Return the images to predict on: one file, those of a flat folder, or those of its folders."""
    if os.path.isfile(path):
        return [path]
    flat = [path / name for name in names_in(path, folders=False) if name.lower().endswith(SUFFIXES)]
    return flat or [file for its_files in listed(path).by_class.values() for file in its_files]


def _split(root: Path, folders: Mapping[str, int], notes: list[str]) -> ImageListing:
    """Return the images of the folders of a split, class by class."""
    found: dict[str, list[tuple[Path, int]]] = {}
    others: list[str] = []
    for folder, part in folders.items():
        by_class, beside = _classes_in(root / folder)
        others += [f"{folder}/{name}" for name in beside]
        for name, files in by_class.items():
            found.setdefault(name, []).extend((file, part) for file in files)
    names = sorted(found)
    dealt = [part for name in names for _, part in found[name]]
    counts = ", ".join(f"{dealt.count(part):,} in {folder}" for folder, part in folders.items())
    kept = f"Its folders are kept as the split: {counts}."
    by_class = {name: [file for file, _ in found[name]] for name in names}
    return ImageListing(root, by_class, tuple(dealt), (*notes, kept, *_passed(others)))


def _classes_in_groups(root: Path, notes: list[str]) -> tuple[dict[str, list[Path]], list[str]]:
    """Return the images of the folders two levels down, those of one name together, and what is passed over."""
    found: dict[str, list[Path]] = {}
    others = names_in(root, folders=False)
    groups = []
    for group in names_in(root, folders=True):
        by_class, beside = _classes_in(root / group)
        others += [f"{group}/{name}" for name in beside]
        groups += [group] if by_class else []
        for name, files in by_class.items():
            found.setdefault(name, []).extend(files)
    if found:
        shown = ", ".join(map(quoted, groups[:_MOST_NAMED])) + ", …" * (len(groups) > _MOST_NAMED)
        notes.append(f"The classes are the folders two levels down; those above them, {shown}, tell nothing.")
    return {name: found[name] for name in sorted(found)}, others


def _part_folders(root: Path) -> dict[str, int]:
    """Return the folders of a split, with the part that each is; none unless there are those of train and test."""
    inside = {name: _PARTS[name.lower()] for name in names_in(root, folders=True) if name.lower() in _PARTS}
    has_both = 0 in inside.values() and len(set(inside.values())) > 1
    return inside if has_both and all(_classes_in(root / name)[0] for name in inside) else {}


def _classes_in(root: Path) -> tuple[dict[str, list[Path]], list[str]]:
    """Return the images of each sub-folder that has some, and the names of what is passed over."""
    by_class: dict[str, list[Path]] = {}
    others = names_in(root, folders=False)
    for folder in names_in(root, folders=True):
        names = names_in(root / folder, folders=False)
        images = [name for name in names if name.lower().endswith(SUFFIXES)]
        others += [f"{folder}/{name}" for name in names if not name.lower().endswith(SUFFIXES)]
        if images:
            by_class[folder] = [root / folder / name for name in images]
        else:
            others.append(f"{folder}/")
    return by_class, others


def _passed(others: list[str]) -> list[str]:
    if not others:
        return []
    shown = ", ".join(quoted(name.encode(errors="replace").decode()) for name in others[:_MOST_NAMED])
    return [f"{len(others):,} files and folders without images are passed over: {shown}{', …' * (len(others) > 3)}."]


def names_in(path: Path, folders: bool) -> list[str]:
    """List the sub-folders of a folder, or all else in it, by name and without what is hidden."""
    try:
        with os.scandir(path) as entries:
            seen = (entry for entry in entries if not entry.name.startswith("."))
            return sorted(entry.name for entry in seen if _is_folder(entry) == folders)
    except OSError as error:
        raise unreadable(path, error, "folder") from error


def _is_folder(entry: os.DirEntry[str]) -> bool:
    # Asked of a link that leads to itself, is_dir() raises and isdir() does not.
    return os.path.isdir(entry) if entry.is_symlink() else entry.is_dir()

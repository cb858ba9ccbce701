"""A folder of images as rows of pixels: each sub-folder is a class, and its name is the class's name."""

import math
import os
import re
import struct
import warnings
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lab.data.arrays import Arrays, pixel_names
from lab.data.errors import DataError, quoted
from lab.data.readers.open_file import opened

if TYPE_CHECKING:
    from PIL import Image

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp")
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP")
_KINDS = "PNG, JPEG, BMP, GIF or WebP"
_MOST_CLASSES = 1_000
_MOST_BYTES = 2_000_000_000
_MOST_PIXELS = 100_000_000
# Every pixel is an input with a name and a row of weights, so a side is bounded even where there are few images.
_LONGEST_SIDE = 512
_USUAL_SIDE = 64
_LOOKED_AT = 100
_ORIENTATION = 0x0112
_IMAGE = re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0\0\0\0|RIFF.{4}WEBP", re.DOTALL)
_REDUCING_GAP = 3.0
# What Pillow's decoders, some of them plain Python, may raise over bytes that are not a valid image.
_DECODER_FAULTS = (
    OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, AttributeError, ArithmeticError,
    RuntimeError, AssertionError, struct.error, zlib.error,
)  # fmt: skip


def is_folder(path: Path, head: bytes) -> bool:
    """Tell a folder, which has no first bytes."""
    return os.path.isdir(path)


def is_image(head: bytes) -> bool:
    """Tell a single image of a kind that a folder of images may hold."""
    return _IMAGE.match(head) is not None


def read_image_folder(
    path: Path,
    image_size: tuple[int, int] | None = None,
    colour: bool = False,
    on_progress: Callable[[float], None] = lambda _: None,
) -> Arrays:
    """Read the images of every sub-folder as uint8 rows of h·w grey values, or h·w·3 of red, green and blue.

    `image_size` is (h, w); None is the most common size of the first images, scaled to at most 64 a side. An image
    of another shape loses what sticks out on two sides of its middle (centre crop), and is then resampled
    (Lanczos). Transparent pixels are seen on white, EXIF orientation is followed, and of an animation the first
    frame is taken. Classes and files are sorted by name; hidden ones, other files and sub-folders without images
    are passed over. Raises DataError where a folder or an image cannot be read, there are fewer than 2 classes or
    more than 1,000, an image has more than 100 million pixels, or all of them would fill more than 2 GB.
    """
    folder = Path(os.path.abspath(path))
    by_class = image_files(folder)
    _check_classes(folder, by_class)
    files = [file for its_files in by_class.values() for file in its_files]
    with warnings.catch_warnings():
        # Pillow warns of large images and odd headers; what matters of it is refused here.
        warnings.simplefilter("ignore")
        size = _usual_size(files) if image_size is None else image_size
        shape = (*size, 3) if colour else size
        _check_size(folder, len(files), shape)
        x = np.empty((len(files), math.prod(shape)), np.uint8)
        for row, file in enumerate(files):
            x[row] = _pixels(file, size, "RGB" if colour else "L").reshape(-1)
            on_progress((row + 1) / len(files))
    y = np.repeat(np.arange(len(by_class)), [len(its_files) for its_files in by_class.values()])
    names = tuple(map(_as_text, by_class))
    row_files = tuple(
        f"{name}/{_as_text(file.name)}" for name, its in zip(names, by_class.values(), strict=True) for file in its
    )
    return Arrays(path, x, y, names, pixel_names(shape), shape, pixel_max=255, row_files=row_files)


def _as_text(name: str) -> str:
    """Return a name from a disk without bytes that are no text, which could be written to no file."""
    return name.encode(errors="replace").decode()


def image_files(path: Path) -> dict[str, list[Path]]:
    """Return the image files of each class in order, without opening one; classes without images are left out.

    A link is followed, but nothing is listed deeper than one level, so that links in a circle do no harm.
    Raises DataError where a folder cannot be listed.
    """
    by_class = {}
    for folder in _names(path, folders=True):
        names = _names(path / folder, folders=False)
        files = [path / folder / name for name in names if name.lower().endswith(SUFFIXES)]
        if files:
            by_class[folder] = files
    return by_class


def _names(path: Path, folders: bool) -> list[str]:
    """List the sub-folders of a folder, or all else in it, by name and without what is hidden."""
    try:
        with os.scandir(path) as entries:
            seen = (entry for entry in entries if not entry.name.startswith("."))
            return sorted(entry.name for entry in seen if _is_folder(entry) == folders)
    except FileNotFoundError as error:
        raise DataError(f"{path} does not exist; check the name, or choose the folder again.") from error
    except PermissionError as error:
        raise DataError(
            f"{path} cannot be opened: you are not permitted to read it; change its permissions, or choose a copy."
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError(f"{path} cannot be read ({reason}); choose a folder that can.") from error


def _is_folder(entry: os.DirEntry[str]) -> bool:
    # Asked of a link that leads to itself, is_dir() raises and isdir() does not.
    return os.path.isdir(entry) if entry.is_symlink() else entry.is_dir()


def _check_classes(path: Path, by_class: Mapping[str, list[Path]]) -> None:
    if not by_class:
        raise DataError(
            f"{path.name} has no sub-folder with images ({_KINDS}); make a sub-folder for each class and put "
            "the images of the class into it."
        )
    if len(by_class) == 1:
        raise DataError(
            f"{path.name} has images in the one sub-folder {quoted(*by_class)}, but a network tells at least 2 "
            "classes apart; add a sub-folder for another class."
        )
    if len(by_class) > _MOST_CLASSES:
        raise DataError(
            f"{path.name} has {len(by_class):,} sub-folders with images, one for each class; "
            f"{_MOST_CLASSES:,} are the most that can be read."
        )


def _check_size(path: Path, count: int, shape: tuple[int, ...]) -> None:
    """Refuse what would not fit before memory is taken for it."""
    size = " × ".join(str(length) for length in shape[:2])
    if not 1 <= min(shape) <= max(shape) <= _LONGEST_SIDE:
        raise DataError(
            f"{path.name}: the image size {size} is not possible; height and width lie between 1 and {_LONGEST_SIDE}."
        )
    if (needed := count * math.prod(shape)) > _MOST_BYTES:
        raise DataError(
            f"{path.name}: {count:,} images of {size} pixels{' in colour' * (len(shape) == 3)} would fill "
            f"{needed / 1e9:,.1f} GB, and {_MOST_BYTES / 1e9:.0f} GB are the most; choose a smaller image size or "
            "fewer images."
        )


def _usual_size(files: list[Path]) -> tuple[int, int]:
    """Return the (h, w) that most of the first images have, made smaller where a side is longer than usual."""
    sizes = Counter(_upright_size(file) for file in islice(files, _LOOKED_AT))
    (height, width), _ = sizes.most_common(1)[0]
    scale = min(1.0, _USUAL_SIDE / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def _upright_size(file: Path) -> tuple[int, int]:
    with _image(file) as image:
        return image.size if _turn(image) in _swapping() else image.size[::-1]


def _pixels(file: Path, size: tuple[int, int], mode: str) -> NDArray[np.uint8]:
    """Read one image as (h, w) or (h, w, 3)."""
    from PIL import Image

    with _image(file) as image:
        turn = _turn(image)
        width, height = size if turn in _swapping() else size[::-1]
        # A JPEG can be decoded at a half, a quarter or an eighth of its size, which is much faster.
        image.draft(mode, (2 * width, 2 * height))
        plain = _plain(image, mode)
        across, down = plain.size
        wide, high = min(across, down * width / height), min(down, across * height / width)
        box = ((across - wide) / 2, (down - high) / 2, (across + wide) / 2, (down + high) / 2)
        small = plain.resize((width, height), Image.Resampling.LANCZOS, box, _REDUCING_GAP)
        if small.mode == "RGBA":
            small = Image.alpha_composite(Image.new("RGBA", small.size, "white"), small)
        upright = small.convert(mode) if turn is None else small.convert(mode).transpose(turn)
        return np.asarray(upright)


def _plain(image: "Image.Image", mode: str) -> "Image.Image":
    """Return the image in `mode`, or as RGBA where some of it is transparent: modes that can be resampled."""
    from PIL import Image

    if image.mode.startswith("I"):
        # Grey of 16 bits, which Pillow would cut off at 255 where it is opened as mode I.
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    return image.convert("RGBA" if image.has_transparency_data else mode)


def _turn(image: "Image.Image") -> "Image.Transpose | None":
    """Return what sets the image upright by its EXIF orientation, a number from 1 to 8; None where nothing must."""
    from PIL.Image import Transpose

    turns = (
        Transpose.FLIP_LEFT_RIGHT, Transpose.ROTATE_180, Transpose.FLIP_TOP_BOTTOM,
        Transpose.TRANSPOSE, Transpose.ROTATE_270, Transpose.TRANSVERSE, Transpose.ROTATE_90,
    )  # fmt: skip
    found: Any = image.getexif().get(_ORIENTATION)
    return turns[found - 2] if found in range(2, 9) else None


def _swapping() -> "tuple[Image.Transpose, ...]":
    """Return the turns that make the height the width."""
    from PIL.Image import Transpose

    return Transpose.TRANSPOSE, Transpose.ROTATE_270, Transpose.TRANSVERSE, Transpose.ROTATE_90


@contextmanager
def _image(file: Path) -> Iterator["Image.Image"]:
    """Open an image whose header is sound; what goes wrong with its bytes, here or later, names the file."""
    from PIL import Image, UnidentifiedImageError

    name = "/".join(file.parts[-3:])
    with opened(file) as stream:
        try:
            with Image.open(stream, formats=_FORMATS) as image:
                if math.prod(image.size) > _MOST_PIXELS:
                    raise Image.DecompressionBombError
                yield image
        except Image.DecompressionBombError as error:
            raise DataError(
                f"{name} has more than {_MOST_PIXELS:,} pixels; scale it down or take it out of the folder."
            ) from error
        except MemoryError as error:
            raise DataError(f"{name} does not fit in memory; scale it down or take it out of the folder.") from error
        except UnidentifiedImageError as error:
            raise DataError(
                f"{name} is not a valid {_KINDS} image; save it again or take it out of the folder."
            ) from error
        except _DECODER_FAULTS as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # The disk's fault, not the decoder's.
            reason = quoted(str(error) or type(error).__name__)
            raise DataError(f"{name} is damaged ({reason}); copy it again or take it out of the folder.") from error

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
from lab.data.readers.image_listing import listed, listed_without_classes
from lab.data.readers.open_file import opened

if TYPE_CHECKING:
    from PIL import Image

_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")
_KINDS = "PNG, JPEG, BMP, GIF, TIFF or WebP"
_MOST_CLASSES = 1_000
_MOST_BYTES = 2_000_000_000
_MOST_PIXELS = 100_000_000
# Every pixel is an input with a name and a row of weights, so a side is bounded even where there are few images.
_LONGEST_SIDE = 512
_USUAL_SIDE = 64
_LOOKED_AT = 100
_ORIENTATION = 0x0112
_IMAGE = re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0\0\0\0|RIFF.{4}WEBP|II\*\0|MM\0\*", re.DOTALL)
_REDUCING_GAP = 3.0
# What Pillow's decoders, some of them plain Python, may raise over bytes that are not a valid image.
_DECODER_FAULTS = (
    OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, AttributeError, ArithmeticError,
    RuntimeError, AssertionError, struct.error, zlib.error,
)  # fmt: skip


def is_images(path: Path, head: bytes) -> bool:
    """Tell a folder, which has no first bytes, or a single image, which can be predicted on."""
    return os.path.isdir(path) or _IMAGE.match(head) is not None


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
    frame is taken. Classes and files are sorted by name; hidden ones are passed over, other files and sub-folders
    without images too, which is told. Folders of train and test are kept as the split.
    Raises DataError where a folder or an image cannot be read, there are fewer than 2 classes or more than 1,000, an
    image has more than 100 million pixels, or all of them would fill more than 2 GB.
    """
    folder = Path(os.path.abspath(path))
    if os.path.isfile(folder):
        raise DataError(f"{path.name} is a single image; choose the folder that has a sub-folder of images per class.")
    found = listed(folder)
    by_class = found.by_class
    _check_classes(folder, by_class)
    files = [file for its_files in by_class.values() for file in its_files]
    x, shape, sized = _rows(folder, files, image_size, colour, on_progress)
    y = np.repeat(np.arange(len(by_class)), [len(its_files) for its_files in by_class.values()])
    names = tuple(map(_as_text, by_class))
    row_files = tuple(_as_text(file.relative_to(found.root).as_posix()) for file in files)
    return Arrays(
        path, x, y, names, pixel_names(shape), shape, pixel_max=255, row_files=row_files,
        parts=np.array(found.parts, np.int8) if found.parts else None, notes=(*found.notes, *sized),
    )  # fmt: skip


def read_unlabelled_images(
    path: Path, image_size: tuple[int, int], colour: bool, on_progress: Callable[[float], None] = lambda _: None
) -> Arrays:
    """Read one image, those of a flat folder or of its class folders, as rows without labels, each with its file.

    Raises DataError where there is no image, or one cannot be read.
    """
    path = Path(os.path.abspath(path))
    files = listed_without_classes(path)
    if not files:
        raise DataError(f"{path.name} has no images ({_KINDS}); choose a folder that has some, or one image.")
    x, shape, sized = _rows(path, files, image_size, colour, on_progress)
    base = path if os.path.isdir(path) else path.parent
    names = tuple(_as_text(file.relative_to(base).as_posix()) for file in files)
    return Arrays(path, x, None, (), pixel_names(shape), shape, pixel_max=255, row_files=names, notes=tuple(sized))


def _rows(
    folder: Path,
    files: list[Path],
    image_size: tuple[int, int] | None,
    colour: bool,
    on_progress: Callable[[float], None],
) -> tuple[NDArray[np.uint8], tuple[int, ...], list[str]]:
    """Return the pixels of all images, their shape, and what was done to those of another size."""
    with warnings.catch_warnings():
        # Pillow warns of large images and odd headers; what matters of it is refused here.
        warnings.simplefilter("ignore")
        size = _usual_size(files) if image_size is None else image_size
        shape = (*size, 3) if colour else size
        _check_size(folder, len(files), shape)
        x = np.empty((len(files), math.prod(shape)), np.uint8)
        resized = 0
        for row, file in enumerate(files):
            pixels, own = _pixels(file, size, "RGB" if colour else "L")
            x[row] = pixels.reshape(-1)
            resized += own != size
            on_progress((row + 1) / len(files))
    sized = (
        f"{resized:,} of {len(files):,} images have another size; they are cropped and scaled to {size[0]} × {size[1]}."
    )
    return x, shape, [sized] if resized else []


def _as_text(name: str) -> str:
    """Return a name from a disk without bytes that are no text, which could be written to no file."""
    return name.encode(errors="replace").decode()


def image_files(path: Path) -> list[Path]:
    """Return the files that a result is read from: all images of a folder, or the one image."""
    if os.path.isfile(path):
        return [path]
    return [file for its_files in listed(path).by_class.values() for file in its_files]


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


def _pixels(file: Path, size: tuple[int, int], mode: str) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """Read one image as (h, w) or (h, w, 3), and return its own (h, w) with it."""
    from PIL import Image

    with _image(file) as image:
        turn = _turn(image)
        own = image.size if turn in _swapping() else image.size[::-1]
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
        return np.asarray(upright), own


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

"""A folder of image folders becomes rows of pixels, or one sentence that names the image."""

import errno
import os
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageOps

from lab.data.arrays import Arrays
from lab.data.errors import DataError
from lab.data.readers import image_folder
from lab.data.readers.image_folder import image_files, read_image_folder, read_unlabelled_images
from lab.data.readers.image_listing import ImageListing
from tests.effort import examples
from tests.refusals import refusal

PHOTOS = Path(__file__).parents[1] / "files" / "photos"
SAMPLES = sorted(file for file in PHOTOS.rglob("*") if file.is_file())


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that saves images, each under its class, as 0.png, 1.png, … of that class."""

    def save(**classes: list[Image.Image]) -> Path:
        for name, images in classes.items():
            (tmp_path / name).mkdir(exist_ok=True)
            for number, image in enumerate(images):
                image.save(tmp_path / name / f"{number}.png")
        return tmp_path

    return save


def _named(arrays: Arrays) -> dict[str, NDArray[Any]]:
    return {file.name: row for file, row in zip(image_files(arrays.path), arrays.x, strict=True)}


def _grey(height: int, width: int, value: int = 90) -> Image.Image:
    return Image.new("L", (width, height), value)


def test_each_sub_folder_is_a_class_in_the_order_of_names() -> None:
    found = read_image_folder(PHOTOS)
    assert found.class_names == ("circle", "square", "triangle")
    assert found.y is not None
    assert found.y.tolist() == [0] * 5 + [1] * 5 + [2] * 5
    assert (found.x.dtype, found.x.shape, found.image_shape) == (np.uint8, (15, 18 * 24), (18, 24))
    assert (found.pixel_max, found.files) == (255, ())
    assert found.feature_names[24] == "pixel 1,0"


def test_colour_has_three_values_a_pixel() -> None:
    found = read_image_folder(PHOTOS, colour=True)
    assert (found.x.shape, found.image_shape) == ((15, 18 * 24 * 3), (18, 24, 3))
    inside = _named(found)["colour.png"].reshape(18, 24, 3)[8, 12]
    assert inside.tolist() == [200, 60, 30]
    assert found.feature_names[1] == "pixel 0,0 green"


@pytest.mark.parametrize(
    "names",
    [
        ("colour.png", "grey.png"),
        ("upright.png", "colour.bmp", "deep.png", "palette.gif"),
        ("Photo.PNG", "moving.gif", "moving.webp"),
    ],
)
def test_one_drawing_is_the_same_in_every_lossless_format_and_in_the_first_frame(names: tuple[str, ...]) -> None:
    rows = _named(read_image_folder(PHOTOS))
    for name in names[1:]:
        np.testing.assert_array_equal(rows[name], rows[names[0]])


@pytest.mark.parametrize(
    ("lossy", "exact"),
    [
        ("photo.jpg", "colour.png"),
        ("turned.jpeg", "upright.png"),
        ("grey.jpg", "Photo.PNG"),
        ("print.jpg", "Photo.PNG"),
    ],
)
def test_one_drawing_is_nearly_the_same_as_a_photo_turned_grey_or_made_for_print(lossy: str, exact: str) -> None:
    rows = _named(read_image_folder(PHOTOS))
    assert np.abs(rows[lossy].astype(int) - rows[exact]).mean() < 8


def test_transparent_pixels_are_seen_on_white() -> None:
    pixels = _named(read_image_folder(PHOTOS, colour=True))["transparent.png"].reshape(18, 24, 3)
    assert pixels[0, 0].tolist() == [255, 255, 255]
    assert pixels[8, 12].tolist() == [30, 60, 200]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_every_exif_orientation_is_followed(tmp_path: Path, orientation: int, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    noise = Image.fromarray(np.random.default_rng(3).integers(0, 255, (6, 9), dtype=np.uint8))
    for name in "ab":
        (tmp_path / name).mkdir()
        noise.save(tmp_path / name / f"turned.{kind}", exif=exif)
    with Image.open(tmp_path / "a" / f"turned.{kind}") as image:
        upright = ImageOps.exif_transpose(image)
    found = read_image_folder(tmp_path)
    assert found.image_shape == (upright.height, upright.width)
    np.testing.assert_array_equal(found.x[0].reshape(found.image_shape), np.asarray(upright))


def test_an_image_of_another_shape_keeps_its_middle(folder: Callable[..., Path]) -> None:
    bars = Image.fromarray(np.repeat(np.array([10, 200, 90], np.uint8), 20)[None].repeat(20, axis=0))
    found = read_image_folder(folder(wide=[bars], high=[bars.transpose(Image.Transpose.ROTATE_90)]), (20, 20))
    assert np.unique(found.x).tolist() == [200]


@given(
    height=st.integers(1, 90),
    width=st.integers(1, 90),
    value=st.integers(0, 255),
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    colour=st.booleans(),
)
@examples(40)
def test_one_grey_stays_that_grey_at_every_size(
    folder: Callable[..., Path], height: int, width: int, value: int, size: tuple[int, int], colour: bool
) -> None:
    found = read_image_folder(folder(a=[_grey(height, width, value)], b=[_grey(3, 3, value)]), size, colour)
    assert found.image_shape == ((*size, 3) if colour else size)
    assert np.unique(found.x).tolist() == [value]


def test_scaling_down_keeps_the_mean(folder: Callable[..., Path]) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (240, 240), dtype=np.uint8)
    found = read_image_folder(folder(a=[Image.fromarray(noise)], b=[Image.fromarray(255 - noise)]), (12, 12))
    assert abs(found.x[0].mean() - noise.mean()) < 1
    assert found.x[0].std() < noise.std() / 4


def test_the_size_is_that_of_most_images(folder: Callable[..., Path]) -> None:
    path = folder(a=[_grey(9, 9), _grey(10, 12)], b=[_grey(10, 12), _grey(30, 30)])
    assert read_image_folder(path).image_shape == (10, 12)


def test_large_images_are_scaled_to_64_a_side_in_their_proportion(folder: Callable[..., Path]) -> None:
    assert read_image_folder(folder(a=[_grey(320, 640)], b=[_grey(320, 640)])).image_shape == (32, 64)


def test_what_is_hidden_or_no_image_is_passed_over(folder: Callable[..., Path]) -> None:
    path = folder(a=[_grey(4, 4)], b=[_grey(4, 4)])
    (path / "read me.txt").touch()
    (path / "beside.png").touch()
    (path / "a" / "notes.txt").touch()
    (path / "a" / "._0.png").touch()
    (path / "a" / "deeper.png").mkdir()
    (path / ".hidden").mkdir()
    shutil.copy(path / "a" / "0.png", path / ".hidden")
    (path / "empty").mkdir()
    assert image_files(path) == [path / "a" / "0.png", path / "b" / "0.png"]


def test_links_in_a_circle_do_no_harm(folder: Callable[..., Path]) -> None:
    path = folder(a=[_grey(4, 4)], b=[_grey(4, 4)])
    (path / "itself").symlink_to("itself")
    (path / "up").symlink_to(".")
    (path / "a" / "up").symlink_to("..")
    (path / "a" / "nowhere").symlink_to("gone")
    (path / "linked").symlink_to("b")
    assert read_image_folder(path).class_names == ("a", "b", "linked")


def test_progress_grows_to_one() -> None:
    shares: list[float] = []
    read_image_folder(PHOTOS, on_progress=shares.append)
    assert len(shares) == 15
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_an_empty_folder_is_told_what_it_lacks(tmp_path: Path) -> None:
    assert f"{tmp_path.name} has no sub-folder with images" in refusal(read_image_folder, tmp_path)


def test_one_class_is_too_few(folder: Callable[..., Path]) -> None:
    assert "images in the one sub-folder 'cat', but a network tells at least 2" in refusal(
        read_image_folder, folder(cat=[_grey(2, 2)])
    )


def _pretend(monkeypatch: pytest.MonkeyPatch, classes: int, images: int) -> Path:
    """Let folders be listed that do not exist, so that opening an image of them would be another fault."""
    gone = Path("gone")
    listing = {str(name): [gone / str(name) / f"{number}.png" for number in range(images)] for name in range(classes)}
    monkeypatch.setattr(image_folder, "listed", lambda path: ImageListing(gone, listing))
    return gone


def test_a_thousand_classes_are_the_most(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "gone has 1,001 sub-folders with images" in refusal(read_image_folder, _pretend(monkeypatch, 1_001, 1))
    assert "0.png does not exist" in refusal(read_image_folder, _pretend(monkeypatch, 1_000, 1))


def test_the_size_of_all_is_refused_before_an_image_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = refusal(read_image_folder, _pretend(monkeypatch, 2, 1_300), (512, 512), colour=True)
    assert "gone: 2,600 images of 512 × 512 pixels in colour would fill 2.0 GB, and 2 GB are the most" in sentence
    assert "0.png does not exist" in refusal(
        read_image_folder, _pretend(monkeypatch, 2, 1_270), (512, 512), colour=True
    )


def _bitmap_of(width: int, height: int) -> bytes:
    """Return the header of a BMP file that claims this size, and no pixels."""
    return b"BM" + struct.pack("<IIIIiiHHIIiiII", 54, 0, 54, 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(("width", "height"), [(10_001, 10_000), (32_000, 32_000), (2_000_000_000, 2_000_000_000)])
@pytest.mark.parametrize("size", [None, (4, 4)])
def test_an_image_is_refused_for_its_size_from_its_header(
    folder: Callable[..., Path], width: int, height: int, size: tuple[int, int] | None
) -> None:
    path = folder(a=[_grey(2, 2)], b=[_grey(2, 2)])
    (path / "b" / "huge.bmp").write_bytes(_bitmap_of(width, height))
    assert f"{path.name}/b/huge.bmp has more than 100,000,000 pixels; scale it down" in refusal(
        read_image_folder, path, size
    )


@pytest.mark.parametrize("size", [(0, 8), (8, 513), (-1, 8)])
def test_an_impossible_size_is_refused(size: tuple[int, int]) -> None:
    assert f"the image size {size[0]} × {size[1]} is not possible" in refusal(read_image_folder, PHOTOS, size)


def test_a_photo_cut_off_is_named(folder: Callable[..., Path]) -> None:
    path = folder(cat=[_grey(2, 2)], dog=[_grey(2, 2)])
    whole = (PHOTOS / "circle" / "photo.jpg").read_bytes()
    (path / "dog" / "rex.jpg").write_bytes(whole[:-40])
    assert f"{path.name}/dog/rex.jpg is damaged ('image file is truncated" in refusal(read_image_folder, path)


@pytest.mark.parametrize("content", [b"", b"GIF", b"<svg></svg>", b"%PDF-1.7 " * 99])
def test_what_is_no_image_is_named(folder: Callable[..., Path], content: bytes) -> None:
    path = folder(cat=[_grey(2, 2)], dog=[_grey(2, 2)])
    (path / "dog" / "rex.gif").write_bytes(content)
    sentence = refusal(read_image_folder, path)
    assert f"{path.name}/dog/rex.gif is not a valid PNG, JPEG, BMP, GIF, TIFF or WebP image" in sentence


def test_an_image_that_does_not_fit_in_memory_is_named(
    folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Image.Image, "convert", refuse)
    path = folder(a=[_grey(2, 2)], b=[_grey(2, 2)])
    assert f"{path.name}/a/0.png does not fit in memory" in refusal(read_image_folder, path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert f"{tmp_path / 'gone'} does not exist" in refusal(read_image_folder, tmp_path / "gone")


def test_a_folder_without_permission_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        # chmod does not keep out an administrator, who may run the tests
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    assert f"{tmp_path} cannot be opened: you are not permitted" in refusal(read_image_folder, tmp_path)


def test_an_image_without_permission_is_named(folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder(a=[_grey(2, 2)], b=[_grey(2, 2)])

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert f"{path / 'a' / '0.png'} cannot be opened: you are not permitted" in refusal(read_image_folder, path)


def test_a_disk_that_fails_is_not_called_a_damaged_image(
    folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    path = folder(a=[_grey(2, 2)], b=[_grey(2, 2)])
    monkeypatch.setattr(Image.Image, "resize", fail)
    assert f"{path / 'a' / '0.png'} cannot be read (Input/output error)" in refusal(read_image_folder, path)


@given(
    sample=st.sampled_from(SAMPLES),
    edits=st.lists(st.tuples(st.integers(0, 1500), st.binary(max_size=6), st.integers(0, 6)), min_size=1, max_size=6),
    keep=st.integers(0, 1500),
    size=st.sampled_from([None, (5, 7)]),
    colour=st.booleans(),
)
@examples(100)
def test_bytes_changed_anywhere_are_an_image_or_a_sentence(
    folder: Callable[..., Path],
    sample: Path,
    edits: list[tuple[int, bytes, int]],
    keep: int,
    size: tuple[int, int] | None,
    colour: bool,
) -> None:
    path = folder(a=[_grey(2, 2)])
    content = sample.read_bytes()
    for at, new, gone in edits:
        content = content[: at % len(content)] + new + content[at % len(content) + gone :] + b"\0"
    (path / "b").mkdir(exist_ok=True)
    (path / "b" / "changed.png").write_bytes(content[: keep + 20])
    try:
        sentence = f"{path.name}/b/changed.png is one of {len(read_image_folder(path, size, colour).x)} images"
    except DataError as error:
        sentence = str(error)
    assert f"{path.name}/b/changed.png" in sentence
    assert "\n" not in sentence


def test_train_and_test_folders_are_kept_as_the_split(tmp_path: Path, folder: Callable[..., Path]) -> None:
    for part, many in (("train", 4), ("test", 2)):
        for name in ("cat", "dog"):
            (tmp_path / part / name).mkdir(parents=True)
            for number in range(many):
                _grey(3, 3, 10 * number).save(tmp_path / part / name / f"{number}.png")
    found = read_image_folder(tmp_path)
    assert found.class_names == ("cat", "dog")
    assert found.parts is not None
    assert found.parts.tolist() == [2, 2, 0, 0, 0, 0] * 2
    assert found.notes == ("Its folders are kept as the split: 4 in test, 8 in train.",)


def test_a_wrapping_folder_is_entered_and_told(tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        (tmp_path / "pets" / name).mkdir(parents=True)
        _grey(3, 3).save(tmp_path / "pets" / name / "a.png")
    found = read_image_folder(tmp_path)
    assert (found.class_names, found.parts) == (("cat", "dog"), None)
    assert found.notes == (f"The folder 'pets' in '{tmp_path.name}' is read.",)


@pytest.mark.parametrize(("ending", "kind"), [("tif", "TIFF"), ("tiff", "TIFF"), ("jfif", "JPEG")])
def test_tiff_and_jfif_are_images(folder: Callable[..., Path], ending: str, kind: str) -> None:
    path = folder(cat=[_grey(4, 4, 10)])
    (path / "bird").mkdir()
    _grey(4, 4, 200).save(path / "bird" / f"b.{ending}", kind)
    found = read_image_folder(path)
    assert found.class_names == ("bird", "cat")
    assert abs(int(found.x[0, 0]) - 200) < 3


def test_what_is_passed_over_is_counted_and_images_of_another_size_are_told(folder: Callable[..., Path]) -> None:
    path = folder(cat=[_grey(4, 4), _grey(4, 4)], dog=[_grey(8, 6)])
    (path / "empty").mkdir()
    (path / "cat" / "notes.txt").write_text("x", encoding="utf-8")
    assert read_image_folder(path).notes == (
        "2 files and folders without images are passed over: 'cat/notes.txt', 'empty/'.",
        "1 of 3 images have another size; they are cropped and scaled to 4 × 4.",
    )


def test_one_image_a_flat_folder_and_class_folders_are_read_without_labels(folder: Callable[..., Path]) -> None:
    path = folder(cat=[_grey(4, 4), _grey(4, 4)], dog=[_grey(4, 4)])
    for chosen, files in (
        (path, ("cat/0.png", "cat/1.png", "dog/0.png")),
        (path / "cat", ("0.png", "1.png")),
        (path / "cat" / "1.png", ("1.png",)),
    ):
        found = read_unlabelled_images(chosen, (2, 2), colour=False)
        assert (found.row_files, found.x.shape, found.y) == (files, (len(files), 4), None)
    assert "is a single image; choose the folder" in refusal(read_image_folder, path / "cat" / "1.png")
    (path / "none").mkdir()
    assert "has no images" in refusal(read_unlabelled_images, path / "none", (2, 2), colour=False)


def test_folders_that_group_the_classes_are_passed_over_and_told(tmp_path: Path) -> None:
    for number, place in enumerate(("one/cat", "one/dog", "two/cat", "two/dog")):
        (tmp_path / place).mkdir(parents=True)
        _grey(3, 3, number).save(tmp_path / place / "a.png")
    found = read_image_folder(tmp_path)
    assert found.class_names == ("cat", "dog")
    assert found.row_files == ("one/cat/a.png", "two/cat/a.png", "one/dog/a.png", "two/dog/a.png")
    assert found.notes == (
        "The classes are the folders two levels down; those above them, 'one', 'two', tell nothing.",
    )

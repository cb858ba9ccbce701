"""What a new user brings, in a real X window: a spreadsheet, a folder of photos, and a spiral drawn by hand."""

import datetime
from collections.abc import Callable
from math import cos, pi, sin
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import Workbook
from PIL import Image, ImageDraw

from lab.gui.widgets.importing.column_model import Field

Visitor = Any  # conftest's, which cannot be imported

COLUMNS = ("customer", "town", "joined", "branch", "spent", "renewed")
TOWNS = ("Bremen", "Köln", "Ulm")
CUSTOMERS, PHOTOS_OF_A_CLASS = 120, 8
ONE_IN_FIVE = 5  # answers are turned round, so that no network gets all of them


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A workbook as an office program saves it: texts, dates, decimal numbers, and cells left empty."""
    rng = np.random.default_rng(4)
    book = Workbook()
    sheet = book.active
    sheet.title = "Customers"
    sheet.append(COLUMNS)
    for number in range(CUSTOMERS):
        town = None if number % 12 == 3 else TOWNS[rng.integers(3)]
        joined = None if number % 15 == 7 else datetime.date(2023, 1, 1) + datetime.timedelta(int(rng.integers(700)))
        branch, spent = int(rng.integers(1, 4)), round(float(rng.gamma(2, 40)), 2)
        renews = (branch == 2) == (number % ONE_IN_FIVE > 0)
        sheet.append([f"C{number:03d}", town, joined, branch, spent, "yes" if renews else "no"])
    book.create_sheet("Notes").append(["made up for a test"])
    file = tmp_path / "customers.xlsx"
    book.save(file)
    return file


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder of pictures of all sizes, in a folder for each of three classes."""
    rng = np.random.default_rng(5)
    folder = tmp_path / "photos"
    for shape in ("crosses", "discs", "stripes"):
        (folder / shape).mkdir(parents=True)
        for number in range(PHOTOS_OF_A_CLASS):
            width, height = (int(side) for side in rng.integers(40, 120, 2))
            image = Image.new("RGB", (width, height), (30, 40, 60))
            pen = ImageDraw.Draw(image)
            if shape == "discs":
                pen.ellipse((width / 5, height / 5, width * 4 / 5, height * 4 / 5), fill=(240, 200, 90))
            elif shape == "stripes":
                for left in range(0, width, 16):
                    pen.rectangle((left, 0, left + 7, height), fill=(90, 220, 160))
            else:
                for way in ((0, 0, width, height), (0, height, width, 0)):
                    pen.line(way, fill=(230, 120, 210), width=9)
            image.save(folder / shape / f"{number}.{'jpg' if number % 2 else 'png'}")
    return folder


def set_epochs(visitor: Visitor, epochs: int) -> None:
    visitor.click("training.epochs")
    visitor.press("ctrl+a")
    visitor.write(f"{epochs}\n")


def train_to_the_end(visitor: Visitor, epochs: int) -> None:
    """Set the number of epochs and run them."""
    set_epochs(visitor, epochs)
    visitor.click("run_bar.run")
    visitor.read("run_bar.epoch", f"^{epochs} / {epochs}$")
    visitor.read("run_bar.run", "^Run$")


def test_a_spreadsheet(visit: Callable[[], Visitor], workbook: Path) -> None:
    visitor = visit()
    visitor.press("alt+f", "i")
    visitor.answer("Open data", workbook)
    page = "tabs.pages.import.content"
    columns = f"{page}.view.columns"
    assert "120 rows × 6 columns" in visitor.read(f"{page}.extent", "rows")
    visitor.face("Delta Lab")
    visitor.read(f"{page}.result", "^n = 6 inputs, c = 2 classes, m = 120 rows")  # four for the towns, two numbers

    visitor.click(columns, index=(COLUMNS.index("branch"), Field.USE))
    visitor.click("popup", text="One-hot")
    visitor.read(columns, index=(COLUMNS.index("branch"), Field.BECOMES), wanted="^3 inputs: 1, 2, 3")
    visitor.press("Up", "space")  # to the dates, where its list opens
    visitor.place("popup", text="Date parts")
    visitor.press("Up", "Return")
    visitor.read(f"{page}.result", "^n = 12 inputs")
    visitor.click(f"{page}.view.detail.boxes.seconds")
    visitor.read(f"{page}.result", "^n = 11 inputs")
    visitor.click(f"{page}.anew")  # layers and training stay
    visitor.click(f"{page}.use")

    assert "customers.xlsx: 120 rows × 11 columns" in visitor.read("tabs.pages.browse.content.note", "customers")
    visitor.read("data.examples", "^120 × 11 → 2 classes$")
    train_to_the_end(visitor, 60)
    table = "tabs.pages.browse.content.table"
    visitor.click("tabs.pages.browse.content.filter", text="Wrong now")
    visitor.read("tabs.pages.browse.content.note", r"[1-9]\d* of 120 rows wrong")
    truth, taken = (visitor.read(table, index=(0, column), wanted="yes|no") for column in (1, 2))
    assert truth != taken
    losses = [float(visitor.read(table, index=(row, 3), wanted=r"\d")) for row in range(3)]
    assert losses == sorted(losses, reverse=True)
    visitor.leave()


def test_a_folder_of_photos(visit: Callable[[], Visitor], photos: Path) -> None:
    visitor = visit()
    visitor.click("data.source")
    visitor.press("End", "Return")
    visitor.answer("Open a folder of images", photos)
    page = "tabs.pages.import.content"
    visitor.read(f"{page}.target.labels", "^3 classes: crosses, discs, stripes$")
    visitor.face("Delta Lab")
    visitor.click(f"{page}.read_fields.image_size")
    visitor.press("Home", "Down", "Down", "Return")
    visitor.read(f"{page}.extent", "^24 images, 16 × 16 pixels, grey$")
    visitor.click(f"{page}.read_fields.colour", text="Colour")
    visitor.read(f"{page}.result", "^n = 768 inputs, c = 3 classes, m = 24 rows")
    visitor.click(f"{page}.anew")  # layers and training stay
    visitor.click(f"{page}.use")

    visitor.read("data.examples", "^24 × 768 → 3 classes$")
    visitor.click("tabs.pages.browse.content.views", text="Images")
    visitor.click("tabs.pages.browse.content.images")
    visitor.press("ctrl+Home")
    visitor.read("tabs.pages.browse.content.images.accessibleDescription", r"^crosses/\d+\.(png|jpg): crosses$")
    visitor.press("ctrl+End")
    visitor.read("tabs.pages.browse.content.images.accessibleDescription", r"^stripes/\d+\.(png|jpg): stripes$")
    train_to_the_end(visitor, 20)
    visitor.click("tabs.pages.browse.content.filter", text="Wrong now")
    visitor.read("tabs.pages.browse.content.note", r"\d of 24 rows wrong")
    visitor.leave()


def arm(number: int, start: float, stop: float) -> list[tuple[float, float]]:
    """Return places on one arm of a spiral that goes once around, from `start` to `stop` of its way."""
    shares = np.linspace(start, stop, 30).tolist()
    turned = [2 * pi * share + pi * number for share in shares]
    return [(0.9 * share * cos(angle), 0.9 * share * sin(angle)) for share, angle in zip(shares, turned, strict=True)]


def accuracy(visitor: Visitor, wanted: str = "accuracy") -> float:
    """Return the validation accuracy in per cent once the line of figures holds the pattern."""
    words: str = visitor.read("statusBar().figures", wanted)
    return float(words.split("accuracy ")[1].removesuffix(" %"))


def points(visitor: Visitor, but: int = 0) -> int:
    """Return how many painted points the network has to learn, once they are others than `but`."""
    words: str = visitor.read("data.examples", rf"^(?!{but} )\d+ × 2 → 2 classes$")
    return int(words.split(maxsplit=1)[0])


def test_a_spiral(visit: Callable[[], Visitor]) -> None:
    visitor = visit()
    visitor.click("data.source")
    visitor.press("End", "Up", "Up", "Return")
    page = "tabs.pages.paint.content"
    visitor.drag(f"{page}.canvas", arm(0, 0.1, 0.75))
    visitor.read(f"{page}.says", "paint 3 points or more of orange")
    visitor.press("2")
    visitor.drag(f"{page}.canvas", arm(1, 0.1, 0.75))
    few = points(visitor)

    set_epochs(visitor, 1_000_000)
    visitor.click("run_bar.step_epoch")
    at_first = accuracy(visitor)
    visitor.click("run_bar.run")
    visitor.read(f"{page}.says", "trains as you paint")
    visitor.drag(f"{page}.canvas", arm(1, 0.75, 1.0))
    more = points(visitor, but=few)
    visitor.press("1")
    visitor.drag(f"{page}.canvas", arm(0, 0.75, 1.0))
    assert few < more < points(visitor, but=more)
    assert at_first < 90 < accuracy(visitor, r"accuracy (9[5-9]|100)\.")
    assert visitor.read("run_bar.run") == "Pause"  # all of this was one run
    visitor.click("run_bar.run")
    visitor.read("run_bar.run", "Run")
    visitor.leave()

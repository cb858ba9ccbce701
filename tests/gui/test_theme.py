"""The two palettes: readable, told apart by colour-blind eyes, and applied to everything at once."""

import gc
import re
import tomllib
import weakref
from collections.abc import Iterator
from dataclasses import asdict, fields

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from lab.gui import theme
from lab.gui.theme import Theme
from lab.paths import resources

NAMES = ("dark", "light")
SURFACES = ("background", "panel", "inset", "raised", "raised_hover", "field", "selection")
ICONS = sorted(path.stem for path in (resources() / "icons").glob("*.svg"))


@pytest.fixture(autouse=True)
def _undressed(qapp: QApplication) -> Iterator[None]:
    """Leave the shared application as it was."""
    style_sheet, palette = qapp.styleSheet(), QPalette(qapp.palette())
    yield
    theme.apply("system")
    qapp.setStyleSheet(style_sheet)
    qapp.setPalette(palette)


def palette_of(name: str) -> Theme:
    return Theme(**tomllib.loads((resources() / "themes" / f"{name}.toml").read_text(encoding="utf-8")))


def rgb(colour: str) -> NDArray[np.float64]:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255


def linear(colour: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2, 1 to 21."""
    lights = sorted(float(linear(rgb(c)) @ (0.2126, 0.7152, 0.0722)) + 0.05 for c in (one, other))
    return lights[1] / lights[0]


def test_contrast_of_black_and_white_is_the_21_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("name", NAMES)
def test_file_has_every_colour_and_nothing_else(name: str) -> None:
    stored = tomllib.loads((resources() / "themes" / f"{name}.toml").read_text(encoding="utf-8"))
    assert set(stored) == {field.name for field in fields(Theme)}
    assert stored.pop("name") == name
    assert [c for c in stored.values() if not re.fullmatch("#[0-9a-f]{6}", c)] == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["ink", "dim"])
def test_text_reaches_4_5_to_1_on_every_surface(name: str, text: str) -> None:
    colours = asdict(palette_of(name))
    low = {s: round(contrast(colours[text], colours[s]), 2) for s in SURFACES}
    assert {surface: ratio for surface, ratio in low.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["ok", "warn", "error", "positive_ink", "negative_ink"])
def test_coloured_text_reaches_4_5_to_1_where_it_is_written(name: str, text: str) -> None:
    colours = asdict(palette_of(name))
    surfaces = ("background", "panel", "inset", "selection")
    low = {s: round(contrast(colours[text], colours[s]), 2) for s in surfaces}
    assert {surface: ratio for surface, ratio in low.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("name", NAMES)
def test_text_on_chips_and_on_the_primary_button_reaches_4_5_to_1(name: str) -> None:
    one = palette_of(name)
    assert contrast(one.chip_ink, one.chip) >= 4.5
    assert contrast(one.primary_ink, one.primary) >= 4.5
    assert contrast(one.primary_ink, one.primary_hover) >= 4.5


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("part", ["disabled", "accent", "train", "validation", "test"])
def test_what_is_disabled_drawn_or_focused_reaches_3_to_1(name: str, part: str) -> None:
    colours = asdict(palette_of(name))
    assert min(contrast(colours[part], colours[s]) for s in ("background", "panel", "field")) >= 3


@pytest.mark.parametrize("name", NAMES)
def test_lut_runs_from_blue_over_the_background_to_orange(name: str) -> None:
    one = palette_of(name)
    lut = theme.diverging_lut(one)
    assert lut.shape == (256, 4)
    assert lut.dtype == np.uint8
    assert (lut[:, 3] == 255).all()
    assert [QColor(*lut[i].tolist()).name() for i in (1, 128, 255)] == [one.negative, one.zero, one.positive]


@pytest.mark.parametrize("name", NAMES)
def test_lut_leaves_zero_fast_and_in_one_direction(name: str) -> None:
    """The share of colour is |t|^0.7: an eighth of the scale already has 23 % of it."""
    lut = theme.diverging_lut(palette_of(name))[:, :3].astype(float)
    distance = np.linalg.norm(lut - lut[128], axis=1)
    assert distance[128 + 16] / distance[255] == pytest.approx((16 / 127) ** 0.7, abs=0.02)
    assert (np.diff(distance[128:]) >= 0).all()
    assert (np.diff(distance[1:129]) <= 0).all()


# Machado, Oliveira, Fernandes 2009, severity 1.0, for linear RGB
BLINDNESS = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def lab_of(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return CIE L*a*b* (D65) of linear RGB."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    t = to_xyz @ np.clip(light, 0, 1) / (0.9505, 1.0, 1.089)
    x, y, z = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", BLINDNESS)
def test_signs_stay_apart_for_colour_blind_eyes(name: str, kind: str) -> None:
    """A difference of 2.3 in L*a*b* is just seen; signs of a quarter of the scale differ tenfold that."""
    light = linear(theme.diverging_lut(palette_of(name))[:, :3] / 255)
    below, above = (lab_of(np.array(BLINDNESS[kind]) @ light[128 + k]) for k in (-32, 32))
    assert np.linalg.norm(below - above) > 23


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", [*BLINDNESS, "none"])
def test_classes_stay_apart_for_all_eyes(name: str, kind: str) -> None:
    """The first three differ by ten times what is just seen, all ten by three times that."""
    theme.apply(name)
    seen = np.array(BLINDNESS.get(kind, np.eye(3)))
    places = [lab_of(seen @ linear(rgb(colour))) for colour in theme.class_colours()]
    apart = np.array([[np.linalg.norm(one - other) for other in places] for one in places])
    apart[np.diag_indices(theme.CLASS_COLOURS)] = np.inf
    assert apart[:3, :3].min() > 23
    assert apart.min() > 7


@pytest.mark.parametrize("name", NAMES)
def test_classes_stand_out_from_the_surfaces(name: str) -> None:
    theme.apply(name)
    one = theme.current()
    low = [min(contrast(colour, s) for s in (one.background, one.panel, one.field)) for colour in theme.class_colours()]
    assert min(low) >= 3


def test_blend_is_one_colour_at_0_and_the_other_at_1() -> None:
    assert theme.blend("#102030", "#f0e0d0", 0.0).name() == "#102030"
    assert theme.blend("#102030", "#f0e0d0", 1.0).name() == "#f0e0d0"
    assert theme.blend("#000000", "#ffffff", 0.5).alpha() == 255


def test_keeper_is_one_for_the_application(qapp: QApplication) -> None:
    assert theme.keeper() is theme.keeper()
    assert theme.keeper().parent() is qapp


@pytest.mark.parametrize("name", NAMES)
def test_apply_dresses_the_application(qtbot: QtBot, qapp: QApplication, name: str) -> None:
    with qtbot.waitSignal(theme.keeper().changed) as told:
        theme.apply(name)
    assert told.args is not None
    assert told.args[0] is theme.current()
    assert theme.keeper().choice() == theme.current().name == name
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == theme.current().background
    assert theme.current().panel in qapp.styleSheet()


def test_unknown_theme_is_refused_by_name(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="'blue' is not one of system, dark, light"):
        theme.apply("blue")


def test_system_theme_follows_the_desktop(qapp: QApplication) -> None:
    theme.apply("system")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.current().name == "light"
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.current().name == "dark"


def test_chosen_theme_ignores_the_desktop(qapp: QApplication) -> None:
    theme.apply("dark")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.current().name == "dark"
    theme.apply("system")
    assert theme.current().name == "light"
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Unknown)


class Follower(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        theme.follow(self._on_theme_changed)

    @Slot(object)
    def _on_theme_changed(self, one: Theme) -> None:
        self.seen.append(one.name)


def test_follower_is_told_now_and_at_every_change(qtbot: QtBot) -> None:
    theme.apply("dark")
    widget = Follower()
    qtbot.addWidget(widget)
    theme.apply("light")
    assert widget.seen == ["dark", "light"]


def test_following_does_not_keep_a_widget_alive(qapp: QApplication) -> None:
    reference = weakref.ref(Follower())
    gc.collect()
    assert reference() is None
    theme.apply("light")  # would call a slot of the widget that has gone


def test_role_changes_the_look_of_a_label_that_is_shown(qtbot: QtBot) -> None:
    theme.apply("dark")
    label = QLabel("text")
    qtbot.addWidget(label)
    label.show()
    for role in ("dim", "ok small", "error"):
        theme.set_role(label, role)
        colour = label.palette().color(label.foregroundRole()).name()
        assert colour == asdict(theme.current())[role.split()[0]]


@pytest.mark.parametrize("name", NAMES)
def test_style_sheet_has_no_open_names_and_only_icons_that_are_there(name: str) -> None:
    sheet = theme.style_sheet(palette_of(name))
    assert "$" not in re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    paths = re.findall(r'url\("([^"]*)"\)', sheet)
    assert paths
    assert [path for path in paths if not (resources() / "icons").joinpath(path).is_file()] == []


def test_bundled_fonts_become_the_applications(qapp: QApplication) -> None:
    before = qapp.font()
    try:
        theme.load_fonts()
        assert {theme.SANS, theme.MONO} <= set(QFontDatabase.families())
        assert QFontInfo(QApplication.font()).family() == theme.SANS
        assert QApplication.font().pixelSize() == theme.TEXT_PIXELS
        assert QFontInfo(theme.mono(11)).fixedPitch()
    finally:
        QApplication.setFont(before)


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_draws_something(qapp: QApplication, name: str) -> None:
    image = theme.icon(name, "#123456").pixmap(24, 24).toImage()
    assert any(image.pixelColor(x, y).alpha() > 200 for x in range(24) for y in range(24))


def test_icon_takes_the_colour_it_is_given(qapp: QApplication) -> None:
    image = theme.icon("pause", "#ff0000").pixmap(32, 32).toImage()
    seen = {
        image.pixelColor(x, y).name() for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha() == 255
    }
    assert seen == {"#ff0000"}


def test_icon_that_is_not_there_is_refused(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError, match="nosuch"):
        theme.icon("nosuch")

"""One palette in light and one in dark, read from TOML and applied once to the whole application."""

import tomllib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from string import Template
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from lab.paths import resources

MONO: Final = "DejaVu Sans Mono"
SANS: Final = "Inter"
TEXT_PIXELS: Final = 13
CHOICES: Final = ("system", "dark", "light")
CLASS_COLOURS: Final = 10

_STYLE: Final = "fusion"
_RAMP: Final = 0.7
_ICON_PIXELS: Final = (16, 32)
"""For screens of one and of two pixels a point."""


@dataclass(frozen=True)
class Theme:
    """The colours of one palette, each '#rrggbb'; the TOML files say what each is for."""

    name: str
    background: str
    panel: str
    inset: str
    raised: str
    raised_hover: str
    field: str
    chip: str
    selection: str
    selection_line: str
    line: str
    edge: str
    grid: str
    ink: str
    dim: str
    disabled: str
    chip_ink: str
    accent: str
    primary: str
    primary_hover: str
    primary_ink: str
    zero: str
    negative: str
    positive: str
    negative_ink: str
    positive_ink: str
    invalid: str
    ok: str
    ok_fill: str
    warn: str
    warn_fill: str
    error: str
    train: str
    validation: str
    test: str
    class_0: str
    class_1: str
    class_2: str
    class_3: str
    class_4: str
    class_5: str
    class_6: str
    class_7: str
    class_8: str
    class_9: str


class ThemeKeeper(QObject):
    """Holds the theme in force and says when it changes; follows the system until a theme is chosen."""

    changed = Signal(object)

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._choice = "system"
        self._scheme = application.styleHints().colorScheme()
        self._theme = _load(self._resolved())
        application.styleHints().colorSchemeChanged.connect(self._on_color_scheme_changed)

    def theme(self) -> Theme:
        """Return the theme in force."""
        return self._theme

    def choice(self) -> str:
        """Return what was chosen: 'system', 'dark' or 'light'."""
        return self._choice

    def choose(self, name: str) -> None:
        """Dress the application in a theme; raises ValueError for a name that is not one of CHOICES."""
        if name not in CHOICES:
            raise ValueError(f"theme: {name!r} is not one of {', '.join(CHOICES)}.")
        self._choice = name
        self._dress()

    def _resolved(self) -> str:
        if self._choice != "system":
            return self._choice
        return "light" if self._scheme == Qt.ColorScheme.Light else "dark"

    def _dress(self) -> None:
        self._theme = theme = _load(self._resolved())
        application = self._application
        # Under a style sheet a new palette, style or sheet dresses every widget again, each time: so it goes first.
        application.setStyleSheet("")
        if application.style().name() != _STYLE:
            application.setStyle(_STYLE)
        application.setPalette(_palette(theme))
        application.setStyleSheet(style_sheet(theme))
        self.changed.emit(theme)

    @Slot(Qt.ColorScheme)
    def _on_color_scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        self._scheme = scheme
        if self._choice == "system":
            self._dress()


def keeper() -> ThemeKeeper:
    """Return the application's one keeper; raises RuntimeError where there is no QApplication."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        raise RuntimeError("A theme needs a QApplication: make one before the first widget.")
    found = application.findChild(ThemeKeeper, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return found if isinstance(found, ThemeKeeper) else ThemeKeeper(application)


def apply(name: str) -> None:
    """Dress the application in 'dark', 'light' or whatever the 'system' has; ValueError for another name."""
    keeper().choose(name)


def current() -> Theme:
    """Return the theme in force."""
    return keeper().theme()


def follow(slot: Callable[[Theme], None]) -> None:
    """Call a widget's slot with the theme in force, now and at every change.

    The slot must be a bound method of a QObject: the connection then ends with that object and does not keep it. It
    must not override another slot, for PySide never ends the connection of one that does.
    """
    keeper().changed.connect(slot)
    slot(current())


def load_fonts() -> None:
    """Register the bundled fonts and make them the application's; raises OSError for a font that does not load."""
    for file in sorted((resources() / "fonts").glob("*.ttf")):
        if QFontDatabase.addApplicationFont(str(file)) < 0:
            raise OSError(f"{file}: this is not a font that Qt can read; the file must be a TrueType font.")
    QApplication.setFont(sans(TEXT_PIXELS))


def sans(pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the text font at a height in pixels; symbols that it lacks come from the mono font."""
    return _font((SANS, MONO), pixels, weight)


def mono(pixels: int) -> QFont:
    """Return the font for numbers and shapes at a height in pixels."""
    return _font((MONO,), pixels, QFont.Weight.Normal)


@cache
def _font(families: tuple[str, ...], pixels: int, weight: QFont.Weight) -> QFont:
    """Return one font for all: making one and looking it up takes longer than writing a line with it."""
    font = QFont()
    font.setFamilies(families)
    font.setPixelSize(pixels)
    font.setWeight(weight)
    return font


def class_colours() -> list[str]:
    """Return the ten colours of classes in the theme in force; class k has the colour k mod 10.

    They are far apart for colour-blind eyes too, the first ones furthest, and stand out from the surfaces by 3:1.
    """
    colours: dict[str, str] = asdict(current())
    return [colours[f"class_{number}"] for number in range(CLASS_COLOURS)]


def diverging_lut(theme: Theme) -> NDArray[np.uint8]:
    """Return the colours of numbers, (256, 4) RGBA: 1 is the most negative, 128 is zero, 255 the most positive.

    The share of colour is |t|^0.7, so that small numbers are still seen. Blue against orange stays apart for
    colour-blind eyes. Row 0 repeats row 1.
    """
    share = np.clip((np.arange(256) - 128) / 127, -1, 1)[:, None]
    zero, negative, positive = (_rgb(c) for c in (theme.zero, theme.negative, theme.positive))
    weight = np.abs(share) ** _RAMP
    colours = zero * (1 - weight) + np.where(share > 0, positive, negative) * weight
    lut = np.full((256, 4), 255, dtype=np.uint8)
    lut[:, :3] = np.rint(colours)
    return lut


def blend(back: str, front: str, share: float) -> QColor:
    """Return `back` with `share` (0 to 1) of `front` over it, opaque: cheaper to paint than a translucent colour."""
    mixed = _rgb(back) * (1 - share) + _rgb(front) * share
    return QColor(*(round(part) for part in mixed.tolist()))


def set_role(widget: QWidget, role: str) -> None:
    """Dress a widget in one or more roles of the style sheet, such as 'dim', 'mono', 'chip' or 'ok'."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):  # else it is dressed when it is first shown
            widget.style().unpolish(widget)
            widget.style().polish(widget)


def style_sheet(theme: Theme) -> str:
    """Return the style sheet of the whole application in one theme's colours."""
    colours: dict[str, str] = asdict(theme)
    return _sheet().substitute(colours, icons=(resources() / "icons").as_posix(), mono=MONO)


def icon(name: str, colour: str = "") -> QIcon:
    """Return a bundled drawing in `colour` (ink if none is given), dimmer where disabled.

    The icon keeps its colour when the theme changes: ask again then. Raises FileNotFoundError for an unknown name.
    """
    drawing = (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    theme = current()
    made = QIcon()
    tints = {QIcon.Mode.Normal: colour or theme.ink, QIcon.Mode.Disabled: theme.disabled}
    for mode, tint in tints.items():
        renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", tint).encode()))
        for pixels in _ICON_PIXELS:
            made.addPixmap(_drawn(renderer, pixels), mode)
    return made


def _drawn(renderer: QSvgRenderer, pixels: int) -> QPixmap:
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter)
    painter.end()
    return pixmap


def _rgb(colour: str) -> NDArray[np.float64]:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float64)


@cache
def _load(name: str) -> Theme:
    with (resources() / "themes" / f"{name}.toml").open("rb") as file:
        return Theme(**tomllib.load(file))


@cache
def _sheet() -> Template:
    return Template((resources() / "themes" / "window.qss").read_text(encoding="utf-8"))


def _palette(theme: Theme) -> QPalette:
    """Return the palette that Fusion draws with where the style sheet is silent."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.background, role.WindowText: theme.ink, role.Base: theme.field,
        role.AlternateBase: theme.inset, role.Text: theme.ink, role.Button: theme.raised,
        role.ButtonText: theme.ink, role.BrightText: theme.error, role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.ink, role.PlaceholderText: theme.dim, role.Highlight: theme.primary,
        role.HighlightedText: theme.primary_ink, role.Accent: theme.accent, role.Link: theme.negative_ink,
        role.LinkVisited: theme.negative_ink, role.Light: theme.raised_hover, role.Midlight: theme.raised,
        role.Mid: theme.line, role.Dark: theme.line, role.Shadow: theme.background,
    }  # fmt: skip
    palette = QPalette()
    for part, colour in colours.items():
        palette.setColor(part, QColor(colour))
    for part in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText, role.PlaceholderText):
        palette.setColor(QPalette.ColorGroup.Disabled, part, QColor(theme.disabled))
    return palette

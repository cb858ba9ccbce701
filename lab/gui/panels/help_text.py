"""The text of the help window: what each view and panel shows, all keys, the formulas' notation, the conventions.

Views, panels, keys and matrices come from the tables and actions that the window itself is made of.
"""

from collections.abc import Iterable, Iterator

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from lab.experiment.stack.matrices import MATRICES
from lab.gui.widgets.board import board_view, chain_view
from lab.gui.widgets.curves import curve_plot
from lab.gui.widgets.drawing import cell_widget, plain_table
from lab.gui.widgets.fields import notice_bar, stack_line
from lab.gui.widgets.importing import column_choices
from lab.gui.widgets.matrix import editable_table, heatmap, shape_grid
from lab.gui.widgets.network import graph_view
from lab.gui.widgets.paint import ink_canvas, paint_canvas
from lab.gui.widgets.rows import image_grid, scatter_plot

WITH_KEYS = (
    cell_widget, heatmap, board_view, chain_view, shape_grid, curve_plot, stack_line, plain_table, editable_table,
    scatter_plot, image_grid, paint_canvas, ink_canvas, graph_view, column_choices, notice_bar,
)  # fmt: skip
"""The widgets that take keys of their own, each with its KEYS_HELP."""

_NOTATION = """\
Layer l counts from 1 to L. A batch has m examples, h units are in a layer. With **m examples** each example is a row:
z = a W + b. With **1 example** it is a column, so every matrix stands the other way round: z = Wᵀ a + b. σ is the
activation, σ′ its slope, ⊙ multiplies cell by cell.
"""
_FOCUS = "Tab and Shift+Tab lead from field to field; these keys count where the focus is."
_CONVENTIONS = """\
- δ is the derivative of the summed loss by z: per example, not divided by m. The 1/m is in ∂L/∂W and ∂L/∂b.
- Curves show the loss per example, without any penalty; the penalty's gradient is a term of its own, never on b.
- What is shown of a step belongs together: W and b as its forward pass used them, then the update that followed.
- After an edit there is no update on show until the next step.
- The last batch of an epoch may be smaller; it uses its own m.
- Blue is negative, orange positive, and zero has the colour of the background.
"""


def help_text(pages: Iterable[tuple[str, str]], panels: Iterable[tuple[str, str]], menus: Iterable[QMenu]) -> str:
    """Return the help as Markdown; pages, panels: the title of each and what it shows."""
    views, beside = ("\n".join(f"- **{title}**: {about}." for title, about in each) for each in (pages, panels))
    rows = [f"| {_plain(action)} | {_keys(action)} |" for menu in menus for action in _with_keys(menu)]
    shortcuts = "\n".join(["| What it does | Keys |", "| --- | --- |", *rows])
    kinds = [f"| {kind.symbol} | {kind.word} | {kind.help} |" for kind in MATRICES.values()]
    matrices = "\n".join(["| Symbol | Name | What it is |", "| --- | --- | --- |", *kinds])
    inner = "\n".join(
        f"| {module.KEYS_HELP.where} | {keys} | {what} |"
        for module in WITH_KEYS
        for keys, what in module.KEYS_HELP.keys
    )
    where = f"| Where the focus is | Keys | What they do |\n| --- | --- | --- |\n{inner}"
    return (
        f"# Views\n\n{views}\n\n# Panels\n\n{beside}\n\n# Shortcuts\n\n{shortcuts}\n\n"
        f"# Keys inside a view\n\n{_FOCUS}\n\n{where}\n\n# Notation\n\n{_NOTATION}\n{matrices}\n\n"
        f"# Conventions\n\n{_CONVENTIONS}"
    )


def _with_keys(menu: QMenu) -> Iterator[QAction]:
    """Yield the actions of a menu and of its submenus that have a shortcut."""
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from _with_keys(inner)
        elif not action.shortcut().isEmpty():
            yield action


def _plain(action: QAction) -> str:
    name = action.text().replace("&", "").rstrip("…")
    about = action.toolTip()
    return name if about.replace("&", "").rstrip("….") == name else f"{name}: {about}"


def _keys(action: QAction) -> str:
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)

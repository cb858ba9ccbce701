"""The text of the help window: what each view shows, the shortcuts, the notation of the formulas, the conventions.

Views, shortcuts and matrices come from the tables and actions that the window itself is made of.
"""

from collections.abc import Iterable, Iterator

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from lab.experiment.matrices import MATRICES

_NOTATION = """\
Layer l counts from 1 to L. A batch has m examples, h units are in a layer. With **m examples** each example is a row:
z = a W + b. With **1 example** it is a column, so every matrix stands the other way round: z = Wᵀ a + b. σ is the
activation, σ′ its slope, ⊙ multiplies cell by cell.
"""
_CONVENTIONS = """\
- δ is the derivative of the summed loss by z: per example, not divided by m. The 1/m is in ∂L/∂W and ∂L/∂b.
- Curves show the loss per example, without any penalty; the penalty's gradient is a term of its own, never on b.
- What is shown of a step belongs together: W and b as its forward pass used them, then the update that followed.
- After an edit there is no update on show until the next step.
- The last batch of an epoch may be smaller; it uses its own m.
- Blue is negative, orange positive, and zero has the colour of the background.
"""


def help_text(pages: Iterable[tuple[str, str]], menus: Iterable[QMenu]) -> str:
    """Return the help as Markdown; pages: the title of each and what it shows."""
    views = "\n".join(f"- **{title}**: {about}." for title, about in pages)
    rows = [f"| {_plain(action)} | {_keys(action)} |" for menu in menus for action in _with_keys(menu)]
    shortcuts = "\n".join(["| What it does | Keys |", "| --- | --- |", *rows])
    kinds = [f"| {kind.symbol} | {kind.word} | {kind.help} |" for kind in MATRICES.values()]
    matrices = "\n".join(["| Symbol | Name | What it is |", "| --- | --- | --- |", *kinds])
    return (
        f"# Views\n\n{views}\n\n# Shortcuts\n\n{shortcuts}\n\n# Notation\n\n{_NOTATION}\n{matrices}\n\n"
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

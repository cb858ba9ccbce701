"""What was decided of a file, a line for each note; long ones are cut and whole in their tooltip."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from lab.gui.theme import set_role
from lab.gui.widgets.fields.elided_label import ElidedLabel

_MOST_LINES = 3


class NoteList(QWidget):
    """Shows up to three lines; where there are more notes, the last line counts them and its tooltip has them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = [ElidedLabel() for _ in range(_MOST_LINES)]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        for line in self.lines:
            set_role(line, "dim")
            layout.addWidget(line)

    def show_notes(self, notes: Sequence[str]) -> None:
        """Show these notes."""
        shown = list(notes)
        hints = list(notes)
        if len(notes) > _MOST_LINES:
            kept = _MOST_LINES - 1
            shown = [*notes[:kept], f"and {len(notes) - kept} more notes"]
            hints = [*notes[:kept], "\n".join(notes[kept:])]
        for number, line in enumerate(self.lines):
            line.setText(shown[number] if number < len(shown) else "")
            line.setToolTip(hints[number] if number < len(hints) else "")
            line.setVisible(number < len(shown))

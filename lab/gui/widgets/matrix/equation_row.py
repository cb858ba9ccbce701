"""One equation as a row that can be chosen: name, formula, shapes and a note beneath."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from lab.gui.theme import set_role


class EquationRow(QFrame):
    """Shows texts only; a click, Return or Space on it is `chosen`."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "equation")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Show the matrix that this equation yields")
        self.name, self.formula, self.shapes, self.note = (QLabel() for _ in range(4))
        set_role(self.name, "dim small")
        set_role(self.formula, "formula")
        set_role(self.shapes, "mono dim")
        set_role(self.note, "dim small")
        self.name.setFixedWidth(100)
        self.note.setWordWrap(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 2, 8, 2)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(0)
        grid.addWidget(self.name, 0, 0)
        grid.addWidget(self.formula, 0, 1)
        grid.addWidget(self.shapes, 0, 2, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.note, 1, 1, 1, 2)
        grid.setColumnStretch(1, 1)

    def set_equation(self, name: str, formula: str, shapes: str, note: str) -> None:
        """Show these texts; an empty note takes no room."""
        self.name.setText(name)
        self.formula.setText(formula)
        self.shapes.setText(shapes)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.setAccessibleName(f"{name}: {formula}, shapes {shapes}")

    def set_selected(self, selected: bool) -> None:
        """Draw the row as the one whose matrix is on show."""
        if self.property("selected") != selected:
            self.setProperty("selected", selected)
            self.style().polish(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.chosen.emit()
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit()
        else:
            super().keyPressEvent(event)

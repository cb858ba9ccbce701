"""A row of buttons of which exactly one is down: choosing one, by number, keys and signal."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget


class ButtonRow(QWidget):
    """Arrow keys move along the row, Tab enters and leaves it as one; subclasses make the buttons."""

    current_changed = Signal(int)

    def __init__(self, spacing: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.idToggled.connect(self._on_id_toggled)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(spacing)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def current(self) -> int:
        """Return the number of the button that is down, -1 where there are none."""
        return self._group.checkedId()

    def set_current(self, number: int) -> None:
        """Put a button down, with the signal if it was not; raises IndexError for one that is not there."""
        button = self._group.button(number)
        if button is None:
            raise IndexError(f"button row: there is no button {number}; there are {len(self._group.buttons())}.")
        button.setChecked(True)

    def clear_current(self) -> None:
        """Put no button down, without a signal: nothing is chosen yet."""
        self._group.setExclusive(False)
        for button in self._group.buttons():
            button.setChecked(False)
        self._group.setExclusive(True)

    def _add(self, number: int, button: QAbstractButton) -> None:
        button.setCheckable(True)
        self._group.addButton(button, number)
        self._row.addWidget(button)
        button.show()  # now, or the next frame would be drawn without it

    def _remove(self, button: QAbstractButton) -> None:
        self._group.removeButton(button)
        self._row.removeWidget(button)
        button.hide()
        button.deleteLater()

    @Slot(int, bool)
    def _on_id_toggled(self, number: int, down: bool) -> None:
        if down:
            self.current_changed.emit(number)

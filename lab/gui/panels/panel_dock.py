"""A dock around a panel: the panel is hidden while another tab is in front of it, so that it takes no keys unseen."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDockWidget, QWidget

from lab.gui.widgets.fields.panel_frame import framed


class PanelDock(QDockWidget):
    """Holds a panel at least `width` pixels wide; saved layouts know the dock by its name.

    Qt only moves the docks behind a tab out of sight, where Tab still goes into them.
    """

    def __init__(self, name: str, title: str, panel: QWidget, width: int, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setObjectName(f"dock_{name}")
        panel.setMinimumWidth(width)
        frame = framed(panel)
        policy = frame.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # the docks keep their sizes whichever is in front
        frame.setSizePolicy(policy)
        self.setWidget(frame)
        self.visibilityChanged.connect(self._on_visibility_changed)

    @Slot(bool)
    def _on_visibility_changed(self, visible: bool) -> None:
        self.widget().setVisible(visible)

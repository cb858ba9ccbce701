"""The panels: each arranges widgets around one part of the workspace, and none knows another.

To add a page (three files):

1. A reading in `lab/experiment/readings/`, where what the page shows cannot be asked for yet: see the recipe there.
2. A panel file in `run_pages/` whose class extends `ViewerPanel`: `readings()` says what it needs now,
   `show_snapshot(snapshot)` shows the answers, `clear()` is called when another run begins. While it is
   hidden nothing is asked for.
3. A row of PAGES in `lab/gui/main_window.py`: name, title, help text and what makes the panel; where it matters also
   when the page is available, which signal brings it to the front, and whether the board stays beneath it.

`setup/` holds what a run is made of, `run_pages/` the pages that show one, `bars/` what stays in view around them,
`menus/` the entries of the menus; the board, the inspector and the history of edits lie here.
"""

"""Edits of a run while it trains, and the kept states with which they are taken back.

An edit is a frozen value that is applied between two steps. A keyframe is all that a session needs to go on. Taking
an edit back is going back to the keyframe before it; any step of a run is a keyframe and a replay of the edits that
follow.

To add a kind of edit: write its class, with `name` and `apply`, into the file of its topic (settings, stack_edits,
cell_edits, number_edits, run_edits), and its line into EDITS in edits.py. Where a window's field is to cause it, let
`edits_between` in differences.py return it. Nothing else has to know of it.
"""

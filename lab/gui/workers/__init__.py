"""Threads of the window: one trains, one reads data. They know sessions and files, no widgets."""

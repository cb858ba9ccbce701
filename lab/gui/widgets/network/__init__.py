"""Widgets that show a network as neurons and edges; they know arrays and names only."""

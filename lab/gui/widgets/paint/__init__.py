"""Widgets for painting points: canvas, tools and the colours of the classes."""

"""Widgets that show the rows of a data set: tables, images, columns in figures, points."""

"""Widgets that show a matrix: heatmap, table, histogram, statistics, and the grid of shapes to choose one from."""

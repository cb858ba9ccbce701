"""A number over a plane: contour lines, colours, and the paths that lead over it."""

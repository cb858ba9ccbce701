"""What several widgets draw with: how numbers are written, colours of values, axes, markers, grids of cells."""

"""Explain a cell: any number of a step written out as the sum that it is."""

"""The parts of the page of errors: one for classes, one for numbers."""

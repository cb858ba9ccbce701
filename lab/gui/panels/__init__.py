"""The parts of the window, each knowing the workspace and none of the others."""

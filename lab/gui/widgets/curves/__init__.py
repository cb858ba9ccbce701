"""Curves over steps or epochs: what draws them, their legend, and the values under the pointer."""

"""A run from its start to its end without a window: until when, what stops it, and the figures it reports."""

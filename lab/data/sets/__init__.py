"""Data that needs no file of the user's: bundled, generated and painted sets, and inputs computed from others."""

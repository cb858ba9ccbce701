"""A run as one page for a browser: its pictures are part of it, nothing in it runs, nothing is fetched."""

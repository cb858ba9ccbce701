"""The window: everything here knows Qt, and only `lab.app` knows this."""

"""Browsing the data in use: its rows, columns and points, and the rows that the network gets wrong."""

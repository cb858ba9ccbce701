"""The layer stack as data: its rows, its line of text, its equations, matrices, memory and starting values."""

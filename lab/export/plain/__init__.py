"""A run as plain NumPy: the program in passages with its equations, and what a script and a notebook make of it."""

"""The words of the board: its rows, its chain, its cells' names and sums."""

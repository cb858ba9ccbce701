"""The pages that show a run or let it be asked: curves, confusion, rows, gradient check, what do you expect."""

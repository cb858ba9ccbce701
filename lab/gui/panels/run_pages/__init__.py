"""The pages that show a run or let it be asked: curves, gradients, errors, one example, rows, gradient check, …"""

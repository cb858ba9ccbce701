"""What do you expect? Questions on the numbers and shapes of a step, and which slip a wrong answer comes from.

To add a slip: a function from an explained cell to what the slip would give, and its row in `slips.SLIPS`.
"""

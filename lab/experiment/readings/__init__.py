"""What may be asked of a session, one reading a file: matrices, losses, an explained cell, outputs, row results.

To add a reading (one file):

1. Make a file here with a frozen dataclass that extends `Reading`; its fields say what exactly is asked for.
2. Write `read(session)`: copy or compute the answer, change nothing, and return it frozen (`read_only` for arrays).
   Return None where the session has no such thing yet: a layer that is gone, a run before its first step.
3. Where reading costs more than a copy, set `interval`, the seconds after which it is worth asking again.

A viewer asks by returning the reading from its `readings()`, and finds the answer with `snapshot.get(reading)`.
"""

"""Whether a text spells a number, and which: the one rule that readers and recipes share."""


def as_number(text: str) -> float | None:
    """Return the number that a field spells (NaN and infinity too), or None where it is a text."""
    if "_" in text:  # Python reads 1_000 as a number; in a table it is a name
        return None
    try:
        return float(text)
    except ValueError:
        return None

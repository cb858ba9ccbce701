"""A layer's number as it stands behind a symbol."""

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def superscript(number: int) -> str:
    """Return 12 as "¹²"."""
    return str(number).translate(_SUPERSCRIPTS)

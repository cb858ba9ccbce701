"""Which version of the program this is."""

from importlib.metadata import PackageNotFoundError, version

_PACKAGE = "delta-lab"


def program_version() -> str:
    """Return the installed version, such as "0.1.0", or "not installed" where the source is run as it lies."""
    try:
        return version(_PACKAGE)
    except PackageNotFoundError:
        return "not installed"

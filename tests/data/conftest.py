"""A file with given bytes, for the readers' tests."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str | bytes], Path]:
    """Return a function that writes a text (as UTF-8) or bytes to pets.csv and returns its path."""

    def write_file(content: str | bytes) -> Path:
        path = tmp_path / "pets.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file

"""A table's target column: texts or numbers that name classes, and the targets that cannot be classes."""

import math
from decimal import Decimal
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lab.data.as_number import as_number
from lab.data.errors import DataError, place, quoted

_MOST_CLASSES = 1000


class TargetColumn:
    """Collects one text a row, then numbers the classes."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self.name = name
        self._lines: dict[str, int] = {}  # each text and the line where it stands first
        self._numbers: dict[str, int] = {}
        self._of_row: list[int] = []

    def add(self, text: str, line: int) -> None:
        """Take the next row's text; raises DataError where it is empty."""
        text = text.strip()
        if not text:
            raise DataError(
                f"{place(self._path, line, self.name)}: the target cell is empty; give the row a class or leave it out."
            )
        self._lines.setdefault(text, line)
        self._of_row.append(self._numbers.setdefault(text, len(self._numbers)))

    def classes(self) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        """Return the class number of every row, (N,), and the class names.

        Classes are sorted, by value where all are numbers; then texts for the same number ("1", "1.0")
        are one class under the first of them. Raises DataError where the column does not name classes.
        """
        values = self._values()
        if values is None:
            names = {text: text for text in self._numbers}
            order = sorted(names)
        else:
            by_value: dict[Decimal, str] = {}
            names = {text: by_value.setdefault(value, text) for text, value in values.items()}
            order = [by_value[value] for value in sorted(by_value)]
        number = {name: index for index, name in enumerate(order)}
        of_text = np.array([number[names[text]] for text in self._numbers], np.int64)
        y = of_text[np.array(self._of_row, np.int64)]
        self._check(order, np.bincount(y, minlength=len(order)))
        return y, tuple(order)

    def _values(self) -> dict[str, Decimal] | None:
        """Return the number of each text, exactly, or None where one of them is no number."""
        numbers = {text: as_number(text) for text in self._numbers}
        if None in numbers.values():
            return None
        for text, number in numbers.items():
            if number is None or not math.isfinite(number):
                raise DataError(
                    f"{place(self._path, self._lines[text], self.name)}: found {quoted(text)} among numbers; "
                    "classes that are numbers must be finite, so correct the row or leave it out."
                )
        return {text: Decimal(text) for text in numbers}

    def _check(self, names: list[str], counts: NDArray[np.int64]) -> None:
        where = place(self._path, None, self.name)
        rows = int(counts.sum())
        if len(names) == 1:
            raise DataError(
                f"{where}: all {rows:,} examples are of the class {quoted(names[0])}; "
                "choose a target with at least two classes."
            )
        if len(names) > _MOST_CLASSES or len(names) == rows:
            raise DataError(
                f"{where}: {len(names):,} different values in {rows:,} rows look like a number to predict "
                f"or an identifier; choose one of at most {_MOST_CLASSES:,} classes (regression comes later)."
            )
        single = [name for name, count in zip(names, counts, strict=True) if count == 1]
        if single:
            others = f" (as have {len(single) - 1:,} other classes)" if len(single) > 1 else ""
            raise DataError(
                f"{place(self._path, self._lines[single[0]], self.name)}: the class {quoted(single[0])} has "
                f"a single example{others}; give every class at least two or leave the row out."
            )

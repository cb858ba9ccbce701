"""The figures at the end of every epoch, kept as the rows of one array: a long run has hundreds of thousands."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

_FIELDS = 5


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """The figures at the end of an epoch; losses are per example, NaN where a part has no examples."""

    epoch: int
    step: int
    train_loss: float
    """Mean over the epoch's examples, each measured with the weights of its own step."""
    validation_loss: float
    validation_score: float
    """The share of examples that are right; of target numbers R²: 1 at best, 0 for always saying their mean."""


class EpochRecords(Sequence[EpochRecord]):
    """Records in the order of the epochs, only ever added to; each is made when it is asked for."""

    def __init__(self, records: Sequence[EpochRecord] = ()) -> None:
        if isinstance(records, EpochRecords):
            rows = records.rows()
        else:
            rows = np.array([astuple(record) for record in records], np.float64).reshape(-1, _FIELDS)
        self._rows, self._length = rows, len(rows)

    @classmethod
    def of_rows(cls, rows: NDArray[np.float64]) -> "EpochRecords":
        """Return the records of an array (epochs, 5), which is copied: the fields of EpochRecord in their order."""
        made = cls()
        made._rows, made._length = rows.copy(), len(rows)
        return made

    def rows(self) -> NDArray[np.float64]:
        """Return a copy of the records as an array, (epochs, 5)."""
        return self._rows[: self._length].copy()

    def append(self, record: EpochRecord) -> None:
        """Add the record of the next epoch."""
        if self._length == len(self._rows):
            self._rows = np.concatenate([self._rows, np.empty((max(64, self._length), _FIELDS))])
        self._rows[self._length] = astuple(record)
        self._length += 1

    def after(self, step: int, length: int) -> list[EpochRecord]:
        """Return those of the first `length` records whose epochs ended after a step."""
        return self[int(np.searchsorted(self._rows[:length, 1], step, "right")) : length]

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> EpochRecord: ...
    @overload
    def __getitem__(self, place: slice) -> list[EpochRecord]: ...
    def __getitem__(self, place: int | slice) -> EpochRecord | list[EpochRecord]:
        found = self._rows[: self._length][place]
        if isinstance(place, slice):
            return [EpochRecord(int(epoch), int(step), *rest) for epoch, step, *rest in found.tolist()]
        epoch, step, *rest = found.tolist()
        return EpochRecord(int(epoch), int(step), *rest)

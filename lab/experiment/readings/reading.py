"""The base of all readings: a frozen value that says what is asked of a session, and how to read the answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import numpy as np

if TYPE_CHECKING:
    from lab.experiment.session import Session
from numpy.typing import NDArray

Answer = TypeVar("Answer")
Scalar = TypeVar("Scalar", bound=np.generic)


class Reading(ABC, Generic[Answer]):
    """A question to a session; its subclasses are frozen dataclasses, so that equal questions are one."""

    interval: ClassVar[float] = 0.0
    """Seconds after which it is worth asking again while a run trains; 0 for what costs no more than a copy."""

    @abstractmethod
    def read(self, session: Session) -> Answer | None:
        """Return the frozen answer, or None where the session has none; called between two steps, changes nothing."""


AnyReading = Reading[Any]


def read_only(array: NDArray[Scalar]) -> NDArray[Scalar]:
    """Return a view of the array that cannot be written to."""
    view = array.view()
    view.flags.writeable = False
    return view

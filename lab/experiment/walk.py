"""A walk through a step, one equation at a time, forward and back; what is not yet computed is blank.

A walk begins with the next batch of the run. Its matrices are computed with the weights as they are, as after an edit
that shows another batch; they come into view one by one. The last equation is the update: only there the session takes
its step, the very one that it would have taken. Going back over it, or leaving before it, puts back the keyframe from
before the batch. So a run that was walked goes on bit for bit as one that never was.
"""

from typing import Final

from lab.experiment.session import Session
from lab.experiment.timeline.keyframe import Keyframe, restore_keyframe, take_keyframe
from lab.experiment.walk_place import WalkPlace, walk_equations

MOST_BYTES: Final = 64 << 20
"""What the keyframes of walked batches may take in all; the oldest make room, the present one always stays."""


class Walk:
    """Walks a session; `Session.walking` says where it stands, None where nobody walks. Call it between two steps."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._before: list[Keyframe] = []
        """Where the run stood before each batch that is or was walked, oldest first."""

    def forward(self) -> None:
        """Compute the next equation; after the update, the first one of the next batch.

        Raises TrainingFailed where the loss is not finite; the walk is over then.
        """
        place = self._session.walking
        if place is None or place.is_complete:
            self._begin()
            place = self._session.walking
            assert place is not None
        if place.done + 1 == len(place.equations):
            self._step(place)
        else:
            self._session.walking = place.moved(1)

    def back(self) -> None:
        """Take the last equation back, the update too; from the beginning of a batch go to the end of the one before.

        Where that was not walked, or not lately, the walk is over. Without a walk nothing happens.
        """
        session = self._session
        place = session.walking
        if place is None:
            return
        if place.is_complete:
            restore_keyframe(session, self._before[-1])
            self._show()
            session.walking = place.moved(-1)
        elif place.done:
            session.walking = place.moved(-1)
        else:
            restore_keyframe(session, self._before.pop())
            session.walking = WalkPlace(place.equations, len(place.equations)) if self._before else None

    def leave(self) -> None:
        """End the walk: before the update the session stands where it stood before the batch."""
        session = self._session
        if session.walking is not None and not session.walking.is_complete:
            restore_keyframe(session, self._before[-1])
        session.walking = None
        self._before = []

    def _begin(self) -> None:
        session = self._session
        session.walking = None
        self._before.append(take_keyframe(session))
        while len(self._before) > 1 and sum(map(_bytes, self._before)) > MOST_BYTES:
            del self._before[0]
        self._show()
        session.walking = WalkPlace(walk_equations(session.network.layers))

    def _show(self) -> None:
        """Compute the next batch with the weights as they are; nothing of the run moves on."""
        session = self._session
        session.early_stopping.go_on(session.network)
        session.used_rows = session.next_rows().copy()
        session.show_last_batch()

    def _step(self, place: WalkPlace) -> None:
        session = self._session
        restore_keyframe(session, self._before[-1])
        session.walking = None
        session.step()
        session.walking = place.moved(1)


def _bytes(keyframe: Keyframe) -> int:
    return sum(array.nbytes for array in keyframe.state.arrays.values())

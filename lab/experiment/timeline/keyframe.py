"""A keyframe: all that a session needs to go on from a step, taken by copying vectors and sharing everything else."""

from dataclasses import dataclass

from lab.data.dataset import Dataset
from lab.experiment.building import Prepared, build_network
from lab.experiment.session import Session
from lab.experiment.session_state import SessionState, put_back, take_vectors
from lab.experiment.spec import Experiment
from lab.experiment.training.history import History, HistoryMark


@dataclass(frozen=True, eq=False)
class Keyframe:
    """Where a session stood between two steps; experiment, data and history are shared, for none of them changes."""

    experiment: Experiment
    dataset: Dataset
    prepared: Prepared
    state: SessionState
    history: HistoryMark

    @property
    def step(self) -> int:
        """Steps that were done."""
        return self.history.steps


def take_keyframe(session: Session) -> Keyframe:
    """Return where the session stands; no later step or edit changes what is returned."""
    state, mark = take_vectors(session), session.history.mark()
    return Keyframe(session.experiment, session.dataset, session.prepared, state, mark)


def restore_keyframe(session: Session, keyframe: Keyframe) -> None:
    """Let the session stand where it stood when the keyframe was taken, bit for bit.

    A network of the same layers is used again; with other layers a new one is built.
    """
    experiment, dataset, prepared = keyframe.experiment, keyframe.dataset, keyframe.prepared
    network = session.network
    if not _fits(session, keyframe):
        network = build_network(experiment, dataset, prepared.parts["train"], drawn=False)
    session.set_up(experiment, dataset, prepared, network)
    put_back(session, keyframe.state, History.at(keyframe.history))


def _fits(session: Session, keyframe: Keyframe) -> bool:
    """Tell whether the session's network is one of the keyframe's experiment on its data."""
    now, then = session.experiment, keyframe.experiment
    names = ("loss", "reduction", "label_smoothing", "class_weights", "dtype")
    same = now.layers == then.layers and now.seed == then.seed and session.prepared is keyframe.prepared
    return same and all(getattr(now.training, name) == getattr(then.training, name) for name in names)

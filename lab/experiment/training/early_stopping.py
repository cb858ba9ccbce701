"""Early stopping: when the validation loss no longer falls, stop, and bring back the weights of its best epoch."""

from math import inf

from lab.core.network import Network
from lab.core.types import Array
from lab.experiment.forms.training_specs import EarlyStoppingSpec

Weights = tuple[Array, Array]
"""Copies of a network's parameters and buffers."""


class EarlyStopping:
    """Counts the epochs without a lower validation loss; without a spec it never ends a run."""

    def __init__(self, spec: EarlyStoppingSpec | None) -> None:
        self.spec = spec
        self.best_loss = inf
        self.best_epoch = 0
        self.epoch = 0
        self.best: Weights | None = None
        """The weights of the best epoch."""
        self.last: Weights | None = None
        """The weights that training goes on with, while the network has the best ones instead of them."""

    @property
    def is_over(self) -> bool:
        """Whether the run is to stop here."""
        return self.spec is not None and self.epochs_since_best >= self.spec.patience

    @property
    def epochs_since_best(self) -> int:
        """Epochs that have been observed since the one with the lowest loss."""
        return self.epoch - self.best_epoch

    @property
    def has_put_back(self) -> bool:
        """Whether the network has the weights of its best epoch instead of those that training goes on with."""
        return self.last is not None

    def forget_weights(self) -> None:
        """Go on with the weights that the network has, and let go of others, which another stack could not take.

        What was the best loss stays.
        """
        self.best = self.last = None

    def observe(self, validation_loss: float, network: Network, last: bool = False) -> None:
        """Note the loss of an epoch; where the run ends with it, put the best weights back if that was asked for."""
        if self.spec is None:
            return
        self.epoch += 1
        if validation_loss < self.best_loss:
            self.best_loss, self.best_epoch = validation_loss, self.epoch
            if self.spec.restore_best:
                self.best = _copied(network)
        elif (last or self.is_over) and self.best is not None:
            self.last = _copied(network)
            network.parameters[...], network.buffers[...] = self.best

    def go_on(self, network: Network) -> None:
        """Put back the weights that the optimizer's memories belong to, where a run is trained beyond its end."""
        if self.last is not None:
            network.parameters[...], network.buffers[...] = self.last
            self.last = None


def _copied(network: Network) -> Weights:
    return network.parameters.copy(), network.buffers.copy()

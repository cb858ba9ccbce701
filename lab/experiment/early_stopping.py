"""Early stopping: when the validation loss no longer falls, stop, and bring back the weights of its best epoch."""

from math import inf

from lab.core.network import Network
from lab.core.types import Array
from lab.experiment.training_specs import EarlyStoppingSpec


class Patience:
    """Counts the epochs without a lower validation loss; without a spec it never ends a run."""

    def __init__(self, spec: EarlyStoppingSpec | None) -> None:
        self.spec = spec
        self.best_loss = inf
        self.best_epoch = 0
        self.epoch = 0
        self.best: tuple[Array, Array] | None = None
        """The parameters and buffers of the best epoch."""

    @property
    def is_over(self) -> bool:
        """Whether the run is to stop here."""
        return self.spec is not None and self.epoch - self.best_epoch >= self.spec.patience

    def observe(self, validation_loss: float, network: Network, last: bool = False) -> None:
        """Note the loss of an epoch; where the run ends with it, put the best weights back if that was asked for."""
        if self.spec is None:
            return
        self.epoch += 1
        if validation_loss < self.best_loss:
            self.best_loss, self.best_epoch = validation_loss, self.epoch
            if self.spec.restore_best:
                self.best = (network.parameters.copy(), network.buffers.copy())
        elif (last or self.is_over) and self.best is not None:
            network.parameters[...], network.buffers[...] = self.best

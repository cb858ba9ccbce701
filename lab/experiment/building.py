"""Builds what a run starts with: the subsets of its data, scaled and ready for batches, and the untrained network."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.core.network import Network
from lab.core.targets import balanced_weights, mean_one
from lab.core.types import Array
from lab.data.dataset import Dataset
from lab.data.recipe.gaps import fill, fit_fills
from lab.data.subsets.batch import Batches
from lab.data.subsets.scaling import Scaling, fit_scaling
from lab.data.subsets.split import SUBSETS, Split
from lab.experiment.datasets import share_out
from lab.experiment.forms.problems import SpecError, not_one_of
from lab.experiment.spec import Experiment
from lab.experiment.stack.starting_values import start_with_given


@dataclass(frozen=True, eq=False)
class Prepared:
    """The parts of a dataset, ready for gathering, with everything that was fitted on the training rows."""

    parts: dict[str, Batches]
    scaling: Scaling
    target_scaling: Scaling | None
    """How target numbers are brought to one size; None for classes."""
    fills: NDArray[np.float64]
    """What stands for a gap in each column, (n,)."""


def prepare_parts(experiment: Experiment, dataset: Dataset, split: Split | None = None) -> Prepared:
    """Fit fills and scalings on the training rows of `split` alone, and make the parts ready.

    Without a split the rows are shared out here, as the experiment's seed does it.
    """
    data = experiment.data
    split = split if split is not None else share_out(dataset, data, experiment.seed)
    fills = np.zeros(dataset.inputs)
    x, y = dataset.x, dataset.y
    if dataset.gaps:
        fills = fit_fills(dataset.gaps, x[split.train])
        x = fill(x, fills)
    scaling = fit_scaling(data.scaling, x, dataset.pixel_max, split.train, dataset.watch)
    target_scaling = None
    if dataset.is_regression:
        target_scaling = fit_scaling(data.target_scaling, y, None, split.train)
        y = target_scaling.apply(y, np.float64)
    dtype = np.dtype(experiment.training.dtype)
    rows = dict(zip(SUBSETS, (split.train, split.validation, split.test), strict=True))
    parts = {name: Batches(x, y, part, scaling, dtype, dataset.watch) for name, part in rows.items()}
    return Prepared(parts, scaling, target_scaling, fills)


def build_network(experiment: Experiment, dataset: Dataset, train: Batches, drawn: bool = True) -> Network:
    """Return the experiment's untrained network, with its starting values where it gives some.

    drawn: whether it has first weights; else they are 0, for whoever has others for it. Raises SpecError for class
    weights that do not fit the classes, and starting values that do not fit the layers.
    """
    weights = class_weights_for(experiment.training.class_weights, dataset, train)
    network = make_network(experiment, dataset.inputs, weights, drawn)
    if drawn:
        start_with_given(network, experiment)
    return network


def make_network(
    experiment: Experiment, inputs: int, class_weights: Array | None = None, drawn: bool = True
) -> Network:
    """Return the network that an experiment describes for that many inputs, its weights as they are first drawn.

    Raises SpecError where some of them are not finite.
    """
    training = experiment.training
    with np.errstate(over="ignore"):
        network = Network(
            inputs,
            [spec.make() for spec in experiment.layers],
            training.loss,
            training.reduction,
            experiment.seed,
            training.dtype,
            label_smoothing=training.label_smoothing,
            class_weights=class_weights,
            drawn=drawn,
        )
    for number, spans in enumerate(network.slices):
        if not all(np.isfinite(network.parameters[span]).all() for span in spans.values()):
            problem = f"layers[{number}]: its first weights are no finite {training.dtype}: take a smaller scale"
            raise SpecError([problem])
    return network


def class_weights_for(asked: str | dict[str, float] | None, dataset: Dataset, train: Batches) -> Array | None:
    """Return a weight for every class with mean 1 over the training examples, or None.

    Raises SpecError where the weights asked for do not fit the classes.
    """
    if asked is None:
        return None
    if dataset.is_regression:
        raise SpecError(["training.class_weights: given, but the target holds numbers, which have no classes"])
    counts = np.bincount(train.y, minlength=dataset.classes)
    if isinstance(asked, str):
        return mean_one(balanced_weights(counts), counts)
    if unknown := [name for name in asked if name not in dataset.class_names]:
        raise SpecError([f"training.class_weights: {not_one_of(name, dataset.class_names)}" for name in unknown])
    weights = np.array([asked.get(name, 1.0) for name in dataset.class_names])
    if not weights[counts > 0].any():
        raise SpecError(["training.class_weights: 0 for every class of the training set; one must be above 0"])
    return mean_one(weights, counts)

"""What a layer stack comes to on given data: the shapes and parameters of every row, and what makes it impossible."""

from dataclasses import dataclass
from math import prod
from typing import Any

from lab.core.activations import ACTIVATIONS
from lab.core.layer_kinds.output_layer import OutputLayer
from lab.core.layers import LAYERS, Layer
from lab.core.losses import LOSSES
from lab.core.output_rule import why_refused
from lab.experiment.forms.layer_specs import DenseSpec
from lab.experiment.spec import Experiment


@dataclass(frozen=True)
class StackRow:
    """One layer of a stack with its sizes; `problem` is the reason why it cannot stand there, or None."""

    number: int
    inputs: int
    outputs: int
    parameters: int
    shapes: dict[str, tuple[int, ...]]
    """The shape of every parameter and buffer by its name."""
    problem: str | None


def stack_rows(experiment: Experiment, inputs: int, classes: int | None) -> list[StackRow]:
    """Return the rows of the experiment's stack on `inputs` numbers and that many classes (None: not known)."""
    rows: list[StackRow] = []
    width = inputs
    for number, spec in enumerate(experiment.layers, start=1):
        last = number == len(experiment.layers)
        layer = spec.make()
        outputs = layer.output_size(width)
        shapes = layer.parameter_shapes(width)
        problem = _output_problem(experiment, layer, outputs, classes) if last else _hidden_problem(layer, outputs)
        problem = problem or (spec.start_problem(shapes) if inputs else None)
        parameters = sum(prod(shape) for shape in shapes.values())
        rows.append(StackRow(number, width, outputs, parameters, shapes | layer.buffer_shapes(width), problem))
        width = outputs
    return rows


def _hidden_problem(layer: Layer[Any], outputs: int) -> str | None:
    if outputs == 1 and isinstance(layer, OutputLayer) and layer.activation.why_not_alone:
        return f"{layer.activation.why_not_alone}: give it more units or another activation"
    return None


def _output_problem(experiment: Experiment, layer: Layer[Any], outputs: int, classes: int | None) -> str | None:
    if not isinstance(layer, OutputLayer):
        return f"the last layer must be dense or activation, not {LAYERS[layer.kind].title.lower()}: add one after it"
    sigma, loss = layer.activation, experiment.training.loss
    if experiment.data.is_regression:
        return _number_problem(experiment, outputs, classes) or why_refused(loss, sigma.name, outputs)
    if classes is not None and outputs != classes and not (classes == 2 and outputs == 1):
        also = ", or 1 unit with sigmoid" if classes == 2 else ""
        return f"the data has {classes} classes, the output {outputs}: set {classes} units{also}"
    if classes is not None and outputs == 1 and not sigma.is_chance:
        chances = " or ".join(name for name, entry in ACTIVATIONS.items() if entry.is_chance)
        return f"one unit for two classes must be a {chances}, not {sigma.name}"
    return why_refused(loss, sigma.name, outputs)


def _number_problem(experiment: Experiment, outputs: int, numbers: int | None) -> str | None:
    """Return why the output cannot learn target numbers, or None; `numbers` (None: not known) of each example."""
    if numbers is not None and outputs != numbers:
        return f"the target is {numbers} number{'s' if numbers > 1 else ''}, the output {outputs}: set {numbers}"
    fitting = [name for name, loss in LOSSES.items() if loss.takes_numbers]
    if experiment.training.loss not in fitting:
        return f"{experiment.training.loss} compares classes, the target holds numbers: choose {', '.join(fitting)}"
    return None


def stack_problems(experiment: Experiment, inputs: int, classes: int | None) -> list[str]:
    """Return what makes the stack impossible, with the field's path: empty where it can run."""
    rows = stack_rows(experiment, inputs, classes)
    return [f"layers[{row.number - 1}]: {row.problem}" for row in rows if row.problem is not None]


def with_fitting_output(experiment: Experiment, outputs: int) -> Experiment:
    """Return the experiment with its last layer and loss made to fit `outputs` classes or target numbers.

    What fits already is left as it is; else the output becomes softmax with cross-entropy, or for target numbers
    linear with half squared error.
    """
    last = experiment.layers[-1]
    if _output_problem(experiment, last.make(), stack_rows(experiment, 1, None)[-1].outputs, outputs) is None:
        return experiment
    regression = experiment.data.is_regression
    activation, loss = ("linear", "half_squared_error") if regression else ("softmax", "cross_entropy")
    fitted = last.as_output(outputs, activation)
    before = experiment.layers if fitted is None else experiment.layers[:-1]
    output = DenseSpec(units=outputs, activation=activation) if fitted is None else fitted
    changes: dict[str, object] = {"loss": loss}
    if regression:
        changes |= {"label_smoothing": 0.0, "class_weights": None}
    training = experiment.training.model_copy(update=changes)
    return experiment.model_copy(update={"layers": (*before, output), "training": training})

"""What a layer stack comes to on given data: the shapes and parameters of every row, and what makes it impossible."""

from dataclasses import dataclass
from math import prod

from lab.core.losses import LOSSES
from lab.core.output_rule import why_refused
from lab.experiment.layer_specs import ActivationSpec, DenseSpec
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
        problem = _output_problem(experiment, outputs, classes) if last else _hidden_problem(spec, outputs)
        parameters = sum(prod(shape) for shape in shapes.values())
        rows.append(StackRow(number, width, outputs, parameters, shapes | layer.buffer_shapes(width), problem))
        width = outputs
    return rows


def _hidden_problem(spec: object, outputs: int) -> str | None:
    if isinstance(spec, DenseSpec | ActivationSpec) and spec.activation == "softmax" and outputs == 1:
        return "a softmax over one unit is always 1: give it more units or another activation"
    return None


def _output_problem(experiment: Experiment, outputs: int, classes: int | None) -> str | None:
    output = experiment.layers[-1]
    if not isinstance(output, DenseSpec | ActivationSpec):
        return f"the last layer must be dense or activation, not {output.kind}: add one after it"
    if experiment.data.is_regression:
        return _number_problem(experiment, outputs, classes) or why_refused(
            experiment.training.loss, output.activation, outputs
        )
    if classes is not None and outputs != classes and not (classes == 2 and outputs == 1):
        also = ", or 1 unit with sigmoid" if classes == 2 else ""
        return f"the data has {classes} classes, the output {outputs}: set {classes} units{also}"
    if classes is not None and outputs == 1 and output.activation != "sigmoid":
        return f"one unit for two classes must be a sigmoid, not {output.activation}"
    return why_refused(experiment.training.loss, output.activation, outputs)


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
    if _output_problem(experiment, stack_rows(experiment, 1, None)[-1].outputs, outputs) is None:
        return experiment
    regression = experiment.data.is_regression
    activation, loss = ("linear", "half_squared_error") if regression else ("softmax", "cross_entropy")
    fields: dict[str, object] = {"units": outputs, "activation": activation}
    output = last.model_copy(update=fields) if isinstance(last, DenseSpec) else DenseSpec.model_validate(fields)
    before = experiment.layers[:-1] if isinstance(last, DenseSpec) else experiment.layers
    changes: dict[str, object] = {"loss": loss}
    if regression:
        changes |= {"label_smoothing": 0.0, "class_weights": None}
    training = experiment.training.model_copy(update=changes)
    return experiment.model_copy(update={"layers": (*before, output), "training": training})

"""What a layer stack comes to on given data: the shapes and parameters of every row, and what makes it impossible."""

from dataclasses import dataclass
from math import prod

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
    if classes is not None and outputs != classes and not (classes == 2 and outputs == 1):
        also = ", or 1 unit with sigmoid" if classes == 2 else ""
        return f"the data has {classes} classes, the output {outputs}: set {classes} units{also}"
    if classes is not None and outputs == 1 and output.activation != "sigmoid":
        return f"one unit for two classes must be a sigmoid, not {output.activation}"
    return why_refused(experiment.training.loss, output.activation, outputs)


def stack_problems(experiment: Experiment, inputs: int, classes: int | None) -> list[str]:
    """Return what makes the stack impossible, with the field's path: empty where it can run."""
    rows = stack_rows(experiment, inputs, classes)
    return [f"layers[{row.number - 1}]: {row.problem}" for row in rows if row.problem is not None]

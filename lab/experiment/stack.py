"""What a layer stack comes to on given data: the shapes and parameters of every row, and what makes it impossible."""

from dataclasses import dataclass

from lab.core.output_rule import why_refused
from lab.experiment.spec import Experiment


@dataclass(frozen=True)
class StackRow:
    """One layer of a stack with its sizes; `problem` is the reason why it cannot stand there, or None."""

    number: int
    inputs: int
    outputs: int
    parameters: int
    problem: str | None


def stack_rows(experiment: Experiment, inputs: int, classes: int | None) -> list[StackRow]:
    """Return the rows of the experiment's stack on `inputs` numbers and that many classes (None: not known)."""
    rows: list[StackRow] = []
    width = inputs
    for number, layer in enumerate(experiment.layers, start=1):
        last = number == len(experiment.layers)
        problem = _output_problem(experiment, classes) if last else None
        if not last and layer.activation == "softmax" and layer.units == 1:
            problem = "a softmax over one unit is always 1: give it more units or another activation"
        rows.append(StackRow(number, width, layer.units, width * layer.units + layer.units, problem))
        width = layer.units
    return rows


def _output_problem(experiment: Experiment, classes: int | None) -> str | None:
    output = experiment.layers[-1]
    if classes is not None and output.units != classes:
        one_for_two = classes == 2 and output.units == 1
        if not one_for_two:
            also = ", or 1 unit with sigmoid" if classes == 2 else ""
            return f"the data has {classes} classes, the output {output.units}: set {classes} units{also}"
        if output.activation != "sigmoid":
            return f"one unit for two classes must be a sigmoid, not {output.activation}"
    return why_refused(experiment.training.loss, output.activation, output.units)


def stack_problems(experiment: Experiment, inputs: int, classes: int | None) -> list[str]:
    """Return what makes the stack impossible, with the field's path: empty where it can run."""
    rows = stack_rows(experiment, inputs, classes)
    return [f"layers[{row.number - 1}]: {row.problem}" for row in rows if row.problem is not None]

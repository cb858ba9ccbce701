"""What can be looked at in the layers of an experiment: the shape of every matrix."""

from lab.core.explain.matrices import MATRICES, MatrixKind
from lab.experiment.spec import Experiment
from lab.experiment.stack.stack import StackRow

__all__ = ["MATRICES", "MatrixKind", "matrix_shapes"]

_OF_A_PARAMETER = ("d", "update_", "new_")


def matrix_shapes(experiment: Experiment, rows: list[StackRow], m: int) -> list[dict[str, tuple[int, ...]]]:
    """Return, for every layer, the shape of each of its matrices for a batch of m examples."""
    penalised = experiment.training.optimizer.l1 > 0 or experiment.training.optimizer.l2 > 0
    shapes: list[dict[str, tuple[int, ...]]] = []
    for spec, row in zip(experiment.layers, rows, strict=True):
        layer = spec.make()
        has = dict(row.shapes)
        for name in layer.parameters:
            has |= {prefix + name: row.shapes[name] for prefix in _OF_A_PARAMETER}
        if penalised:
            has |= {f"penalty_{name}": row.shapes[name] for name in layer.penalised}
        has |= dict.fromkeys(layer.shown_arrays(), (m, row.outputs))
        has["error"] = (m, row.outputs)
        if row.number == 1:
            has["x"] = (m, row.inputs)
        if row.number == len(rows):
            has["y"] = (m, row.outputs)
            if experiment.training.class_weights is not None:
                has["weights"] = (m, 1)
        shapes.append({name: has[name] for name in MATRICES if name in has})
    return shapes

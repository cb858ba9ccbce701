"""The chain of layers as the board shows it above its rows, and the predictions of a batch as names."""

from collections.abc import Sequence

from lab.core.explain.superscript import superscript
from lab.core.layers import LAYERS
from lab.core.losses import LOSSES
from lab.data.dataset import Dataset
from lab.experiment.readings.board_tiles import BoardStep
from lab.experiment.spec import Experiment
from lab.experiment.stack.equations import shape_text
from lab.experiment.stack.stack import StackRow
from lab.experiment.stack.stack_text import layer_text
from lab.gui.widgets.board.chain_view import Chain, ChainLayer

RIGHT, WRONG = "✓", "✗"
_MOST_NAMES = 200


def chain_of(experiment: Experiment, stack: Sequence[StackRow], m: int, one_example: bool) -> Chain:
    """Return the layers with what each hands to the next, in the shapes of m examples or of one."""

    def shape(width: int) -> str:
        return shape_text((width, 1) if one_example else (m, width))

    layers = []
    for spec, row in zip(experiment.layers, stack, strict=True):
        me, short = superscript(row.number), layer_text(spec)
        title = f"{LAYERS[spec.kind].title} {short.removeprefix(spec.kind.replace('_', ' ')).strip()}"
        layers.append(ChainLayer(title.strip(), short, f"a{me} {shape(row.outputs)}", f"δ{me} {shape(row.outputs)}"))
    first = f"{'x' if one_example else 'X'} {shape(stack[0].inputs)}"
    loss = LOSSES[experiment.training.loss].title.lower()
    return Chain(first, tuple(layers), loss, f"y {shape(stack[-1].outputs)}")


def predictions_text(step: BoardStep, dataset: Dataset, layers: int, outputs: int) -> str:
    """Return the class that each example is taken for: "argmax a²: cat ✓ · dog ✗ (horse) · …", or "".

    It is the one of the largest output; of a single output it is the second class where that is above 0.5.
    """
    if not len(step.predicted):
        return ""
    names, shown = dataset.class_names, step.predicted[:_MOST_NAMES]
    each = [
        f"{names[found]} {RIGHT}" if found == true else f"{names[found]} {WRONG} ({names[true]})"
        for found, true in zip(shown.tolist(), step.targets.tolist(), strict=False)
    ]
    right = int((step.predicted == step.targets).sum())
    rule = f"a{superscript(layers)} > 0.5" if outputs == 1 else f"argmax a{superscript(layers)}"
    head = f"{rule}: {right} of {len(step.predicted)} right"
    return f"{head}:  {' · '.join(each)}"

"""From a run's experiment to another one: the edit that leads there, found by comparing the two.

So whatever a person changes, a field, the line of text that is the stack or a preset, becomes one edit with a name.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from lab.core.losses import LOSSES
from lab.core.optimizers import OPTIMIZERS
from lab.core.schedules import SCHEDULES
from lab.experiment.forms.layer_specs import LayerSpec
from lab.experiment.forms.training_specs import OptimizerSpec, TrainingSpec
from lab.experiment.spec import Experiment
from lab.experiment.stack.stack import stack_problems
from lab.experiment.stack.stack_text import stack_text
from lab.experiment.timeline.edit import Edit
from lab.experiment.timeline.edits import Changes, SingleEdit
from lab.experiment.timeline.run_edits import Begin, ReplaceData, data_name
from lab.experiment.timeline.settings import SETTINGS, ChangeTraining
from lab.experiment.timeline.stack_edits import (
    ChangeActivation,
    ChangeLayer,
    ChangeUnits,
    InsertLayer,
    MoveLayer,
    RemoveLayer,
)

Layers = Sequence[LayerSpec]

_OWN = ("units", "activation", "temperature")
"""The fields of a layer that have edits of their own."""


def edits_between(old: Experiment, new: Experiment, fresh: bool = False) -> Edit | None:
    """Return the edit that makes a run of `old` one of `new`, or None where nothing that decides a run differs.

    fresh: layers that change begin as in a new network. The name of an experiment decides nothing and
    comes along with other data only. Where a run
    cannot become the other one, as with numbers of another type, the edit begins the other one anew.
    """
    if _needs_begin(old, new):
        return Begin(experiment=new)
    if old.seed != new.seed and old.data == new.data:
        return Begin(experiment=new, title=f"Seed {new.seed}")
    if old.data != new.data:
        if (old.layers, old.training) != (new.layers, new.training):
            return Begin(experiment=new, title=data_name(new.data))
        return ReplaceData(data=new.data, seed=new.seed, experiment_name=new.name if new.name != old.name else None)
    training = _training_edits(old.training, new.training)
    stack = stack_edits(old.layers, new.layers, fresh)
    edits = [*training, *stack]
    if training and stack and stack_problems(old.model_copy(update={"training": new.training}), 1, None):
        edits = [*stack, *training]  # the new loss goes with the new output only
    if len(edits) <= 1:
        return edits[0] if edits else None
    title = f"Stack {stack_text(new.layers)}" if stack else edits[0].name
    if training and stack:
        title = f"{training[0].name}, {title[0].lower()}{title[1:]}"
    return Changes(title=title, edits=tuple(edits))


def _needs_begin(old: Experiment, new: Experiment) -> bool:
    names = [name for name in TrainingSpec.model_fields if name not in SETTINGS]
    return any(getattr(old.training, name) != getattr(new.training, name) for name in names)


# the training


def _training_edits(old: TrainingSpec, new: TrainingSpec) -> list[SingleEdit]:
    whole_old, whole_new = old.model_dump(), new.model_dump()
    fields = {name: value for name, value in whole_new.items() if value != whole_old[name]}
    if not fields:
        return []
    said = [_said(name, old, new) for name in fields]
    title = ", ".join([said[0], *(each[0].lower() + each[1:] for each in said[1:])])
    return [ChangeTraining(title=title, fields=fields)]


def _said(name: str, old: TrainingSpec, new: TrainingSpec) -> str:
    value = getattr(new, name)
    if name == "optimizer":
        return _optimizer_said(old.optimizer, new.optimizer)
    if name == "schedule":
        return f"Schedule {SCHEDULES[value.kind].title.lower()}"
    if name == "loss":
        return f"Loss {LOSSES[value].title}"
    if name == "early_stopping":
        return "No early stopping" if value is None else f"Early stopping after {value.patience} epochs"
    if name == "class_weights":
        return "No class weights" if value is None else "Class weights"
    if name in ("diagnostics", "shuffle"):
        return f"{name.capitalize()} {'on' if value else 'off'}"
    return f"{name.replace('_', ' ').capitalize().replace('Blas', 'BLAS')} {'automatic' if value is None else value}"


def _optimizer_said(old: OptimizerSpec, new: OptimizerSpec) -> str:
    if new.kind != old.kind:
        return f"Optimizer {OPTIMIZERS[new.kind].title}"
    was, now = old.model_dump(), new.model_dump()
    name = next(name for name in {**was, **now} if was.get(name) != now.get(name))
    value = now.get(name)
    option = next((each for each in OPTIMIZERS[new.kind].make.options if each.name == name), None)
    if option is not None:
        return option.said(option.default if value is None else value)
    words = {"l1": "L1", "l2": "L2"}.get(name, name.replace("_", " ").capitalize())
    return f"{words} off" if value is None else f"{words} {value:g}"


# the stack


def stack_edits(old: Layers, new: Layers, fresh: bool = False) -> list[SingleEdit]:
    """Return the edits that lead from one stack to the other, each with places as they are when its turn comes.

    Layers of one kind that stand for each other are changed, others are removed and inserted; the last ones of both
    stand for each other where they are of one kind.
    """
    if list(old) == list(new):
        return []
    bare_old, bare_new = _without_starts(old), _without_starts(new)
    if bare_old == bare_new:
        both = enumerate(zip(old, new, strict=True))
        return [ChangeLayer(layer=n, fields=_differing(*each), fresh=fresh) for n, each in both if each[0] != each[1]]
    if (moved := _moved(bare_old, bare_new)) is not None:
        return [moved.model_copy(update={"fresh": fresh})]
    edits: list[SingleEdit] = []
    place = 0
    for was, now in _pairs(old, new):
        if now is None:
            edits.append(RemoveLayer(layer=place, fresh=fresh))
            continue
        if was is None:
            edits.append(InsertLayer(position=place, new=now, fresh=fresh))
        else:
            edits += _changes(was, now, place, fresh)
        place += 1
    return _with_last_kept(edits, old, new)


def _with_last_kept(edits: list[SingleEdit], old: Layers, new: Layers) -> list[SingleEdit]:
    """Return the edits; where the last layers are of two kinds, the new one comes before the old one goes."""
    if old[-1].kind == new[-1].kind:
        return edits
    removals = [edit for edit in edits if isinstance(edit, RemoveLayer) and edit.layer == len(new) - 1]
    insertions = [edit for edit in edits if isinstance(edit, InsertLayer) and edit.position == len(new) - 1]
    if not (removals and insertions):
        return edits
    rest = [edit for edit in edits if edit is not removals[-1] and edit is not insertions[-1]]
    after = insertions[-1].model_copy(update={"position": len(new)})
    return [*rest, after, RemoveLayer(layer=len(new) - 1, fresh=removals[-1].fresh)]


def _pairs(old: Layers, new: Layers) -> list[tuple[LayerSpec | None, LayerSpec | None]]:
    """Return the layers of both in their order, side by side where they stand for each other."""
    output = [(old[-1], new[-1])] if old[-1].kind == new[-1].kind else []
    before, after = (old[:-1], new[:-1]) if output else (old, new)
    found: list[tuple[LayerSpec | None, LayerSpec | None]] = []
    texts = [[repr(each) for each in _without_starts(layers)] for layers in (before, after)]
    matcher = SequenceMatcher(None, texts[0], texts[1], autojunk=False)
    for tag, first, last, begin, end in matcher.get_opcodes():
        if tag == "equal":
            found += zip(before[first:last], after[begin:end], strict=True)
        else:
            found += _by_kind(before[first:last], after[begin:end])
    return [*found, *output]


def _by_kind(old: Layers, new: Layers) -> list[tuple[LayerSpec | None, LayerSpec | None]]:
    """Pair layers of one kind, as many as can be without crossing."""
    found: list[tuple[LayerSpec | None, LayerSpec | None]] = []
    matcher = SequenceMatcher(None, [each.kind for each in old], [each.kind for each in new], autojunk=False)
    for _, first, last, begin, end in matcher.get_opcodes():
        gone, come = list(old[first:last]), list(new[begin:end])
        both = min(len(gone), len(come)) if [e.kind for e in gone] == [e.kind for e in come] else 0
        found += zip(gone[:both], come[:both], strict=True)
        found += [(each, None) for each in gone[both:]] + [(None, each) for each in come[both:]]
    return found


def _changes(was: LayerSpec, now: LayerSpec, place: int, fresh: bool) -> list[SingleEdit]:
    # Starting values that are gone have lost their place with another width, and the edit of it takes them away.
    fields = {name: value for name, value in _differing(was, now).items() if name not in was.given() or value}
    new = now.model_dump()
    edits: list[SingleEdit] = []
    if "units" in fields:
        edits.append(ChangeUnits(layer=place, units=fields["units"], fresh=fresh))
    if fields.keys() & {"activation", "temperature"}:
        edits.append(
            ChangeActivation(layer=place, activation=new["activation"], temperature=new["temperature"], fresh=fresh)
        )
    if rest := {name: value for name, value in fields.items() if name not in _OWN}:
        edits.append(ChangeLayer(layer=place, title=now.said(rest), fields=rest, fresh=fresh))
    return edits


def _differing(was: LayerSpec, now: LayerSpec) -> dict[str, Any]:
    old = was.model_dump()
    return {name: value for name, value in now.model_dump().items() if value != old[name]}


def _without_starts(layers: Layers) -> list[LayerSpec]:
    return [spec.model_copy(update=dict.fromkeys(spec.given())) for spec in layers]


def _moved(old: Layers, new: Layers) -> MoveLayer | None:
    """Return the one move that leads from one stack to the other, or None."""
    if len(old) != len(new):
        return None
    differing = [number for number, (was, now) in enumerate(zip(old, new, strict=True)) if was != now]
    first, last = differing[0], differing[-1]
    if [*old[first + 1 : last + 1], old[first]] == list(new[first : last + 1]):
        return MoveLayer(layer=first, to=last)
    if [old[last], *old[first:last]] == list(new[first : last + 1]):
        return MoveLayer(layer=last, to=first)
    return None

"""Edits of the layer stack of a trained network: what can be kept is kept, or begins afresh where that is asked for.

Layers are numbered from 0 in the fields, as in a file, and from 1 in names and sentences, as on screen.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictInt, ValidationError

from lab.core.activations import ACTIVATIONS
from lab.core.exactness import Exactness, exact_in_predictions, not_exact
from lab.core.layers import LAYERS, Layer
from lab.core.surgery import operations as surgery
from lab.core.surgery.operations import SurgeryResult
from lab.core.surgery.restack import Placed, move, redraw, restack
from lab.core.surgery.widths import next_mixing
from lab.experiment.forms.layer_specs import ActivationName, AnyLayerSpec, LayerSpec, Temperature
from lab.experiment.forms.problems import SpecError, sentences
from lab.experiment.session import Session
from lab.experiment.stack.starting_values import without_unfitting_starts
from lab.experiment.timeline.edit import Edit, Outcome, experiment_with
from lab.experiment.timeline.kept import sentence_of

Place = Annotated[StrictInt, Field(ge=0)]
Specs = list[LayerSpec]

_FRESH = not_exact("what begins afresh has learnt nothing yet")


class StackEdit(Edit):
    """An edit of the stack: what becomes of the experiment's layers, and the operation on the network.

    fresh: what is new begins as in a new network, not as what changes the function least.
    """

    fresh: StrictBool = False

    def apply(self, session: Session) -> Outcome:
        specs = list(session.experiment.layers)
        for name, highest in self._places(len(specs)).items():
            if getattr(self, name) > highest:
                raise SpecError([f"{name}: {getattr(self, name)} found, 0 to {highest} expected"])
        self._change(specs)
        fitting = without_unfitting_starts(
            session.experiment.model_copy(update={"layers": tuple(specs)}), session.dataset.inputs
        )
        experiment = experiment_with(session, {"layers": [spec.model_dump() for spec in fitting.layers]})
        try:
            done = self._operate(session, specs)
        except ValueError as error:
            raise SpecError([str(error)]) from error
        width = self._width(session)
        session.use_network(done.network, done.optimizer, experiment)
        return Outcome(sentence_of(done.report, width), done.report.exact)

    def _width(self, session: Session) -> int | None:
        """Return how many units the layer has, where the edit changes their number."""
        return None

    def _places(self, layers: int) -> dict[str, int]:
        """Return the fields that say where, with their highest value."""
        return {"layer": layers - 1}

    def _change(self, specs: Specs) -> None:
        """Change the experiment's layers."""
        raise NotImplementedError

    def _operate(self, session: Session, specs: Specs) -> SurgeryResult:
        """Return the network and optimizer with the layers `specs`."""
        raise NotImplementedError


class ChangeUnits(StackEdit):
    """Another number of units in a dense layer that is not the last."""

    kind: Literal["units"] = "units"
    layer: Place
    units: Annotated[StrictInt, Field(ge=1)]

    @property
    def name(self) -> str:
        return f"Layer {self.layer + 1} with {self.units} units"

    def _width(self, session: Session) -> int | None:
        return session.network.layers[self.layer].outputs

    def _change(self, specs: Specs) -> None:
        specs[self.layer] = _with(specs[self.layer], units=self.units)

    def _operate(self, session: Session, specs: Specs) -> SurgeryResult:
        network, optimizer, rng = session.network, session.optimizer, session.surgery
        if self.fresh:
            return _restacked(session, specs, {self.layer}, f"Layer {self.layer + 1} begins afresh.", _FRESH)
        if self.units > network.layers[self.layer].outputs:
            return surgery.widen(network, optimizer, self.layer, self.units, rng)
        return surgery.narrow(network, optimizer, self.layer, self.units)


class ChangeActivation(StackEdit):
    """Another activation of a layer that has one."""

    kind: Literal["activation"] = "activation"
    layer: Place
    activation: ActivationName
    temperature: Temperature = 1.0

    @property
    def name(self) -> str:
        return f"Layer {self.layer + 1} with {ACTIVATIONS[self.activation].title}"

    def _change(self, specs: Specs) -> None:
        fields = {"activation": self.activation, "temperature": self.temperature}
        specs[self.layer] = _with(specs[self.layer], **fields)

    def _operate(self, session: Session, specs: Specs) -> SurgeryResult:
        if self.fresh:
            what = f"Layer {self.layer + 1} begins afresh."
            return _restacked(session, specs, {self.layer}, what, _FRESH)
        return surgery.change_activation(
            session.network, session.optimizer, self.layer, self.activation, self.temperature
        )


class InsertLayer(StackEdit):
    """A new layer before the one at `position`."""

    kind: Literal["insert"] = "insert"
    position: Place
    new: AnyLayerSpec

    @property
    def name(self) -> str:
        return f"Insert {LAYERS[self.new.kind].title.lower()} as layer {self.position + 1}"

    def _places(self, layers: int) -> dict[str, int]:
        return {"position": layers}

    def _change(self, specs: Specs) -> None:
        specs.insert(self.position, self.new)

    def _operate(self, session: Session, specs: Specs) -> SurgeryResult:
        if not self.fresh:
            return surgery.insert(session.network, session.optimizer, self.position, self.new.make(), session.surgery)
        layers: list[Placed] = [(layer.copy(), n) for n, layer in enumerate(session.network.layers)]
        layers.insert(self.position, (self.new.make(), None))
        what = f"Layer {self.position + 1} is new."
        return restack(session.network, session.optimizer, layers, session.surgery, what, _FRESH)


class RemoveLayer(StackEdit):
    """A layer taken out; fresh: the next dense layer, which then reads other inputs, is drawn anew."""

    kind: Literal["remove"] = "remove"
    layer: Place

    @property
    def name(self) -> str:
        return f"Remove layer {self.layer + 1}"

    def _change(self, specs: Specs) -> None:
        if len(specs) == 1:
            raise SpecError(["layer: it is the only one, and it makes the outputs: it has to stay"])
        del specs[self.layer]

    def _operate(self, session: Session, specs: Specs) -> SurgeryResult:
        done = surgery.remove(session.network, session.optimizer, self.layer, session.surgery)
        reader = next_mixing(done.network.layers, self.layer)
        if not self.fresh or reader is None:
            return done
        return redraw(done.network, done.optimizer, [reader], session.surgery)


class MoveLayer(StackEdit):
    """A layer taken out and put back so that it is at `to`; fresh: it begins as in a new network."""

    kind: Literal["move"] = "move"
    layer: Place
    to: Place

    @property
    def name(self) -> str:
        return f"Move layer {self.layer + 1} to {self.to + 1}"

    def _places(self, layers: int) -> dict[str, int]:
        return {"layer": layers - 1, "to": layers - 1}

    def _change(self, specs: Specs) -> None:
        specs.insert(self.to, specs.pop(self.layer))

    def _operate(self, session: Session, specs: Specs) -> SurgeryResult:
        done = move(session.network, session.optimizer, self.layer, self.to, session.surgery)
        return redraw(done.network, done.optimizer, [self.to], session.surgery) if self.fresh else done


class ChangeLayer(StackEdit):
    """Other numbers of a layer, as the rate of a dropout; those of how it begins count from the next reset on."""

    kind: Literal["layer"] = "layer"
    layer: Place
    fields: dict[str, Any]
    title: str = "other numbers"
    """The fields in words."""

    @property
    def name(self) -> str:
        return f"Layer {self.layer + 1}: {self.title}"

    def _change(self, specs: Specs) -> None:
        specs[self.layer] = _with(specs[self.layer], **self.fields)

    def _operate(self, session: Session, specs: Specs) -> SurgeryResult:
        drawn = {self.layer} if self.fresh else set()
        exactness = _FRESH if self.fresh else _exactness_of(specs[self.layer], self.fields)
        return _restacked(session, specs, drawn, "The layer's numbers changed.", exactness)


def _exactness_of(spec: LayerSpec, fields: Iterable[str]) -> Exactness:
    """Return what becomes of the function when these fields of a layer change and its arrays stay."""
    later = [name for name in fields if name not in spec.when_new_only]
    if not later:
        return Exactness()
    if all(name in spec.in_training_only for name in later):
        return exact_in_predictions("only passes in training use this number")
    return not_exact(f"another {' and '.join(later)} makes another output")


def _with(spec: LayerSpec, **fields: Any) -> LayerSpec:
    """Return a layer with some fields changed; SpecError where it has no such field or the value is not valid."""
    try:
        return type(spec).model_validate(spec.model_dump() | fields)
    except ValidationError as error:
        raise SpecError(sentences(error, type(spec))) from error


def _restacked(session: Session, specs: Specs, drawn: set[int], what: str, exactness: Exactness) -> SurgeryResult:
    """Return the network with the layers that `specs` describe, those of `drawn` begun anew."""
    layers: Sequence[tuple[Layer[Any], int | None]] = [
        (spec.make(), None if number in drawn else number) for number, spec in enumerate(specs)
    ]
    return restack(session.network, session.optimizer, layers, session.surgery, what, exactness)

"""A kind is one place: what is registered in the tables alone does all that the program's own kinds do."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.core.activation_kinds.elementwise import Elementwise
from lab.core.activations import ACTIVATIONS
from lab.core.copying import copy_network
from lab.core.diagnostics import diagnose
from lab.core.explain.explain_cell import explain, explainable, is_of_examples, shape_in
from lab.core.explain.matrices import MATRICES
from lab.core.gradient_check import check_gradient
from lab.core.layers import LAYERS, LayerKind
from lab.core.losses import LOSSES
from lab.core.optimizers import OPTIMIZERS, Optimizer
from lab.core.schedules import SCHEDULES
from lab.core.step_recording import step_of
from lab.core.surgery.operations import change_activation, insert, narrow, remove, widen
from lab.experiment.forms.layer_specs import LAYER_FORMS, LayerForm, LayerSpec
from lab.experiment.forms.problems import SpecError
from lab.experiment.readings.cell import ExplainedCell
from lab.experiment.readings.layer_matrix import LayerMatrix
from lab.experiment.session import Session
from lab.experiment.session_state import take_state
from lab.experiment.snapshot import take_snapshot
from lab.experiment.spec import Experiment, format_experiment, parse_experiment
from lab.experiment.stack.equations import equations
from lab.experiment.stack.matrices import matrix_shapes
from lab.experiment.stack.stack import stack_rows
from lab.storage.model_file import load_model, save_model
from lab.storage.run_file import load_run, save_run
from tests.toy_kinds import ROOT, SLOWED, SYMBOLS, Gain, GainSpec, Slowed


@pytest.fixture
def toys() -> Iterator[None]:
    """Register the toy kinds through the public tables, and take them out again."""
    ACTIVATIONS.register(ROOT)
    OPTIMIZERS.register(SLOWED)
    for symbol in SYMBOLS:
        MATRICES.register(symbol)
    LAYERS.register(LayerKind(Gain))
    LAYER_FORMS.register(LayerForm(GainSpec))
    yield
    for table, name in ((ACTIVATIONS, "root"), (OPTIMIZERS, "slowed"), (LAYER_FORMS, "gain"), (LAYERS, "gain")):
        del table[name]  # type: ignore[attr-defined]
    for symbol in SYMBOLS:
        del MATRICES[symbol.name]


FIELDS: dict[str, Any] = {
    "data": {"source": "iris"},
    "layers": [
        {"kind": "dense", "units": 6, "activation": "root"},
        {"kind": "gain", "first": 1.5},
        {"kind": "activation", "activation": "root"},
        {"kind": "dense", "units": 3, "activation": "softmax"},
    ],
    "training": {
        "epochs": 4,
        "dtype": "float64",
        "optimizer": {"kind": "slowed", "learning_rate": 0.05, "keep": 0.75, "l2": 0.01, "weight_decay": 0.003},
    },
}


def _session(steps: int = 0) -> Session:
    session = Session(Experiment.model_validate(FIELDS))
    for _ in range(steps):
        session.step()
    return session


@pytest.mark.usefixtures("toys")
def test_training_learns_with_them() -> None:
    session = _session()
    first = session.evaluate("train").loss
    while not session.finished:
        session.run_epoch()
    assert isinstance(session.optimizer, Slowed)
    assert session.evaluate("train").loss < 0.6 * first
    figures = diagnose(session.network)
    assert figures[1].W_norm == pytest.approx(np.linalg.norm(session.network.layers[1].gain))
    assert np.isfinite(figures[0].saturated)


@pytest.mark.usefixtures("toys")
def test_their_gradients_are_those_of_central_differences() -> None:
    session = _session(3)
    x, y = session.parts["train"].gather(np.arange(20))
    for layer, names in enumerate(session.network.slices):
        for name in names:
            assert check_gradient(session.network, x, y, layer, name).largest_error < 1e-6


@pytest.mark.usefixtures("toys")
@pytest.mark.parametrize("example", [None, 4])
def test_every_cell_is_explained_and_is_its_sum(example: int | None) -> None:
    session = _session(3)
    step = step_of(session.network, session.used_parameters, session.optimizer, session.used_rate)
    assert set(explainable(step, 1)) == {
        "a", "delta", "error", "gain", "dgain", "update_gain", "new_gain", "penalty_gain"
    }  # fmt: skip
    for layer in range(len(step.layers)):
        for name in explainable(step, layer):
            shape = shape_in(step, layer, name)
            of_examples = example is not None and is_of_examples(step, layer, name)
            for cell in np.ndindex((shape[1],) if of_examples else shape):
                found = explain(step, layer, name, cell, example)
                assert found.symbol.startswith((MATRICES[name].at(layer + 1), "x["))
                assert found.value == pytest.approx(found.cell, rel=1e-9, abs=1e-12 * max(found.size, 1.0))


@pytest.mark.usefixtures("toys")
def test_the_window_can_ask_for_their_matrices_and_cells() -> None:
    session = _session(2)
    gain, gradient, cell = LayerMatrix(1, "gain"), LayerMatrix(1, "dgain"), ExplainedCell(1, "dgain", 0, 2)
    snapshot = take_snapshot(session, [gain, gradient, cell])
    assert set(snapshot.answers) == {gain, gradient, cell}
    explained = snapshot.get(cell)
    assert explained is not None
    assert "∂L/∂gain" in explained.symbol


@pytest.mark.usefixtures("toys")
@pytest.mark.parametrize("one_example", [False, True])
def test_their_equations_are_their_own(one_example: bool) -> None:
    experiment = Experiment.model_validate(FIELDS)
    rows = stack_rows(experiment, 4, 3)
    found = [equations(experiment, rows, layer, 8, one_example) for layer in range(4)]
    assert [each.matrix for each in found[1]] == ["a", "delta", "dgain", "new_gain"]
    assert "gain²" in found[1][0].formula
    assert "e ⊙ σ′" in found[0][2].formula
    assert ROOT.derivative_formula in found[0][2].note
    assert SLOWED.formula in found[0][-1].note
    names = [set(shapes) for shapes in matrix_shapes(experiment, rows, 8)]
    assert names[1] == {"gain", "dgain", "update_gain", "new_gain", "penalty_gain", "a", "error", "delta"}


def _outputs(network: Any) -> np.ndarray:
    outputs: np.ndarray = network.predict(np.random.default_rng(1).normal(size=(9, 4)))
    return outputs


@pytest.mark.usefixtures("toys")
def test_surgery_knows_what_they_keep() -> None:
    session, rng = _session(5), np.random.default_rng(0)
    network, optimizer = session.network, session.optimizer
    before = _outputs(network)
    wide = widen(network, optimizer, 0, 9, rng)
    assert wide.report.exact
    assert wide.report.exact_in_training
    np.testing.assert_allclose(_outputs(wide.network), before, rtol=1e-9)
    np.testing.assert_array_equal(wide.network.layers[1].gain, network.layers[1].gain[list(wide.report.units)])
    assert isinstance(wide.optimizer, Slowed)
    assert wide.optimizer.settings == optimizer.settings
    narrower = narrow(wide.network, wide.optimizer, 0, 6)
    np.testing.assert_allclose(_outputs(narrower.network), before, rtol=1e-9)
    more = insert(network, optimizer, 2, Gain(), rng)
    assert more.report.exact
    np.testing.assert_allclose(_outputs(more.network), before, rtol=1e-9)
    assert remove(more.network, more.optimizer, 2, rng).report.exact
    assert not remove(network, optimizer, 1, rng).report.exact
    bent = change_activation(network, optimizer, 2, "tanh")
    assert not bent.report.exact
    assert "root" in bent.report.why


@pytest.mark.usefixtures("toys")
def test_a_memory_of_theirs_follows_its_gradient_when_a_layer_becomes_wider() -> None:
    """The copies' gradients are the unit's by their shares, so the memory of a wide net is the wide net's own."""
    session = _session(1)
    wide = widen(session.network, session.optimizer, 0, 9, np.random.default_rng(0))
    x, y = session.parts["train"].gather(np.arange(20))
    for network in (session.network, wide.network):
        network.forward(x)
        network.backward(y)
    units = list(wide.report.units)
    old = session.network.layers[1].dgain
    new = wide.network.layers[1].dgain
    for unit in range(6):
        assert new[[place for place, source in enumerate(units) if source == unit]].sum() == pytest.approx(old[unit])
    slices = wide.network.slices[1]["gain"], session.network.slices[1]["gain"]
    memories = wide.optimizer.state["run_together"][slices[0]], session.optimizer.state["run_together"][slices[1]]
    share = new / old[units]
    np.testing.assert_allclose(memories[0], memories[1][units] * share, rtol=1e-9)


@pytest.mark.usefixtures("toys")
def test_they_are_written_and_read_and_told_apart_in_files(tmp_path: Path) -> None:
    experiment = Experiment.model_validate(FIELDS)
    text = format_experiment(experiment, tmp_path)
    assert parse_experiment(text, tmp_path) == experiment
    with pytest.raises(SpecError, match=r"\.frist: unknown field; valid are kind, first; did you mean first"):
        parse_experiment(text.replace("first", "frist"), tmp_path)
    with pytest.raises(SpecError, match=r"layers\[0\]\.activation: 'rooot' is not one of .*; did you mean root"):
        parse_experiment(text.replace('"root"', '"rooot"', 1), tmp_path)
    with pytest.raises(SpecError, match=r"training\.optimizer\.keep: 1\.5 is not below 1"):
        parse_experiment(text.replace("keep = 0.75", "keep = 1.5"), tmp_path)
    numbers = experiment.layers[1].numbers()
    assert numbers["first"].value == 1.5
    assert numbers["first"].help


@pytest.mark.usefixtures("toys")
def test_a_model_and_a_run_with_them_are_saved_and_go_on(tmp_path: Path) -> None:
    session = _session(7)
    save_model(tmp_path / "model", session)
    rows = np.random.default_rng(1).normal(size=(9, 4))
    loaded = load_model(tmp_path / "model")
    assert [layer.kind for layer in loaded.network.layers] == ["dense", "gain", "activation", "dense"]
    np.testing.assert_array_equal(loaded.network.predict(rows), session.network.predict(rows))
    save_run(tmp_path / "run", session)
    resumed = load_run(tmp_path / "run")
    for each in (session, resumed):
        while not each.finished:
            each.step()
    ends = [take_state(each).arrays for each in (session, resumed)]
    assert {name: array.tobytes() for name, array in ends[0].items()} == {
        name: array.tobytes() for name, array in ends[1].items()
    }


@pytest.mark.usefixtures("toys")
def test_a_copy_of_a_network_with_them_is_the_same_network() -> None:
    session = _session(2)
    np.testing.assert_array_equal(_outputs(copy_network(session.network)), _outputs(session.network))


# an entry that lacks something is refused


@pytest.mark.parametrize(
    ("changes", "lack"),
    [
        ({"formula": ""}, "formula"),
        ({"derivative_formula": " "}, "derivative_formula"),
        ({"help": ""}, "help"),
        ({"slope": None}, "slope"),
        ({"sign": None}, "sign"),
        ({"identity": True}, "identity"),
        ({"initializer": "he"}, "initializer"),
    ],
)
def test_an_activation_that_lacks_something_is_refused(changes: dict[str, Any], lack: str) -> None:
    with pytest.raises(ValueError, match=f"root: it lacks .*{lack}"):
        ACTIVATIONS.register(replace(ROOT, **changes))
    assert "root" not in ACTIVATIONS


def test_an_activation_without_its_slope_cannot_even_be_written() -> None:
    with pytest.raises(TypeError, match="slope"):
        Elementwise("root", "Root", "a = z", "1", "help", ROOT.function)  # type: ignore[call-arg]


def _without_explanation() -> type[Optimizer]:
    class Silent(OPTIMIZERS["sgd"].make):  # type: ignore[misc, name-defined]
        kind = "silent"

        def _change(self, p: Any, g: Any, u: Any, *memories: Any) -> None:
            np.multiply(g, -1.0, out=u)

    return Silent


@pytest.mark.parametrize(
    ("make", "lack"),
    [
        (_without_explanation(), "an explain of its own"),
        (type("Silent", (Optimizer,), {"kind": "silent"}), "_change, explain"),
        (type("Silent", (Slowed,), {"kind": "silent", "memories": {"v": 1.0}}), "what v holds"),
        (type("Silent", (Slowed,), {"kind": "other"}), "a class whose kind is 'silent'"),
    ],
)
def test_an_optimizer_that_lacks_something_is_refused(make: type[Optimizer], lack: str) -> None:
    with pytest.raises(ValueError, match=f"silent: it lacks .*{lack}"):
        OPTIMIZERS.register(replace(SLOWED, name="silent", make=make))
    assert "silent" not in OPTIMIZERS


@pytest.mark.parametrize("name", ["title", "formula", "help", "draws"])
def test_a_layer_that_does_not_say_something_is_refused(name: str) -> None:
    made = {key: value for key, value in vars(Gain).items() if key not in (name, "__dict__", "__weakref__")}
    with pytest.raises(ValueError, match=f"gain: it lacks .*{name}"):
        LAYERS.register(LayerKind(type("Gain", Gain.__bases__, made)))


@pytest.mark.parametrize(
    "name",
    [
        "forward", "infer", "backward", "explain_array", "explain_error", "gradient_factors", "equations", "initial",
        "diagnose", "output_never_negative", "identity_exactness", "width_exactness", "begin_as_identity",
    ],
)  # fmt: skip
def test_a_layer_that_leaves_a_method_out_is_refused(name: str) -> None:
    made = {key: value for key, value in vars(Gain).items() if key not in (name, "__dict__", "__weakref__")}
    with pytest.raises(ValueError, match=f"gain: it lacks .*{name}"):
        LAYERS.register(LayerKind(type("Gain", Gain.__bases__, made)))
    assert "gain" not in LAYERS


@pytest.mark.parametrize(
    ("changes", "lack"),
    [
        ({"draws": True}, "held"),
        ({"parameters": {"gain": ("rows",)}}, "valid axes of gain"),
        ({"parameters": {"gain": ("inputs", "units")}}, "Mixing"),
        ({"penalised": ("W",)}, "the parameter W"),
        ({"arrays": ("a", "delta", "halo")}, "a symbol in MATRICES for halo"),
        ({}, "a symbol in MATRICES for gain"),
    ],
)
def test_a_layer_that_does_not_fit_together_is_refused(changes: dict[str, Any], lack: str) -> None:
    with pytest.raises(ValueError, match=f"gain: it lacks .*{lack}"):
        LAYERS.register(LayerKind(type("Gain", (Gain,), changes)))


def test_a_form_of_a_kind_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="gain: it lacks a kind of its own"):
        LAYER_FORMS.register(LayerForm(GainSpec))
    assert issubclass(GainSpec, LayerSpec)


def test_a_loss_a_schedule_and_a_matrix_are_checked_too() -> None:
    with pytest.raises(ValueError, match="new: it lacks error"):
        LOSSES.register(replace(LOSSES["hinge"], name="new", error=None))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="new: it lacks why it goes with these outputs only"):
        LOSSES.register(replace(LOSSES["hinge"], name="new", why_outputs=""))
    with pytest.raises(ValueError, match="new: it lacks the option patience"):
        SCHEDULES.register(replace(SCHEDULES["step"], name="new", watches_validation=True))
    with pytest.raises(ValueError, match="new: it lacks symbol"):
        MATRICES.register(replace(MATRICES["W"], name="new", symbol=""))


def test_a_name_is_given_once_and_can_stand_in_a_file() -> None:
    with pytest.raises(ValueError, match="relu: this name is taken"):
        ACTIVATIONS.register(replace(ROOT, name="relu"))
    with pytest.raises(ValueError, match="'my root': a name of letters"):
        ACTIVATIONS.register(replace(ROOT, name="my root"))
    with pytest.raises(ValueError, match="'other': a name of letters"):
        ACTIVATIONS["other"] = ROOT

"""The gradient check of a run: right gradients agree, a wrong one is found and named, and kinks are left out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab import paths
from lab.core.layer_kinds.dense import Dense
from lab.experiment.gradient_report import (
    AGREES,
    CURVE_EPSILONS,
    LINES_CHECKED,
    check_gradients,
    explained,
    report_text,
    take_material,
)
from lab.experiment.session import Session
from lab.experiment.spec import Experiment, load_experiment

WORKED = paths.worked_examples()


def _session(name: str, steps: int = 1) -> Session:
    session = Session(load_experiment(WORKED / f"{name}.toml"))
    for _ in range(steps):
        session.step()
    return session


def _wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let backprop be wrong: every dW of a Dense layer comes out a tenth too large."""
    right = Dense.backward_from_delta

    def backward(self: Dense, reduction: Any, wants_error: bool) -> Any:
        error = right(self, reduction, wants_error)
        self.dW *= 1.1
        return error

    monkeypatch.setattr(Dense, "backward_from_delta", backward)


@pytest.mark.parametrize("name", ["cat-dog-horse-m4", "udacity-3-2-1", "saito-2-3-2-2", "temperature-sum"])
@pytest.mark.parametrize("steps", [0, 2])
def test_right_gradients_agree(name: str, steps: int) -> None:
    material = take_material(_session(name, steps))
    report = check_gradients(material, material.parameters)
    assert report is not None
    assert report.agrees
    assert report.cells == material.network.parameters.size
    assert report.verdict.startswith("The gradients agree: ")
    assert len(report.curve) == len(CURVE_EPSILONS)
    assert report.curve.min() < AGREES < report.curve.max()


def test_the_analytic_side_is_what_the_step_showed() -> None:
    session = _session("cat-dog-horse-m4", 3)
    material = take_material(session)
    report = check_gradients(material, material.parameters)
    assert report is not None
    assert (report.step, report.m) == (3, 4)
    for check in report.checks:
        shown = getattr(session.network.layers[check.layer], f"d{check.name}")
        np.testing.assert_allclose(check.found.analytic, shown.ravel(), rtol=1e-13)
        assert check.errors.shape == (1, *shown.shape)[-2:]


def test_a_wrong_gradient_is_named_with_both_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    material = take_material(_session("cat-dog-horse-m4"))
    _wrong(monkeypatch)
    report = check_gradients(material, material.parameters)
    assert report is not None
    assert not report.agrees
    assert report.worst is not None
    check, number = report.worst
    assert check.name == "W"
    assert report.verdict.startswith(f"The gradients differ: {check.cell_text(number)} is ")
    assert check.found.relative_error[number] == pytest.approx(0.1 / 1.1, rel=1e-4)
    assert check.cell_text(number) in explained(check, number)
    assert report.verdict in report_text(report)


def test_cells_beside_a_kink_are_left_out_and_counted() -> None:
    material = take_material(_session("goodfellow-xor"))
    report = check_gradients(material, material.parameters)
    assert report is not None
    assert report.kinks == 4
    assert "4 cells beside a kink are left out" in report.verdict
    assert np.isnan(next(check for check in report.checks if check.name == "b").errors).all()
    only = check_gradients(material, [(0, "b")])
    assert only is not None
    assert only.verdict.startswith("No verdict: ")
    assert "all beside a kink" in report_text(only)


def test_of_a_large_matrix_some_rows_and_columns_are_checked_unless_all_are_wanted(
    small: Callable[..., Experiment],
) -> None:
    session = Session(small(hidden=(30,)))
    session.step()
    material = take_material(session)
    report = check_gradients(material, [(0, "W")])
    every = check_gradients(material, [(0, "W")], every_cell=True)
    assert report is not None
    assert every is not None
    some, whole = report.checks[0], every.checks[0]
    assert some.errors.shape == (4, LINES_CHECKED)
    assert (some.columns[0], some.columns[-1]) == (0, 29)
    assert whole.errors.shape == (4, 30)
    np.testing.assert_array_equal(some.errors, whole.errors[:, some.columns])


def test_a_float32_run_is_checked_in_float64(small: Callable[..., Experiment]) -> None:
    session = Session(small(dtype="float32"))
    session.step()
    before = session.network.parameters.copy()
    material = take_material(session)
    assert material.network.dtype == np.float64
    report = check_gradients(material, material.parameters)
    assert report is not None
    assert report.agrees
    np.testing.assert_array_equal(session.network.parameters, before)


def test_a_check_that_is_no_longer_wanted_ends_and_tells_how_far_it_is() -> None:
    material = take_material(_session("cat-dog-horse-m4"))
    told: list[tuple[int, int]] = []

    def goes_on(done: int, total: int) -> bool:
        told.append((done, total))
        return len(told) < 3

    assert check_gradients(material, material.parameters, goes_on) is None
    assert told == [(0, 17), (6, 17), (8, 17)]


@pytest.fixture
def small() -> Callable[..., Experiment]:
    """Make a small experiment on the iris flowers."""

    def make(hidden: tuple[int, ...] = (5,), **training: Any) -> Experiment:
        layers = [{"kind": "dense", "units": units, "activation": "tanh"} for units in hidden]
        layers += [{"kind": "dropout", "rate": 0.5}, {"kind": "dense", "units": 3, "activation": "softmax"}]
        usual = {"batch_size": 10, "epochs": 3, "dtype": "float64"}
        return Experiment.model_validate({"data": {"source": "iris"}, "layers": layers, "training": usual | training})

    return make


def test_the_command_line_has_the_same_door(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from lab import cli

    assert cli.main(["check", str(paths.first_example())]) == 0
    assert "The gradients agree" in capsys.readouterr().out
    assert cli.main(["check", str(tmp_path / "none.toml")]) == 2

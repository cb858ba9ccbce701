"""Curves and runs as CSV: every point of the history, read back to the last digit."""

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.experiment.edit_record import EditRecord
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.experiment.training.history import History
from lab.export.capture import capture_of
from lab.export.curves_csv import curve_files, run_files


def session_of(source: str = "iris", outputs: int = 3, **training: Any) -> Session:
    layers = [{"kind": "dense", "units": outputs, "activation": "softmax" if outputs > 1 else "linear"}]
    fields = {"epochs": 3, "loss": "cross_entropy" if outputs > 1 else "half_squared_error", **training}
    session = Session(Experiment.model_validate({"data": {"source": source}, "layers": layers, "training": fields}))
    while not session.finished:
        session.step()
    return session


def rows_of(files: dict[Path, bytes]) -> list[dict[str, str]]:
    (content,) = files.values()
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


def test_every_step_is_a_row_and_epochs_end_where_they_did() -> None:
    session = session_of()
    rows = rows_of(curve_files(capture_of(session), Path("c.csv")))
    assert [int(row["step"]) for row in rows] == list(range(1, session.steps + 1))
    np.testing.assert_array_equal([float(row["batch_loss"]) for row in rows], session.history.losses())
    ends = [row for row in rows if row["train_loss"]]
    found = [
        (
            int(row["epoch"]),
            int(row["step"]),
            *map(float, (row["train_loss"], row["validation_loss"], row["validation_accuracy"])),
        )
        for row in ends
    ]
    expected = [
        (each.epoch, each.step, each.train_loss, each.validation_loss, each.validation_score)
        for each in session.history.epochs
    ]
    assert found == expected


@pytest.mark.parametrize("kind", ["constant", "cosine", "plateau", "exponential"])
def test_the_rate_is_the_one_that_each_step_used(kind: str) -> None:
    schedule: dict[str, Any] = {"kind": kind, "warm_up": 1}
    schedule |= {"patience": 1} if kind == "plateau" else {}
    session = session_of(schedule=schedule, epochs=6, optimizer={"learning_rate": 2.0})
    rows = rows_of(curve_files(capture_of(session), Path("c.csv")))
    again, used = Session(session.experiment), []
    while not again.finished:
        again.step()
        used.append(again.used_rate)
    np.testing.assert_allclose([float(row["learning_rate"]) for row in rows], used, rtol=1e-12)


def test_after_an_edit_the_rate_is_not_guessed_and_the_edit_stands_at_its_step() -> None:
    session = session_of()
    session.edits = tuple(EditRecord(step=step, name=f'edit, "{step}"', fields={}) for step in (0, 2, 2))
    rows = rows_of(curve_files(capture_of(session), Path("c.csv")))
    assert {row["learning_rate"] for row in rows[1:]} == {repr(session.used_rate)}  # the history kept it
    session.history = History(session.history.losses(), session.history.epochs)  # of a version that did not
    rows = rows_of(curve_files(capture_of(session), Path("c.csv")))
    assert {row["learning_rate"] for row in rows} == {""}
    assert [(row["step"], row["edits"]) for row in rows if row["edits"]] == [
        ("0", 'edit, "0"'), ("2", 'edit, "2"; edit, "2"'),
    ]  # fmt: skip


def test_a_run_without_validation_has_gaps_there() -> None:
    layers = [{"kind": "dense", "units": 3, "activation": "softmax"}]
    data = {"source": "iris", "split": [0.8, 0.0, 0.2]}
    session = Session(Experiment.model_validate({"data": data, "layers": layers, "training": {"epochs": 1}}))
    session.run_epoch()
    last = rows_of(curve_files(capture_of(session), Path("c.csv")))[-1]
    assert last["train_loss"]
    assert last["validation_loss"] == last["validation_accuracy"] == ""


@pytest.mark.parametrize(("source", "outputs", "score"), [("iris", 3, "accuracy"), ("diabetes", 1, "r2")])
def test_a_run_is_one_row(source: str, outputs: int, score: str) -> None:
    session = session_of(source, outputs)
    (row,) = rows_of(run_files(capture_of(session), Path("r.csv")))
    for part in ("train", "validation", "test"):
        found = session.evaluate(part)
        assert (float(row[f"{part}_loss"]), float(row[f"{part}_{score}"])) == (found.loss, found.score)
    assert (row["steps"], row["parameters"]) == (str(session.steps), str(session.network.parameters.size))

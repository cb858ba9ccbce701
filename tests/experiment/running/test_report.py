"""The figures of a run are those of its task, whichever parts it has."""

import json
from typing import Any

import pytest

from lab.experiment.running.report import make_report
from lab.experiment.session import Session
from lab.experiment.spec import Experiment


def _session(source: str, split: Any) -> Session:
    numbers = source == "diabetes"
    output = {"units": 1, "activation": "linear"} if numbers else {"units": 3, "activation": "softmax"}
    training = {"epochs": 1, "loss": "half_squared_error" if numbers else "cross_entropy"}
    fields = {"data": {"source": source, "split": split}, "layers": [{"kind": "dense", **output}], "training": training}
    session = Session(Experiment.model_validate(fields))
    session.run_epoch()
    return session


@pytest.mark.parametrize("split", [(0.6, 0.2, 0.2), (0.8, 0.2, 0), (0.8, 0, 0.2), (1, 0, 0)])
@pytest.mark.parametrize(("source", "score"), [("diabetes", "r2"), ("iris", "accuracy")])
def test_the_scores_are_those_of_the_task_also_where_a_part_is_empty(source: str, score: str, split: Any) -> None:
    session = _session(source, split)
    report = make_report(session, 1.0, 100)
    text = report.as_text("run")
    assert ("R²" in text, "accuracy" in text) == (source == "diabetes", source == "iris")
    found = json.loads(report.as_json())
    for short, part in (("val", "validation"), ("test", "test")):
        expected = session.evaluate(part).score if session.parts[part].examples else None
        assert found[f"{short}_{score}"] == expected
    assert found["val_accuracy" if source == "diabetes" else "val_r2"] is None

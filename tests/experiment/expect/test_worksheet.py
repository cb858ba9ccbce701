"""A worksheet: what is given is enough, every answer is in the key, and what has no room is refused."""

import pytest

from lab.experiment.expect.worksheet import MOST_GIVEN, TooLarge, Worksheet, worksheet
from lab.experiment.last_step import last_step
from lab.experiment.readings.worksheet import SheetOfStep
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.experiment.walk import Walk


def _session(batch: int = 4, units: int = 2) -> Session:
    layers = [
        {"kind": "dense", "units": units, "activation": "sigmoid"},
        {"kind": "dense", "units": 3, "activation": "softmax"},
    ]
    training = {"batch_size": batch, "optimizer": {"kind": "sgd", "learning_rate": 0.5}}
    session = Session(
        Experiment.model_validate(
            {"data": {"source": "iris"}, "layers": layers, "training": training, "name": "Flowers"}
        )
    )
    session.step()
    return session


def test_the_questions_follow_one_example_through_the_step() -> None:
    session = _session()
    sheet = SheetOfStep(2).read(session)
    assert isinstance(sheet, Worksheet)
    assert [matrix.symbol for matrix in sheet.given] == ["X", "y", "W¹", "b¹", "W²", "b²"]
    asked = [question.text for question in sheet.questions]
    assert asked[0] == "The shape of z¹, and z¹[2, :] = "
    assert [text for text in asked if "shape" in text] == [
        f"The shape of {name}, and {name}[2, :] = " for name in ("z¹", "a¹", "z²", "a²", "δ²", "δ¹")
    ]
    assert sum("After the update" in text for text in asked) == 4
    assert "Flowers" in sheet.title
    assert "η = 0.5" in sheet.setting


def test_the_key_has_the_numbers_of_the_step() -> None:
    session = _session()
    sheet = worksheet(last_step(session), "title", "setting", 2)
    z = session.network.layers[0].z[2]
    assert sheet.questions[0].key[0] == "z¹ is 4×2"
    for value, line in zip(z, sheet.questions[0].key[1:], strict=True):
        assert line.endswith(f"{value:+.4g}".replace("-", "−"))
    new = sheet.questions[-1]
    updated = session.used_parameters[-3] + session.network.updates[-3]
    assert new.key[-1].endswith(f"{updated:+.4g}".replace("-", "−"))
    assert new.blanks == 1


def test_a_network_that_no_page_has_room_for_is_refused() -> None:
    session = _session(batch=60)
    with pytest.raises(TooLarge, match=f"room for {MOST_GIVEN} numbers"):
        worksheet(last_step(session), "title", "setting", 0)
    found = SheetOfStep().read(session)
    assert isinstance(found, str)


def test_a_step_that_is_not_walked_to_its_end_has_no_worksheet() -> None:
    session = _session()
    Walk(session).forward()
    found = SheetOfStep().read(session)
    assert isinstance(found, str)
    assert "walk to its end" in found

"""Questions on a step: each slip is what calculating wrongly in that way gives, and answers are traced to it."""

import numpy as np
import pytest

from lab.core.layers import Dense
from lab.core.network import Network
from lab.core.step_recording import step_of
from lab.experiment.expect.slips import SLIPS, Expected, expected
from lab.experiment.expect.verdict import Score, judge, judge_shape, read_answer


@pytest.fixture(scope="module")
def net() -> Network:
    """A network of square weights, so that a missed transpose gives a number too."""
    net = Network(3, [Dense(3, "tanh"), Dense(3, "softmax")], seed=4, dtype="float64")
    net.forward(np.random.default_rng(0).normal(size=(5, 3)))
    net.backward(np.array([0, 1, 2, 0, 1]))
    return net


def _slips(net: Network, layer: int, name: str, row: int, column: int) -> tuple[Expected, dict[str, tuple[float, ...]]]:
    found = expected(step_of(net), layer, name, row, column, getattr(net.layers[layer], name))
    return found, {slip.name: slip.values for slip in found.slips}


def test_the_slips_of_a_weight_gradient(net: Network) -> None:
    found, slips = _slips(net, 1, "dW", 1, 2)
    dW, m = net.layers[1].dW, 5
    assert found.value == dW[1, 2]
    assert slips["row"] == (dW[0, 2], dW[2, 2])
    assert slips["column"] == (dW[1, 0], dW[1, 1])
    assert slips["transpose"][0] == dW[2, 1]
    assert slips["1/m"] == pytest.approx((m * dW[1, 2],))
    assert slips["sign"] == (-dW[1, 2],)
    assert slips["σ′"] == ()


def test_the_slips_of_a_hidden_error(net: Network) -> None:
    found, slips = _slips(net, 0, "delta", 3, 1)
    upper, W = net.layers[1].delta[3], net.layers[1].W
    slope = 1 - net.layers[0].a[3, 1] ** 2
    assert found.value == pytest.approx(float(upper @ W[1]) * slope)
    assert slips["σ′"] == pytest.approx((float(upper @ W[1]),))
    assert any(value == pytest.approx(float(upper @ W[:, 1]) * slope) for value in slips["transpose"])
    assert slips["1/m"] == ()


def test_a_sum_has_no_one_over_m_to_miss_but_one_to_take_too_many(net: Network) -> None:
    total = Network(3, [Dense(3, "softmax")], reduction="sum", dtype="float64")
    total.forward(np.ones((4, 3)))
    total.backward(np.array([0, 1, 2, 0]))
    found, slips = _slips(total, 0, "db", 0, 1)
    assert slips["1/m"] == (found.value / 4,)


@pytest.mark.parametrize("slip", [slip.name for slip in SLIPS])
def test_an_answer_is_traced_to_every_slip_that_gives_it(net: Network, slip: str) -> None:
    found, slips = _slips(net, 0, "delta", 3, 1) if slip == "σ′" else _slips(net, 1, "dW", 1, 2)
    verdict = judge(found, read_answer(f"{slips[slip][0]:.9f}"))
    assert not verdict.is_right
    assert slip in verdict.slips
    assert f"{slip}: " in verdict.sentence


def test_right_answers_may_be_rounded_but_not_to_nothing(net: Network) -> None:
    found, _ = _slips(net, 1, "dW", 1, 2)
    for digits in (3, 4, 8):
        assert judge(found, read_answer(f"{found.value:.{digits}f}".replace(".", ",").replace("-", "−"))).is_right
    vague = judge(found, read_answer("0"))
    assert not vague.is_right
    assert "more digits" in vague.sentence
    assert "none of the usual slips" in judge(found, read_answer("17.25")).sentence


@pytest.mark.parametrize("text", ["", "many", "1.2.3", ".", "1/4"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a number such as"):
        read_answer(text)


def test_shapes() -> None:
    assert judge_shape((3, 2), "3×2").is_right
    assert judge_shape((3, 2), "(3, 2)").is_right
    assert judge_shape((2,), "2").is_right
    assert judge_shape((3, 2), "2 x 3").slips == ("transpose",)
    assert judge_shape((3, 2), "4×2").slips == ("row",)
    assert judge_shape((3, 2), "3×5").slips == ("column",)
    assert judge_shape((3, 2), "6").slips == ()
    with pytest.raises(ValueError, match="a shape such as"):
        judge_shape((3, 2), "three by two")


def test_the_score_counts(net: Network) -> None:
    found, _ = _slips(net, 1, "dW", 1, 2)
    score = Score()
    assert score.text == "no answer yet"
    score.count(judge(found, read_answer(f"{found.value:.6f}")))
    score.count(judge(found, read_answer("17.5")))
    assert score.text == "1 of 2 right"

"""The rule in force at the output: where delta is a - y, where it is not, and which pairs are refused."""

import numpy as np
import pytest

from lab.core.activations import ACTIVATIONS, activation
from lab.core.layers import Dense
from lab.core.losses import LOSSES
from lab.core.network import Network
from lab.core.output_rule import output_rule, why_refused

SHORT = {
    ("cross_entropy", "softmax"),
    ("binary_cross_entropy", "sigmoid"),
    ("half_squared_error", "linear"),
}
LOGARITHMIC = ("cross_entropy", "binary_cross_entropy")
PAIRS = [(loss, output) for loss in LOSSES for output in ACTIVATIONS]
ACCEPTED = [pair for pair in PAIRS if why_refused(*pair, 3) is None]
REFUSED = [pair for pair in PAIRS if pair not in ACCEPTED]


def _stepped(loss: str, output: str, temperature: float = 1.0) -> tuple[Network, np.ndarray]:
    last = Dense(3, output, temperature=temperature)
    net = Network(4, [Dense(5, "tanh"), last], loss, dtype="float64", seed=1)
    net.forward(np.random.default_rng(0).normal(size=(6, 4)))
    y = np.random.default_rng(1).dirichlet(np.ones(3), 6)
    net.backward(y)
    return net, y


def test_the_accepted_pairs_are_those_of_the_design() -> None:
    """Half squared error with any output; the two with a logarithm with softmax or sigmoid."""
    for loss in LOGARITHMIC:
        assert {output for each, output in ACCEPTED if each == loss} == {"softmax", "sigmoid"}
    assert {output for each, output in ACCEPTED if each == "half_squared_error"} == set(ACTIVATIONS)


@pytest.mark.parametrize(("loss", "output"), sorted(SHORT))
def test_the_short_form_gives_a_minus_y_to_the_bit(loss: str, output: str) -> None:
    net, y = _stepped(loss, output)
    assert net.rule.short
    assert net.rule.formula == "δᴸ = aᴸ − y"
    assert "holds for" in net.rule.why
    np.testing.assert_array_equal(net.layers[-1].delta, net.layers[-1].a - y)


@pytest.mark.parametrize("temperature", [0.5, 4.0])
def test_with_a_temperature_the_short_form_is_divided_by_it(temperature: float) -> None:
    net, y = _stepped("cross_entropy", "softmax", temperature)
    assert net.rule.short
    assert net.rule.formula == "δᴸ = (aᴸ − y) / T"
    np.testing.assert_allclose(net.layers[-1].delta, (net.layers[-1].a - y) / temperature, rtol=1e-14)


def test_other_pairs_do_not_claim_the_short_form() -> None:
    for loss, output in sorted(set(ACCEPTED) - set(SHORT)):
        net, y = _stepped(loss, output)
        assert not net.rule.short
        assert "aᴸ − y" not in net.rule.formula
        assert "does not hold" in net.rule.why
        assert np.abs(net.layers[-1].delta - (net.layers[-1].a - y)).max() > 1e-3


def test_the_reason_names_the_pair() -> None:
    for loss, output in ACCEPTED:
        rule = output_rule(loss, activation(output), 3)
        assert rule.loss.name == loss
        assert rule.activation.name == output
        assert LOSSES[loss].title.lower() in rule.why
        assert ACTIVATIONS[output].title.lower() in rule.why.lower()


def test_refused_pairs_say_why_and_what_would_be_valid() -> None:
    for loss, output in REFUSED:
        with pytest.raises(ValueError, match=rf"^loss: {loss} ") as caught:
            Network(4, [Dense(3, output)], loss)
        message = str(caught.value)
        assert output in message
        assert LOSSES[loss].why_outputs in message
        assert all(valid in message for valid in LOSSES[loss].outputs or ())


@pytest.mark.parametrize("loss", LOGARITHMIC)
@pytest.mark.parametrize("output", ["linear", "tanh", "relu"])
def test_a_logarithm_of_what_may_be_negative_is_refused(loss: str, output: str) -> None:
    with pytest.raises(ValueError, match="logarithm"):
        Network(4, [Dense(3, output)], loss)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_softmax_over_one_unit_is_refused(loss: str) -> None:
    with pytest.raises(ValueError, match=r"^loss: .*softmax"):
        Network(4, [Dense(1, "softmax")], loss)


def test_cross_entropy_over_one_sigmoid_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^loss: .*binary_cross_entropy"):
        Network(4, [Dense(1, "sigmoid")], "cross_entropy")


def test_one_sigmoid_unit_is_a_network_of_two_classes() -> None:
    net = Network(2, [Dense(1, "sigmoid")], "binary_cross_entropy", dtype="float64", seed=1)
    x = np.array([[1.0, 2.0], [-1.0, 0.5]])
    a = net.forward(x).copy()
    loss = net.backward(np.array([1, 0]))
    assert loss == pytest.approx(float(-np.log(a[0, 0]) - np.log(1 - a[1, 0])) / 2, rel=1e-12)
    np.testing.assert_array_equal(net.layers[0].delta, a - [[1], [0]])
    np.testing.assert_array_equal(net.y, [[1], [0]])


def test_a_pair_that_is_refused_leaves_its_layers_free() -> None:
    layer = Dense(3, "linear")
    with pytest.raises(ValueError, match=r"^loss: "):
        Network(4, [layer], "cross_entropy")
    assert Network(4, [layer], "half_squared_error").forward(np.ones((1, 4))).shape == (1, 3)

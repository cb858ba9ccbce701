"""A cell's sum in one line: symbol, formula, numbers and the cell's own value agree with the arrays."""

import re

import numpy as np

from lab.core.explain.explain_cell import explain
from lab.core.explain.explanation import Explanation, Factor, Term
from lab.core.explain.step_record import Step
from lab.core.layers import Dense
from lab.core.network import Network
from lab.core.optimizers import SGD
from lab.core.step_recording import step_of
from lab.experiment.explanation_text import explanation_text


def _network(inputs: int = 3) -> Network:
    rng = np.random.default_rng(0)
    network = Network(inputs, [Dense(4, "tanh"), Dense(2, "softmax")], seed=1, dtype="float64")
    network.forward(rng.normal(size=(5, inputs)))
    network.backward(np.array([0, 1, 1, 0, 1]))
    return network


def _step(network: Network) -> Step:
    return step_of(network)


def _value_of(text: str) -> float:
    """Return what the numbers between the last two equals signs come to."""
    numbers = text.split(" = ")[-2].replace("−", "-").replace("·", "*")
    assert re.fullmatch(r"[-+*(). e0-9]+", numbers), numbers
    total = 0.0
    inner, _, outer = numbers.rpartition(") * ") if numbers.startswith("(") else (numbers, "", "1")
    for term in inner.removeprefix("(").replace(" - ", " + -").split(" + "):
        total += float(np.prod([float(factor.strip("()")) for factor in term.split("*")]))
    return total * float(outer.strip("()"))


def test_a_hidden_error_is_written_with_all_its_terms_and_its_slope() -> None:
    network = _network()
    text = explanation_text(explain(_step(network), 0, "delta", (2, 3)))
    assert text.startswith("δ¹[2, 3] = (Σₖ δ²[2, k] · W²[3, k]) · σ′(z¹[2, 3]) = (")
    assert "…" not in text
    assert abs(_value_of(text) - network.layers[0].delta[2, 3]) < 1e-3
    assert text.endswith(f"{network.layers[0].delta[2, 3]:+.4g}".replace("-", "−"))


def test_an_output_error_is_a_minus_y() -> None:
    network = _network()
    text = explanation_text(explain(_step(network), 1, "delta", (0, 1)))
    assert text.startswith("δ²[0, 1] = a²[0, 1] − y[0, 1] = ")
    assert abs(_value_of(text) - network.layers[1].delta[0, 1]) < 1e-3


def test_of_many_terms_the_largest_are_shown_and_all_are_counted() -> None:
    network = _network(inputs=40)
    text = explanation_text(explain(_step(network), 0, "z", (1, 2)))
    assert "… 41 terms" in text
    products = np.append(network.x[1] * network.layers[0].W[:, 2], network.layers[0].b[2])
    largest = np.sort(np.argsort(-np.abs(products))[:4])
    shown = text.split(" = ")[2].split(" + … ")[0].replace(" − ", " + −").replace("−", "-").split(" + ")
    for term, index in zip(shown, largest, strict=True):
        assert abs(np.prod([float(factor.strip("()")) for factor in term.split("·")]) - products[index]) < 1e-3


def test_an_update_is_eta_times_the_gradient() -> None:
    network = _network()
    optimizer, used = SGD(0.5), network.parameters.copy()
    optimizer.step(network)
    text = explanation_text(explain(step_of(network, used, optimizer), 0, "update_W", (1, 2)))
    assert text.startswith("ΔW¹[1, 2] = −η · ∂L/∂W¹[1, 2] = −0.5 · ")


def test_zero_has_no_sign() -> None:
    network = _network()
    network.forward(np.zeros((1, 3)))
    network.backward(np.array([0]))
    text = explanation_text(explain(_step(network), 0, "dW", (0, 0)))  # 0 times the error, which may be negative
    assert "−0" not in re.sub(r"−0\.", "", text)
    assert text.endswith("= 0")


def test_a_function_of_one_number_has_that_number_in_it() -> None:
    network = _network()
    z = f"{network.layers[0].z[2, 3]:.4g}".replace("-", "−")
    text = explanation_text(explain(_step(network), 0, "a", (2, 3)))
    assert f"= σ(z¹[2, 3]) = σ({z}) = " in text


def test_what_is_taken_away_is_written_with_a_minus_even_where_it_is_zero() -> None:
    def factor(symbol: str, value: float) -> Term:
        return Term((Factor(symbol, value),))

    for taken, text in ((-1.0, "0.5 − 1"), (-0.0, "0.5 − 0"), (2.0, "0.5 + 2")):
        found = Explanation("a − y", (factor("a", 0.5), factor("−y", taken)), symbol="δ", cell=0.5 + taken)
        assert explanation_text(found).startswith(f"δ = a − y = {text} = ")
    product = Explanation("−η · g", (factor("g", -0.25),), (Factor("−η", -1.0),), symbol="Δ", cell=0.25)
    assert explanation_text(product) == "Δ = −η · g = −1 · (−0.25) = +0.25"


def test_as_many_terms_are_written_as_are_asked_for() -> None:
    terms = tuple(Term((Factor(f"t{number}", float(number)),)) for number in range(1, 7))
    found = Explanation("Σ t", terms, symbol="s", cell=21.0)
    assert explanation_text(found) == "s = Σ t = 3 + 4 + 5 + 6 + … 6 terms = +21"
    assert explanation_text(found, most=6) == "s = Σ t = 1 + 2 + 3 + 4 + 5 + 6 = +21"

"""The bundled examples: each says what to look at, trains, and comes as far as its comment says."""

import re
from pathlib import Path

import pytest

from lab import paths
from lab.experiment.examples import Example, examples
from lab.experiment.session import Session
from lab.experiment.spec import load_experiment

EXAMPLES = examples(paths.default_experiment().parent)
GOALS = {
    "xor": 1.0,
    "spiral": 0.95,
    "moons": 0.95,
    "iris": 0.93,
    "digits": 0.95,
    "mnist5k": 0.93,
    "diabetes": 0.35,
}
"""The validation accuracy, or R², that such a set should reach."""

_FIGURE = re.compile(r"After its (\d+) epochs the validation (?:accuracy|R²) is (\d\.\d{3})")

each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.file.stem)


def _goes_with(example: Example) -> tuple[int, float]:
    """Return the epochs and the figure that an example's comment speaks of."""
    found = _FIGURE.search(example.about)
    assert found is not None, f"{example.file.name} does not say what it reaches"
    return int(found[1]), float(found[2])


def test_the_examples_are_these() -> None:
    assert load_experiment(paths.default_experiment()).data.source == "cat-dog-horse"
    names = {example.file.stem for example in EXAMPLES}
    assert names == GOALS.keys() | {"cat-dog-horse", "vanishing-gradient"}
    assert len({example.name for example in EXAMPLES}) == len(EXAMPLES)


@each_example
def test_an_example_says_what_to_look_at_and_trains(example: Example) -> None:
    experiment = load_experiment(example.file)
    assert experiment.name == example.name
    assert re.search(r"^Look at: ", example.about, flags=re.MULTILINE)
    session = Session(experiment)
    before = session.network.parameters.copy()
    for _ in range(3):
        session.step()
    assert (session.network.parameters != before).any()


@each_example
def test_a_full_run_comes_as_far_as_the_comment_says(example: Example) -> None:
    epochs, figure = _goes_with(example)
    session = Session(load_experiment(example.file))
    while not session.finished:
        session.step()
    score = session.history.epochs[-1].validation_score
    assert session.epoch == epochs
    assert score == pytest.approx(figure, abs=0.02)  # another BLAS adds in another order
    assert score >= GOALS.get(example.file.stem, 0.0)
    if example.file == paths.default_experiment():
        assert session.evaluate("test").score >= 0.88


def test_the_layers_of_the_vanishing_example_get_less_gradient_the_lower_they_are() -> None:
    session = Session(load_experiment(paths.default_experiment().with_name("vanishing-gradient.toml")))
    session.step()
    first, last = session.network.layers[0], session.network.layers[-1]
    assert abs(first.dW).mean() < 1e-3 * abs(last.dW).mean()


def test_a_new_file_in_the_folder_is_a_new_example(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text('# One.\n# Two.\n#\n# Three.\n\nname = "Apples"\n# not at the top\n', "utf-8")
    (tmp_path / "a.toml").write_text('name = "Pears"', "utf-8")
    (tmp_path / "broken.toml").write_text("# Still told.\nname = ", "utf-8")
    (tmp_path / "notes.txt").write_text("no experiment", "utf-8")
    assert examples(tmp_path) == [
        Example(tmp_path / "b.toml", "Apples", "One. Two.\nThree."),
        Example(tmp_path / "a.toml", "Pears", ""),
        Example(tmp_path / "broken.toml", "broken", "Still told."),
    ]

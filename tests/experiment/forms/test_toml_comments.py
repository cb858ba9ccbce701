"""Comments in an experiment's file: they survive every save, with the order and the form of the lines around them."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.experiment.forms.toml_text import comments
from lab.experiment.spec import changed, load_experiment, save_experiment
from tests.effort import examples

WRITTEN = """# my flowers
format = 1   # keep
name = "Flowers"

# the data
[data]
scaling = "standard"  # z-scores
source = "iris"
stratified = true   # as usual
split = [0.6, 0.2, 0.2]

# small
[[layers]]
kind = "dense"
units = 0x08    # eight
activation = "relu"

# drop some
[[layers]]
kind = "dropout"
rate = 5e-1

# the output
[[layers]]
kind = "dense"
units = 3
activation = "softmax"

[training]
loss = "cross_entropy"
epochs = 4
batch_size = 16  # small

[training.optimizer]
learning_rate = 1e-1 # try 0.05
kind = "sgd"
# the end
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "flowers.toml"
    path.write_text(WRITTEN, encoding="utf-8")
    return path


def test_what_has_not_changed_stays_to_the_letter(file: Path) -> None:
    save_experiment(load_experiment(file), file)
    assert file.read_text(encoding="utf-8") == WRITTEN


def test_only_the_lines_of_an_edit_change(file: Path) -> None:
    edited = changed(load_experiment(file), {"training": {"epochs": 9, "optimizer": {"learning_rate": 0.05}}})
    save_experiment(edited, file)
    expected = WRITTEN.replace("epochs = 4", "epochs = 9").replace("1e-1 # try", "0.05 # try")
    assert file.read_text(encoding="utf-8") == expected


def test_a_layer_that_comes_between_leaves_the_others_their_lines(file: Path) -> None:
    experiment = load_experiment(file)
    first, *others = experiment.layers
    layers = [layer.model_dump() for layer in (first, first.model_copy(update={"units": 5}), *others)]
    save_experiment(changed(experiment, {"layers": layers}), file)
    text = file.read_text(encoding="utf-8")
    assert "units = 0x08    # eight" in text
    assert "rate = 5e-1" in text
    assert text.count("[[layers]]") == 4


LAYERS: list[dict[str, Any]] = [
    {"kind": "dense", "units": 8, "activation": "relu"},
    {"kind": "dense", "units": 5, "activation": "tanh", "bias": 0.1},
    {"kind": "dropout", "rate": 0.5},
    {"kind": "batch_norm"},
]
EDITS = st.fixed_dictionaries(
    {
        "layers": st.lists(st.sampled_from(LAYERS), max_size=4).map(lambda hidden: [*hidden, _output()]),
        "seed": st.integers(0, 3),
        "name": st.sampled_from(["Flowers", "# no comment", 'a "b"']),
    },
    optional={
        "data": st.sampled_from([{"stratified": False}, {"scaling": "none"}, {"split": (0.5, 0.3, 0.2)}]),
        "training": st.sampled_from(
            [
                {"optimizer": {"kind": "adam", "learning_rate": 0.3}},
                {"optimizer": {"l2": 0.1}},
                {"early_stopping": {"patience": 3, "restore_best": True}},
                {"class_weights": {"setosa": 2.0}},
                {"schedule": {"kind": "cosine"}},
                {"batch_size": 32},
            ]
        ),
    },
)


def _output() -> dict[str, Any]:
    return {"kind": "dense", "units": 3, "activation": "softmax"}


@examples(40)
@given(st.lists(EDITS, min_size=1, max_size=3), st.sampled_from([WRITTEN, WRITTEN.replace("\n", "\r\n")]))
def test_after_any_edits_no_comment_is_lost_and_the_file_says_what_was_saved(
    tmp_path_factory: pytest.TempPathFactory, edits: list[dict[str, Any]], text: str
) -> None:
    file = tmp_path_factory.mktemp("edits") / "flowers.toml"
    file.write_bytes(text.encode())
    for edit in edits:
        experiment = changed(load_experiment(file), edit)
        save_experiment(experiment, file)
        assert load_experiment(file) == experiment
    assert Counter(comments(file.read_text(encoding="utf-8"))) >= Counter(comments(WRITTEN))


@pytest.mark.parametrize(
    "form",
    [
        'layers = [{kind = "dense", units = 3, activation = "softmax"}] # here\ndata.source = "iris" # dotted\n',
        'training.epochs = 3 # dotted\n[data]\nsource = "iris"\n[[layers]] # one\nkind = "dense"\nunits = 3\n'
        'activation = "softmax"\n[training.optimizer]\nkind = "adam"\n',
        '[training]\nepochs = 3 # three\n[data]\nsource = "iris"\n[training.optimizer] # apart\nkind = "adam"\n'
        '[[layers]]\nkind = "dense"\nunits = 3\nactivation = "softmax"\n',
    ],
)
def test_other_forms_of_toml_keep_their_comments_too(tmp_path: Path, form: str) -> None:
    file = tmp_path / "form.toml"
    file.write_text(form, encoding="utf-8")
    hidden = {"kind": "dense", "units": 4, "activation": "relu"}
    edits = {"training": {"epochs": 7, "optimizer": {"learning_rate": 0.3}}, "layers": [hidden, _output()], "seed": 2}
    experiment = changed(load_experiment(file), edits)
    save_experiment(experiment, file)
    assert load_experiment(file) == experiment
    assert Counter(comments(file.read_text(encoding="utf-8"))) >= Counter(comments(form))


def test_a_copy_elsewhere_takes_the_comments_along(file: Path, tmp_path: Path) -> None:
    text = WRITTEN.replace('source = "iris"', 'path = "pets.csv"')
    file.write_text(text, encoding="utf-8")
    (tmp_path / "other").mkdir()
    copy = tmp_path / "other" / "copy.toml"
    experiment = load_experiment(file)
    save_experiment(experiment, copy, file)
    assert load_experiment(copy) == experiment  # the path of the data still leads to the old folder
    assert comments(copy.read_text(encoding="utf-8")) == comments(text)


def test_what_is_replaced_need_not_be_an_experiment(file: Path, tmp_path: Path) -> None:
    experiment = load_experiment(file)
    for number, old in enumerate([b"# no\n= TOML", b"\xff# bytes", b"", b"[data] # another one\nsource = 3\n"]):
        other = tmp_path / f"{number}.toml"
        other.write_bytes(old)
        save_experiment(experiment, other)
        assert load_experiment(other) == experiment
    assert "# another one" in other.read_text(encoding="utf-8")


def test_tomlkit_is_loaded_only_for_comments(file: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from lab.experiment.spec import load_experiment, save_experiment; "
        "save_experiment(load_experiment(sys.argv[1]), sys.argv[2]); print('tomlkit' in sys.modules)"
    )
    (tmp_path / "plain.toml").write_text("\n".join(line.partition("#")[0] for line in WRITTEN.splitlines()))
    for target, loaded in ((tmp_path / "plain.toml", "False"), (file, "True")):
        done = subprocess.run(
            [sys.executable, "-c", code, str(file), str(target)], capture_output=True, text=True, check=True, timeout=60
        )
        assert done.stdout.strip() == loaded

"""A run in a file: it goes on bit for bit, in another process too; what is no such file is refused in a sentence."""

import json
import os
import struct
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from lab.core.optimizers import OPTIMIZERS
from lab.data.errors import DataError
from lab.data.sets.sources import load_source
from lab.experiment.forms.problems import TrainingFailed
from lab.experiment.session import Session
from lab.experiment.session_state import take_state
from lab.experiment.spec import Experiment, load_experiment
from lab.experiment.timeline.edits import read_edit
from lab.experiment.timeline.timeline import apply_edit
from lab.storage.errors import StorageError
from lab.storage.model_file import save_model
from lab.storage.run_file import load_run, save_run
from tests.storage.damage import damaged_copies
from tests.waiting import LIMIT

Change = Callable[[dict[str, Any], dict[str, str]], None]
MakeSession = Callable[..., Session]
Tamper = Callable[[Path, Change], None]


def _finish(session: Session) -> Session:
    while not session.finished:
        session.step()
    return session


def _assert_same(one: Session, other: Session) -> None:
    first, second = take_state(one), take_state(other)
    assert first.numbers == second.numbers or repr(first.numbers) == repr(second.numbers)
    assert {k: v.tobytes() for k, v in first.arrays.items()} == {k: v.tobytes() for k, v in second.arrays.items()}
    assert one.history == other.history


@pytest.fixture
def run(make_session: MakeSession, tmp_path: Path) -> Path:
    file = tmp_path / "iris.safetensors"
    save_run(file, make_session(optimizer={"kind": "adam"}))
    return file


# bit for bit


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize("steps", [0, 3, 7, 16])
def test_a_run_goes_on_from_its_file(kind: str, steps: int, make_session: MakeSession, tmp_path: Path) -> None:
    options = {"optimizer": {"kind": kind}, "schedule": {"kind": "one_cycle", "warm_up": 1}, "dtype": "float64"}
    session = make_session(steps, **options)
    save_run(tmp_path / "run", session)
    resumed = load_run(tmp_path / "run")
    assert resumed.experiment == session.experiment
    _assert_same(session, resumed)
    _assert_same(_finish(session), _finish(resumed))


_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from lab.storage.run_file import load_run, save_run
session = load_run(Path(sys.argv[1]))
while not session.finished:
    session.step()
save_run(Path(sys.argv[2]), session)
print([name for name in sys.modules if name == "pickle" or name.startswith("PySide6")])
"""


@pytest.mark.parametrize("steps", [5, 7])
def test_another_process_goes_on_bit_for_bit(steps: int, make_session: MakeSession, tmp_path: Path) -> None:
    session = make_session(steps, source="digits", layers=_digits(), optimizer={"kind": "nesterov", "l2": 0.01})
    save_run(tmp_path / "half", session)
    command = [sys.executable, "-W", "error", "-c", _ANOTHER_PROCESS, str(tmp_path / "half"), str(tmp_path / "whole")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "PySide6" not in done.stdout
    _assert_same(_finish(session), load_run(tmp_path / "whole"))


def _digits() -> list[dict[str, Any]]:
    return [
        {"kind": "dense", "units": 20},
        {"kind": "layer_norm"},
        {"kind": "dropout", "rate": 0.2},
        {"kind": "dense", "units": 10, "activation": "softmax"},
    ]


def test_saving_does_not_disturb_the_run(make_session: MakeSession, tmp_path: Path) -> None:
    quiet, saved = make_session(0), make_session(0)
    while not saved.finished:
        saved.step()
        save_run(tmp_path / "run", saved)
    _assert_same(_finish(quiet), saved)


# the file


def test_other_programs_can_read_the_file(run: Path) -> None:
    with safe_open(run, "numpy") as file:
        texts = file.metadata()
    assert (texts["program"], texts["kind"], texts["format"]) == ("delta-lab", "run", "1")
    numbers = json.loads(texts["numbers"])
    assert (numbers["epoch"], numbers["batch"], numbers["optimizer_steps"]) == (1, 2, 9)
    assert int(numbers["shuffling"]["state"]) > 2**64
    (run.parent / "again.toml").write_text(texts["experiment"], encoding="utf-8")
    assert load_experiment(run.parent / "again.toml") == load_run(run).experiment
    losses = load_file(run)["history.losses"]
    assert losses.tolist() == load_run(run).history.losses().tolist()


def test_a_table_beside_the_run_may_move_with_it(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    _pets(first, 30)
    session = Session(load_experiment(first / "pets.toml"))
    session.step()
    save_run(first / "run", session)
    first.rename(second)
    resumed = load_run(second / "run")
    assert resumed.experiment.data.path == str(second / "pets.csv")
    _assert_same(session, resumed)


def _pets(folder: Path, rows: int) -> None:
    lines = [f"{number},{number % 7},{'cat' if number % 2 else 'dog'}\n" for number in range(rows)]
    (folder / "pets.csv").write_text("weight,age,kind\n" + "".join(lines), encoding="utf-8")
    (folder / "pets.toml").write_text(
        '[data]\npath = "pets.csv"\n[[layers]]\nkind = "dense"\nunits = 2\nactivation = "softmax"\n', encoding="utf-8"
    )


def test_other_data_is_refused(tmp_path: Path) -> None:
    """On other rows the run would not go on but become another."""
    _pets(tmp_path, 30)
    save_run(tmp_path / "run", Session(load_experiment(tmp_path / "pets.toml")))
    table = (tmp_path / "pets.csv").read_text(encoding="utf-8")
    other_class = table.replace("29,1,cat", "29,1,dog")
    for changed in (table + "30,2,dog\n", table.replace("29,1", "29,2"), other_class, table.replace("dog", "cow")):
        assert changed != table
        (tmp_path / "pets.csv").write_text(changed, encoding="utf-8")
        with pytest.raises(StorageError, match=r"run: the data 'pets.csv' is not what the run was trained on"):
            load_run(tmp_path / "run")
    (tmp_path / "pets.csv").unlink()
    with pytest.raises(DataError, match=r"pets\.csv does not exist"):
        load_run(tmp_path / "run")


def test_a_column_that_was_renamed_is_noticed(tmp_path: Path) -> None:
    """The numbers are the same, but they may mean something else."""
    _pets(tmp_path, 30)
    save_run(tmp_path / "run", Session(load_experiment(tmp_path / "pets.toml")))
    table = (tmp_path / "pets.csv").read_text(encoding="utf-8")
    for header, words in (
        ("weight,years,kind", "run: the column 'age' was renamed to 'years' since the run was kept"),
        ("age,weight,kind", "the column 'weight' was renamed to 'age' and 1 more since"),
        ("weight,age,sort", "the column 'kind' was renamed to 'sort' since"),
    ):
        (tmp_path / "pets.csv").write_text(table.replace("weight,age,kind", header), encoding="utf-8")
        with pytest.raises(StorageError, match=words):
            load_run(tmp_path / "run")
    (tmp_path / "pets.csv").write_text(table, encoding="utf-8")
    load_run(tmp_path / "run")


_WRITE_ALL = """
import sys
from pathlib import Path
from lab.experiment.session import Session
from lab.experiment.spec import load_experiment
from lab.experiment.timeline.edits import read_edit
from lab.experiment.timeline.timeline import apply_edit
from lab.storage.model_file import load_model, save_model
from lab.storage.predictions import predict_file
from lab.storage.run_file import save_run
folder = Path(sys.argv[1])
session = Session(load_experiment(folder / "pets.toml"))
session.run_epoch()
session.step()
save_run(folder / "run", session)
save_model(folder / "model", session)
(folder / "out").write_text(predict_file(load_model(folder / "model"), folder / "pets.csv").as_csv())
"""


def test_two_identical_runs_write_identical_bytes(tmp_path: Path) -> None:
    """Whatever the order of sets and hash tables, which differs from process to process."""
    _pets(tmp_path, 60)
    text = (tmp_path / "pets.toml").read_text(encoding="utf-8")
    text = text.replace('"pets.csv"\n', '"pets.csv"\n[data.columns.weight]\nuse = "one_hot"\n')
    (tmp_path / "pets.toml").write_text(text, encoding="utf-8")
    written = []
    for seed in ("1", "2"):
        command = [sys.executable, "-W", "error", "-c", _WRITE_ALL, str(tmp_path)]
        place = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(command, env=place, capture_output=True, text=True, timeout=LIMIT, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        written.append([(tmp_path / name).read_bytes() for name in ("run", "model", "out")])
    assert written[0] == written[1]


def test_every_array_lies_at_a_multiple_of_its_size(run: Path) -> None:
    """Other programs map the file into memory and want numbers where a processor reads them at once."""
    data = run.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    del header["__metadata__"]
    assert {entry["dtype"] for entry in header.values()} == {"F32", "F64", "I64"}
    for entry in header.values():
        assert (8 + length + entry["data_offsets"][0]) % {"F32": 4, "F64": 8, "I64": 8}[entry["dtype"]] == 0


def test_data_can_be_handed_over(run: Path) -> None:
    iris = load_source("iris")
    assert load_run(run, iris).dataset is iris
    with pytest.raises(StorageError, match="is not what the run was trained on"):
        load_run(run, load_source("digits"))


def test_an_old_file_stays_where_the_new_one_cannot_be_written(
    run: Path, make_session: MakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = run.read_bytes()

    def full(_path: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        save_run(run, make_session(0))
    assert run.read_bytes() == before
    assert [file.name for file in run.parent.iterdir()] == [run.name]


# what is refused


def _refusal(file: Path) -> str:
    with pytest.raises(StorageError) as refusal:
        load_run(file)
    (line,) = str(refusal.value).splitlines()
    assert line.startswith(file.name) or str(file) in line
    return line


def test_what_is_no_file_of_ours_is_refused(tmp_path: Path, make_session: MakeSession) -> None:
    assert "does not exist" in _refusal(tmp_path / "none.safetensors")
    assert "is a folder" in _refusal(tmp_path)
    others = {"empty": b"", "text": b"format = 1\n" * 50, "zip": b"PK\x03\x04" * 50, "zeros": bytes(400)}
    for name, data in others.items():
        (tmp_path / name).write_bytes(data)
        assert "is not a safetensors file" in _refusal(tmp_path / name)
    for name, header in {"broken": b'{"W": }', "deep": b'{"a":' * 100_000, "list": b"{}, []"}.items():
        (tmp_path / name).write_bytes(struct.pack("<Q", len(header)) + header)
        assert "its header is damaged" in _refusal(tmp_path / name)
    save_file({"W": np.zeros(3)}, tmp_path / "other")
    assert "not one of Delta Lab's" in _refusal(tmp_path / "other")
    save_file({"W": np.zeros(3)}, tmp_path / "foreign", {"kind": "run", "format": "1"})
    assert "not one of Delta Lab's" in _refusal(tmp_path / "foreign")
    save_model(tmp_path / "model", make_session())
    assert "is a trained model" in _refusal(tmp_path / "model")


@pytest.mark.parametrize("length", [2**63 + 5, 2**64 - 1, 2**40, 2**26 + 1, 2**26, 10**6])
def test_a_header_is_not_read_before_its_length_has_been_looked_at(tmp_path: Path, length: int) -> None:
    """A gigabyte that only seems to be there: reading it would take its time and its memory."""
    file = tmp_path / "large"
    with file.open("wb") as stream:
        stream.write(struct.pack("<Q", length) + b"{")
        if length > 2**26:
            stream.truncate(2**33)
    assert "safetensors" in _refusal(file) or "cut short" in _refusal(file)


def _texts(**changes: Any) -> Change:
    def change(_header: dict[str, Any], texts: dict[str, str]) -> None:
        for name, value in changes.items():
            if value is None:
                del texts[name]
            else:
                texts[name] = value

    return change


def _numbers(*path: str, value: Any) -> Change:
    def change(_header: dict[str, Any], texts: dict[str, str]) -> None:
        numbers = json.loads(texts["numbers"])
        inner = numbers
        for name in path[:-1]:
            inner = inner[name]
        inner[path[-1]] = value
        texts["numbers"] = json.dumps(numbers)

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_texts(format="2"), ["format '2' found", "reads format 1"]),
        (_texts(format=None), ["format None found"]),
        (_texts(program="other"), ["not one of Delta Lab's"]),
        (_texts(kind="model"), ["is a trained model"]),
        (_texts(kind="photo"), ["not one of Delta Lab's"]),
        (_texts(kind={}), ["not one of Delta Lab's"]),
        (_texts(experiment=["format = 1"]), ["not one of Delta Lab's"]),
        (_texts(experiment=None), ["experiment", "data: missing"]),
        (_texts(experiment="seed = "), ["experiment", "not a TOML file"]),
        (_texts(numbers=None), ["numbers", "missing"]),
        (_texts(numbers="{"), ["numbers", "not JSON"]),
        (_texts(numbers="[" * 100_000), ["numbers", "not JSON"]),
        (_texts(numbers="[]"), ["numbers", "table of fields"]),
        (_texts(data=None), ["data", "missing"]),
        (_texts(data='"00"'), ["'Iris flowers'", "not what the run was trained on"]),
        (_numbers("epoch", value=-1), ["numbers.epoch", "-1", "at least 0"]),
        (_numbers("epoch", value="1"), ["numbers.epoch", "'1'", "whole number"]),
        (_numbers("epoch", value=10**400), ["numbers.epoch"]),
        (_numbers("epoch", value=5), ["history.losses"]),
        (_numbers("batch", value=7), ["batch: 7", "34 examples"]),
        (_numbers("learning_rate", value=0), ["numbers.learning_rate", "above 0"]),
        (_numbers("learning_rate", value="inf"), ["numbers.learning_rate", "finite"]),
        (_numbers("epoch_loss", value=None), ["numbers.epoch_loss"]),
        (_numbers("dropout", "state", value="12x"), ["numbers.dropout.state", "'12x'"]),
        (_numbers("dropout", "state", value=str(2**128)), ["numbers.dropout.state", "2^128"]),
        (_numbers("shuffling", "inc", value="9" * 10_000), ["numbers.shuffling.inc"]),
        (_numbers("shuffling", "has_uint32", value=2), ["numbers.shuffling.has_uint32"]),
        (_numbers("surprise", value=2), ["numbers.surprise", "unknown field"]),
    ],
)
def test_a_header_that_is_wrong_is_refused_by_name(run: Path, tamper: Tamper, change: Change, words: list[str]) -> None:
    tamper(run, change)
    refusal = _refusal(run)
    assert all(word in refusal for word in words), refusal
    assert len(refusal) < 1000


def test_an_array_that_is_missing_or_unknown_is_named(run: Path, tmp_path: Path) -> None:
    with safe_open(run, "numpy") as file:
        texts = file.metadata()
    arrays = load_file(run)
    for name in arrays:
        rest = {other: array for other, array in arrays.items() if other != name}
        save_file(rest, tmp_path / "less", texts)
        # What W was before the step on show goes with the first; 0.1.0 kept no rates.
        if name.startswith("earlier.") or name == "history.rates":
            load_run(tmp_path / "less")
        else:
            _refusal(tmp_path / "less")
    save_file({**arrays, "more": np.zeros(2)}, tmp_path / "more", texts)
    assert "more: unknown" in _refusal(tmp_path / "more")
    save_file({**arrays, "order": arrays["order"].astype(np.int32)}, tmp_path / "type", texts)
    assert "order: dtype 'I32'" in _refusal(tmp_path / "type")


def test_a_name_of_many_lines_is_quoted_on_one(run: Path, tamper: Tamper) -> None:
    def change(header: dict[str, Any], _texts: dict[str, str]) -> None:
        header["two\r\nlines" + "x" * 9000] = {"dtype": "F16", "shape": [], "data_offsets": [0, 0]}

    tamper(run, change)
    assert len(_refusal(run)) < 1000


def test_another_stack_in_the_experiment_is_refused_before_its_weights_are_made(run: Path, tamper: Tamper) -> None:
    """A hundred thousand units twice are 40 GB of weights."""

    def change(_header: dict[str, Any], texts: dict[str, str]) -> None:
        fields = tomllib.loads(texts["experiment"])
        fields["layers"] = [{"kind": "dense", "units": 100_000}] * 2 + fields["layers"]
        texts["experiment"] = tomli_w.dumps(fields)

    tamper(run, change)
    assert "10,001,200,039 parameters" in _refusal(run)


def _loaded_or_refused(file: Path) -> str:
    """Return the sentence for a file, "" where it loads; what loads may at the worst fail as training does."""
    try:
        session = load_run(file)
    except StorageError as error:
        (line,) = str(error).splitlines()
        return line
    try:
        for _ in range(3):
            session.step()
    except TrainingFailed:
        pass
    return ""


@pytest.mark.parametrize("part", range(8))
def test_a_file_that_was_cut_short_is_refused(run: Path, part: int) -> None:
    data = run.read_bytes()
    for length in range(part, len(data), 8 * 5):
        run.write_bytes(data[:length])
        assert run.name in _loaded_or_refused(run)
    run.write_bytes(data + bytes(part + 1))
    assert "cut short or damaged" in _loaded_or_refused(run)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(2))
def test_a_damaged_file_gives_a_sentence_or_a_run(run: Path, seed: int) -> None:
    told = []
    for damaged in damaged_copies(run.read_bytes(), seed):
        run.write_bytes(damaged)
        told.append(bool(_loaded_or_refused(run)))
    assert sum(told) > len(told) / 6


# runs that were edited

_EDITS: list[list[dict[str, Any]]] = [
    [{"kind": "units", "layer": 0, "units": 11}, {"kind": "freeze", "layer": 0}],
    [{"kind": "training", "title": "Batch size 5", "fields": {"batch_size": 5, "blas_threads": 2}}],
    [{"kind": "pin"}, {"kind": "type_cell", "layer": 0, "array": "W", "cell": [0, 1], "value": -0.5}],
    [{"kind": "data", "data": {"source": "iris", "split": [0.5, 0.25, 0.25]}}, {"kind": "train_on", "epochs": 2}],
    [{"kind": "reset", "next_seed": True}, {"kind": "remove", "layer": 0}],
]


@pytest.mark.parametrize("edits", _EDITS, ids=lambda edits: edits[0]["kind"])
def test_a_run_that_was_edited_goes_on_from_its_file(
    edits: list[dict[str, Any]], make_session: MakeSession, tmp_path: Path
) -> None:
    session = make_session(5)
    for fields in edits:
        apply_edit(session, read_edit(fields))
        session.step()
    save_run(tmp_path / "run", session)
    resumed = load_run(tmp_path / "run")
    assert [record.name for record in resumed.edits] == [record.name for record in session.edits]
    assert resumed.blas_threads == session.blas_threads
    _assert_same(session, resumed)
    for _ in range(9):
        session.step()
        resumed.step()
    _assert_same(session, resumed)


def test_a_run_goes_on_without_the_file_of_its_starting_values(tmp_path: Path) -> None:
    np.save(tmp_path / "w.npy", np.full((2, 2), 0.25))
    layers = [{"kind": "dense", "units": 2, "activation": "softmax", "W": str(tmp_path / "w.npy")}]
    experiment = Experiment.model_validate({"data": {"x": [[1, 2], [3, 4]], "y": ["a", "b"]}, "layers": layers})
    session = Session(experiment)
    session.step()
    save_run(tmp_path / "r.safetensors", session)
    (tmp_path / "w.npy").unlink()
    resumed = load_run(tmp_path / "r.safetensors")
    assert resumed.experiment == experiment
    for run in (session, resumed):
        run.step()
    np.testing.assert_array_equal(resumed.network.parameters, session.network.parameters)

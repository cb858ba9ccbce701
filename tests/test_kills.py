"""Training that is killed or stopped at any moment: every file is whole, and what SIGTERM stops loses no step."""

import os
import random
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lab.experiment.session import Session
from lab.experiment.spec import load_experiment
from lab.storage.model_file import load_model
from lab.storage.run_file import load_run
from tests.effort import count
from tests.waiting import LIMIT

EXPERIMENT = """
name = "Killed"
[data]
source = "iris"
[[layers]]
kind = "dense"
units = 64
activation = "tanh"
[[layers]]
kind = "dropout"
rate = 0.1
[[layers]]
kind = "dense"
units = 3
activation = "softmax"
[training]
batch_size = 16
epochs = 100000
[training.optimizer]
kind = "adam"
learning_rate = 0.001
[training.early_stopping]
patience = 100000
"""

# Keeps the run after every step, so that a kill often falls into a write, and tells each step before it is taken.
_TRAIN = """
import sys
from lab import cli
from lab.experiment.running import headless_run
from lab.experiment.session import Session
headless_run.KEEP_EVERY, headless_run._KEEPING_SHARE = 0.0, 1e9
step = Session.step
def told(session):
    print(session.steps, flush=True)
    return step(session)
Session.step = told
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.fixture
def experiment(tmp_path: Path) -> Path:
    file = tmp_path / "killed.toml"
    file.write_text(EXPERIMENT, encoding="utf-8")
    return file


def _train_until(steps: int, number: int, *arguments: str | Path) -> tuple[int, int, str]:
    """Train in a process of its own and send it a signal after so many steps; return steps told, code and stderr."""
    command = [sys.executable, "-c", _TRAIN, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = 0
        for line in process.stdout:
            told = int(line)
            if told >= steps:
                break
        process.send_signal(number)
        rest, error = process.communicate(timeout=LIMIT)
    return int((rest.splitlines() or [told])[-1]), process.returncode, error


@pytest.mark.fuzz
def test_a_kill_at_any_moment_leaves_whole_files(experiment: Path, tmp_path: Path) -> None:
    run, rng = tmp_path / "run.safetensors", random.Random(7)
    for _ in range(count(5)):
        run.unlink(missing_ok=True)
        told, code, error = _train_until(rng.randrange(1, 40), signal.SIGKILL, "train", experiment, "--keep", run)
        assert (code, error) == (-signal.SIGKILL, "")
        assert load_run(run).steps in (told - 1, told, told + 1)  # the last step, or the write after it, was cut off
    _train_until(2, signal.SIGTERM, "train", experiment, "--keep", run)
    assert sorted(os.listdir(tmp_path)) == ["killed.toml", "run.safetensors"]  # the killed writes' parts have gone


@pytest.mark.fuzz
def test_a_termination_at_any_moment_loses_no_step(experiment: Path, tmp_path: Path) -> None:
    run, model, rng = tmp_path / "run.safetensors", tmp_path / "model.safetensors", random.Random(8)
    for _ in range(count(5)):
        number = rng.choice([signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
        begin = ["resume", run] if run.exists() and load_run(run).steps < 150 else ["train", experiment]
        before = load_run(run).steps if begin[0] == "resume" else 0
        steps = before + rng.randrange(1, 40)
        told, code, error = _train_until(steps, number, *begin, "--keep", run, "--save", model)
        assert code == 128 + number
        found = re.fullmatch(r"delta-lab: .* after (\d+) steps; \S+ holds the run; \S+ holds the model\n", error)
        assert found is not None, error
        kept, whole = load_run(run), Session(load_experiment(experiment))
        assert kept.steps == int(found[1]) == told + 1
        while whole.steps < kept.steps:
            whole.step()
        assert kept.network.parameters.tobytes() == whole.network.parameters.tobytes()
        memories, others = (session.optimizer.state_dict()["memories"] for session in (kept, whole))
        assert {name: memories[name].tobytes() for name in memories} == {
            name: others[name].tobytes() for name in others
        }
        assert load_model(model).network.parameters.tobytes() == whole.network.parameters.tobytes()
    assert sorted(os.listdir(tmp_path)) == ["killed.toml", "model.safetensors", "run.safetensors"]

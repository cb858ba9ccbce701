"""A file that is dropped is encoded once and its rows are shared out once, on the whole way to the first step."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from lab.experiment import datasets
from lab.experiment.spec import Experiment
from lab.gui.workers import commands
from lab.gui.workspace.workspace import Workspace


def _counted(counts: Counter[str], name: str, inner: Callable[..., Any]) -> Callable[..., Any]:
    def count(*given: Any, **named: Any) -> Any:
        counts[name] += 1
        return inner(*given, **named)

    return count


def _steps(workspace: Workspace) -> int | None:
    snapshot = workspace.run.snapshot
    return None if snapshot is None else snapshot.progress.step


def test_a_dropped_table_is_encoded_once_and_shared_out_once_up_to_its_first_step(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "pets.csv"
    lines = [f"{number % 7},{number % 5},{'cat' if number % 2 else 'dog'}" for number in range(60)]
    file.write_text("\n".join(["age,weight,kind", *lines]), encoding="utf-8")
    layers = [{"kind": "dense", "units": 3, "activation": "softmax"}]
    experiment = Experiment.model_validate({"data": {"source": "iris"}, "layers": layers})
    workspace = Workspace(experiment)
    try:
        qtbot.waitUntil(lambda: not workspace.draft.reading)
        counts: Counter[str] = Counter()
        for name in ("encode", "split_rows"):
            monkeypatch.setattr(datasets, name, _counted(counts, name, getattr(datasets, name)))
        workspace.import_file(file)
        qtbot.waitUntil(lambda: workspace.importing.obstacle() is None)
        facts = workspace.importing.facts
        workspace.importing.use()
        assert workspace.draft.facts is facts
        assert not workspace.draft.reading
        assert workspace.draft.experiment.layers[-1].units == 2  # the output followed at once
        workspace.go(commands.StepBatch())
        assert workspace.run.facts is facts
        qtbot.waitUntil(lambda: _steps(workspace) == 1)
        assert counts == {"encode": 1, "split_rows": 1}
        assert not workspace.is_draft
    finally:
        workspace.end()


def test_the_draft_alone_says_that_it_changed_and_only_where_it_did(qtbot: QtBot) -> None:
    layers = [{"kind": "dense", "units": 3, "activation": "softmax"}]
    workspace = Workspace(Experiment.model_validate({"data": {"source": "iris"}, "layers": layers}))
    try:
        qtbot.waitUntil(lambda: not workspace.draft.reading)
        told: list[str] = []
        workspace.draft.changed.connect(lambda: told.append("changed"))
        workspace.edit_refused.connect(lambda: told.append("refused"))
        workspace.reset()
        workspace.discard_draft()
        workspace.draft.replace(workspace.draft.experiment)
        assert told == []
        workspace.edit_training(batch_size=-1)
        workspace.change_data(scaling="nonsense")
        assert told == ["refused", "refused"]
        workspace.edit_training(batch_size=7)
        assert told[2:] == ["changed"]
        workspace.discard_draft()
        assert told[2:] == ["changed", "changed"]
        assert not workspace.is_draft
    finally:
        workspace.end()

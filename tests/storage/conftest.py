"""Small runs to save, and files that were tampered with."""

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lab.experiment.session import Session
from lab.experiment.spec import Experiment

Change = Callable[[dict[str, Any], dict[str, str]], None]
MakeSession = Callable[..., Session]

STACK: list[dict[str, Any]] = [
    {"kind": "dense", "units": 6, "activation": "tanh"},
    {"kind": "dropout", "rate": 0.3},
    {"kind": "batch_norm"},
    {"kind": "dense", "units": 3, "activation": "softmax"},
]


@pytest.fixture
def make_session() -> MakeSession:
    """Return a function that makes a session and trains it for some steps; its arguments change the experiment."""

    def make(
        steps: int = 9,
        layers: list[dict[str, Any]] | None = None,
        source: str = "iris",
        scaling: str = "standard",
        **training: Any,
    ) -> Session:
        split = (0.7, 0.15, 0.15) if source == "iris" else (0.2, 0.1, 0.7)
        fields: dict[str, Any] = {
            "seed": 8,
            "data": {"source": source, "split": split, "scaling": scaling},
            "layers": layers or STACK,
            "training": {"batch_size": 17, "epochs": 4, "early_stopping": {"patience": 2}, **training},
        }
        session = Session(Experiment.model_validate(fields))
        for _ in range(steps):
            session.step()
        return session

    return make


@pytest.fixture
def tamper() -> Callable[[Path, Change], None]:
    """Return a function that lets another alter a file's header and the texts in it, around the untouched arrays."""

    def alter(file: Path, change: Change) -> None:
        data = file.read_bytes()
        (length,) = struct.unpack("<Q", data[:8])
        header = json.loads(data[8 : 8 + length])
        change(header, header["__metadata__"])
        text = json.dumps(header).encode()
        file.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + length :])

    return alter

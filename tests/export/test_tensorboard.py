"""TensorBoard's event file: records that its own reader accepts. tests/interop reads it with TensorBoard itself."""

import struct
from pathlib import Path

import numpy as np
import pytest

from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.export.capture import capture_of
from lab.export.tensorboard import crc32c, event_files, records


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"123456789", 0xE3069283),
        (bytes(32), 0x8A9136AA),
        (bytes([255] * 32), 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
        (bytes(range(31, -1, -1)), 0x113FDB5C),
    ],
)
def test_the_sums_are_the_published_ones(data: bytes, expected: int) -> None:
    """The check value of the algorithm, and those of RFC 3720, appendix B.4."""
    row = np.frombuffer(data, np.uint8)
    np.testing.assert_array_equal(crc32c(np.stack([row, row])), [expected, expected])


def read(content: bytes) -> list[bytes]:
    """Return the messages of a file of records, after a look at every sum."""

    def masked(data: bytes) -> int:
        total = int(crc32c(np.frombuffer(data, np.uint8)[None])[0])
        return ((total >> 15 | total << 17) + 0xA282EAD8) & 0xFFFFFFFF

    found, at = [], 0
    while at < len(content):
        head = content[at : at + 8]
        (length,) = struct.unpack("<Q", head)
        data = content[at + 12 : at + 12 + length]
        sums = struct.unpack("<I", content[at + 8 : at + 12]) + struct.unpack("<I", content[at + 12 + length :][:4])
        assert sums == (masked(head), masked(data))
        found.append(data)
        at += 16 + length
    return found


def test_records_stay_in_their_order_whatever_their_length() -> None:
    messages = [b"one", b"", b"three", b"two", b"x" * 300]
    assert read(records(messages)) == messages


def test_every_loss_is_an_event_of_its_step() -> None:
    layers = [{"kind": "dense", "units": 3, "activation": "softmax"}]
    session = Session(
        Experiment.model_validate({"data": {"source": "iris"}, "layers": layers, "training": {"epochs": 1}})
    )
    session.run_epoch()
    ((_, content),) = event_files(capture_of(session), Path("run.tfevents")).items()
    first, *events = read(content)
    assert first.endswith(b"brain.Event:2")
    losses = [event for event in events if b"loss/batch" in event]
    assert [struct.unpack("<f", event[-4:])[0] for event in losses] == [
        np.float32(loss) for loss in session.history.losses()
    ]
    assert [event[10] for event in losses] == list(range(1, session.steps + 1))
    assert [event for event in events if b"layer_1/delta_norm" in event]

"""A run as an event file of TensorBoard: its curves, and the sizes in every layer where they were measured.

The file is a row of records (length, data, a CRC-32C of each), each an Event message with one number. These few bytes
are written here: the usual writer would bring protobuf along.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from struct import pack
from time import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.experiment.training.diagnostics_sampler import Sample
from lab.export.capture import Capture
from lab.export.curves import Curves, curves_of

Point = tuple[str, int, float]
"""Name of the curve, step, value."""

_FIELDS = ("delta_norm", "dW_norm", "update_ratio", "dead", "saturated")


def event_files(capture: Capture, path: Path) -> dict[Path, bytes]:
    """Return the event file; TensorBoard finds it in its folder by the "tfevents" in its name."""
    points = [*_curve_points(curves_of(capture.session())), *_layer_points(capture.samples)]
    now = time()
    events = [_event(now, 0, _field(3, b"brain.Event:2")), *(_event_of(now, *point) for point in points)]
    return {path: records(events)}


def _curve_points(curves: Curves) -> Iterator[Point]:
    for step, (loss, rate) in enumerate(zip(curves.losses, curves.rates, strict=True), start=1):
        yield "loss/batch", step, float(loss)
        if np.isfinite(rate):
            yield "learning_rate", step, float(rate)
    for record in curves.records:
        yield "loss/train", record.step, record.train_loss
        if np.isfinite(record.validation_loss):
            yield "loss/validation", record.step, record.validation_loss
            yield f"{curves.score}/validation", record.step, record.validation_score


def _layer_points(samples: tuple[Sample, ...]) -> Iterator[Point]:
    for step, layers in samples:
        for number, each in enumerate(layers, start=1):
            for name in _FIELDS:
                value = getattr(each, name)
                if np.isfinite(value):
                    yield f"layer_{number}/{name}", step, float(value)


# messages (tensorflow/core/util/event.proto and summary.proto), in protobuf's wire format


def _event_of(now: float, tag: str, step: int, value: float) -> bytes:
    """Return Event(wall_time, step, summary=Summary(value=[Value(tag, simple_value)]))."""
    one = _field(1, tag.encode("utf-8")) + b"\x15" + pack("<f", value)
    return _event(now, step, _field(5, _field(1, one)))


def _event(now: float, step: int, what: bytes) -> bytes:
    return b"\x09" + pack("<d", now) + b"\x10" + _varint(step) + what


def _field(number: int, data: bytes) -> bytes:
    """Return a field that holds bytes: its number, its length, itself."""
    return bytes([number << 3 | 2]) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


# records (tensorflow/core/lib/io/record_writer.h)


def records(messages: list[bytes]) -> bytes:
    """Return the messages as records, in their order; the sums of messages of one length are taken together."""
    parts: list[bytes] = [b""] * len(messages)
    lengths = np.array([len(message) for message in messages])
    for length in np.unique(lengths):
        own = np.flatnonzero(lengths == length)
        head = pack("<Q", length)
        begin = head + pack("<I", _masked(np.frombuffer(head, np.uint8)[None])[0])
        rows = np.frombuffer(b"".join(messages[at] for at in own), np.uint8).reshape(len(own), length)
        for at, end in zip(own.tolist(), _masked(rows).tolist(), strict=True):
            parts[at] = begin + messages[at] + pack("<I", end)
    return b"".join(parts)


def _masked(rows: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return the CRC-32C of every row, turned and shifted as the format asks for."""
    sums = crc32c(rows)
    turned: NDArray[np.uint32] = (sums >> np.uint32(15)) | (sums << np.uint32(17))
    return turned + np.uint32(0xA282EAD8)


def crc32c(rows: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return the CRC-32C (Castagnoli, RFC 3720 appendix B.4) of every row of bytes, (rows,)."""
    table = _table()
    sums = np.full(len(rows), 0xFFFFFFFF, np.uint32)
    for column in rows.T:
        sums = table[(sums ^ column) & np.uint32(0xFF)] ^ (sums >> np.uint32(8))
    return ~sums


@cache
def _table() -> NDArray[Any]:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> np.uint32(1)) ^ np.uint32(0x82F63B78), table >> np.uint32(1))
    return table

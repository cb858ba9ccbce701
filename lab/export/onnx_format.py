"""The few messages of ONNX that a graph of matrices needs, written as protobuf writes them.

A message is its fields one after the other, each a key (number and kind) and a value: a varint, four bytes, or bytes
with their length before them (https://protobuf.dev/programming-guides/encoding). The numbers of the fields are those
of onnx/onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

IR_VERSION, OPSET = 8, 17
FLOAT, INT64, DOUBLE = 1, 7, 11
_TYPES = {"<f4": FLOAT, "<i8": INT64, "<f8": DOUBLE}

_VARINT, _BYTES, _FOUR_BYTES = 0, 2, 5
_KIND_FLOAT, _KIND_INT, _KIND_INTS = 1, 2, 7

Value = int | float | bytes | str


def message(*fields: tuple[int, Value]) -> bytes:
    """Return a message of these fields, each its number and a value that is not negative, a text or a message."""
    return b"".join(_field(number, value) for number, value in fields)


def _field(number: int, value: Value) -> bytes:
    if isinstance(value, float):
        return _varint(number << 3 | _FOUR_BYTES) + struct.pack("<f", value)
    if isinstance(value, int):
        return _varint(number << 3 | _VARINT) + _varint(value)
    data = value.encode("utf-8") if isinstance(value, str) else value
    return _varint(number << 3 | _BYTES) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    """Return seven bits a byte, the lowest first; every byte but the last has its highest bit set."""
    value &= (1 << 64) - 1  # a negative number is written as its two's complement
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def node(
    operator: str, inputs: Sequence[str], output: str, attributes: Mapping[str, float | int | Sequence[int]]
) -> bytes:
    """Return a NodeProto, which computes one array from others."""
    fields: list[tuple[int, Value]] = [(1, name) for name in inputs]
    fields += [(2, output), (3, output), (4, operator)]
    return message(*fields, *((5, _attribute(name, value)) for name, value in attributes.items()))


def _attribute(name: str, value: float | int | Sequence[int]) -> bytes:
    if isinstance(value, float):
        return message((1, name), (2, value), (20, _KIND_FLOAT))
    if isinstance(value, int):
        return message((1, name), (3, value), (20, _KIND_INT))
    return message((1, name), *((8, each) for each in value), (20, _KIND_INTS))


def tensor(name: str, array: NDArray[Any]) -> bytes:
    """Return a TensorProto with an array of float32, float64 or int64."""
    dims: list[tuple[int, Value]] = [(1, size) for size in array.shape]
    return message(*dims, (2, _TYPES[array.dtype.str]), (8, name), (9, np.ascontiguousarray(array).tobytes()))


def port(name: str, element: int, shape: Sequence[str | int]) -> bytes:
    """Return a ValueInfoProto, an input or output of the graph; a text in its shape is a size that is free."""
    sizes = message(*((1, message((2 if isinstance(size, str) else 1, size))) for size in shape))
    return message((1, name), (2, message((1, message((1, element), (2, sizes))))))


def model(
    nodes: Sequence[bytes],
    tensors: Sequence[bytes],
    inputs: Sequence[bytes],
    outputs: Sequence[bytes],
    texts: Mapping[str, str],
    about: str,
) -> bytes:
    """Return a ModelProto: a whole .onnx file, with texts by name as its metadata."""
    graph: list[tuple[int, Value]] = [(1, each) for each in nodes]
    graph += [(2, "network"), *((5, each) for each in tensors), (10, about)]
    graph += [*((11, each) for each in inputs), *((12, each) for each in outputs)]
    opset = message((1, ""), (2, OPSET))
    metadata = [(14, message((1, name), (2, text))) for name, text in texts.items()]
    return message((1, IR_VERSION), (2, "Delta Lab"), (7, message(*graph)), (8, opset), *metadata)

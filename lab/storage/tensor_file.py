"""One safetensors file: arrays by name and texts beside them, read without trusting a byte of it.

The format: eight bytes with the length of the header, the header in JSON, the arrays one after the other
(https://github.com/huggingface/safetensors, section Format).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from numpy.typing import NDArray
from pydantic import BaseModel, ValidationError

from lab.data.errors import DataError
from lab.data.readers.open_file import opened
from lab.experiment.forms.problems import SpecError, sentences
from lab.experiment.spec import Experiment, format_experiment, parse_experiment
from lab.paths import write_atomically
from lab.storage.errors import StorageError

FORMAT = "1"
KINDS = {"model": "a trained model, as train --save writes it", "run": "a saved run, as train --keep writes it"}

_PROGRAM = "delta-lab"
# A longer header is none of ours: it would hold the names of a million columns.
_LONGEST_HEADER = 1 << 26
_TYPES = {"<f4": "F32", "<f8": "F64", "<i8": "I64"}
"""NumPy's name of a type to the format's."""

Facts = TypeVar("Facts", bound=BaseModel)


@dataclass(frozen=True, eq=False)
class TensorFile:
    """What a file holds beside what every file of ours says of itself."""

    path: Path
    experiment: Experiment
    texts: Mapping[str, str]
    arrays: Mapping[str, NDArray[Any]]

    def fault(self, what: str) -> StorageError:
        """Return the error for something in this file that does not fit."""
        return StorageError(f"{self.path.name}: {what}")

    def facts(self, kind: type[Facts]) -> Facts:
        """Return the texts that the fields of `kind` name, each one JSON, in their checked form."""
        fields: dict[str, Any] = {}
        for name in kind.model_fields.keys() & self.texts.keys():
            try:
                fields[name] = json.loads(self.texts[name])
                json.dumps(fields[name], ensure_ascii=False).encode("utf-8")  # half a surrogate pair is no text
            except (ValueError, RecursionError) as error:
                raise self.fault(f"{name}: it is not JSON ({error}); save the file anew.") from error
        try:
            return kind.model_validate(fields)
        except ValidationError as error:
            raise self.fault(sentences(error, kind)[0]) from error


def write_tensor_file(
    path: Path, kind: str, experiment: Experiment, facts: BaseModel, arrays: Mapping[str, NDArray[Any]]
) -> None:
    """Write the file, whole or not at all; OSError where the place is not writable."""
    write_atomically(path, tensor_file_bytes(path, kind, experiment, facts, arrays))


def tensor_file_bytes(
    path: Path, kind: str, experiment: Experiment, facts: BaseModel, arrays: Mapping[str, NDArray[Any]]
) -> bytes:
    """Return what `write_tensor_file` writes to that path, from which its experiment finds its data."""
    texts = {"program": _PROGRAM, "kind": kind, "format": FORMAT}
    texts["experiment"] = format_experiment(experiment, path.parent)
    texts |= {name: json.dumps(value, ensure_ascii=False) for name, value in facts.model_dump(mode="json").items()}
    return tensor_bytes(texts, arrays)


def tensor_bytes(texts: Mapping[str, str], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return a whole safetensors file; the same texts and arrays always give the same bytes.

    safetensors' own writer puts the texts into another order in every process.
    """
    header: dict[str, Any] = {"__metadata__": texts}
    # Wide numbers first, so that each one lies at a multiple of its size.
    names = sorted(arrays, key=lambda name: (-arrays[name].itemsize, name))
    end = 0
    for name in names:
        array, begin = arrays[name], end
        end += array.nbytes
        header[name] = {"dtype": _TYPES[array.dtype.str], "shape": array.shape, "data_offsets": (begin, end)}
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    text += b" " * (-len(text) % 8)
    return b"".join([len(text).to_bytes(8, "little"), text, *(arrays[name].tobytes() for name in names)])


def kind_of(path: Path) -> str:
    """Return which of KINDS a file is, after a look at its header; StorageError where it is none of ours."""
    try:
        with opened(path) as stream:
            return _texts(path, _header(path, stream), " or ".join(KINDS.values()))["kind"]
    except DataError as error:
        raise StorageError(str(error)) from error


def read_experiment(path: Path, kind: str) -> Experiment:
    """Return the experiment in a file of that kind, after a look at its header; StorageError where it is none."""
    try:
        with opened(path) as stream:
            return _experiment(path, _texts_of_kind(path, _header(path, stream), kind))
    except DataError as error:
        raise StorageError(str(error)) from error


def read_tensor_file(path: Path, kind: str) -> TensorFile:
    """Read a file of that kind; StorageError where it is none, cut short, or of another format."""
    try:
        with opened(path) as stream:
            header = _header(path, stream)
            stream.seek(0)
            data = stream.read()
    except DataError as error:
        raise StorageError(str(error)) from error
    texts = _texts_of_kind(path, header, kind)
    arrays = _arrays(path, header, data)
    return TensorFile(path, _experiment(path, texts), texts, arrays)


def _texts_of_kind(path: Path, header: dict[str, Any], kind: str) -> dict[str, str]:
    texts = _texts(path, header, KINDS[kind])
    if texts["kind"] != kind:
        raise StorageError(f"{path.name} is {KINDS[texts['kind']]}; choose {KINDS[kind]}.")
    if texts.get("format") != FORMAT:
        raise StorageError(f"{path.name}: format {texts.get('format')!r} found, this program reads format {FORMAT}.")
    return texts


def _experiment(path: Path, texts: Mapping[str, str]) -> Experiment:
    try:
        return parse_experiment(texts.get("experiment", ""), path.parent)
    except SpecError as error:
        raise StorageError(f"{path.name}: the experiment in it is not valid: {error}") from error


def _texts(path: Path, header: dict[str, Any], wanted: str) -> dict[str, str]:
    """Take the texts out of a header; StorageError, which asks for what is wanted, where they are not ours."""
    found = header.pop("__metadata__", None)
    texts = {name: text for name, text in found.items() if isinstance(text, str)} if isinstance(found, dict) else {}
    if texts.get("program") != _PROGRAM or texts.get("kind") not in KINDS or texts != found:
        raise StorageError(f"{path.name} is a safetensors file, but not one of Delta Lab's; choose {wanted}.")
    return texts


def _header(path: Path, stream: BinaryIO) -> dict[str, Any]:
    """Return the header, after a look at its length: it decides how much is read."""
    size = stream.seek(0, 2)
    stream.seek(0)
    begin = stream.read(9)
    length = int.from_bytes(begin[:8], "little")
    if begin[8:] != b"{" or length > _LONGEST_HEADER:
        raise StorageError(f"{path.name} is not a safetensors file; choose one that this program has saved.")
    if 8 + length > size:
        raise _cut_short(path, size)
    stream.seek(8)
    try:
        header: dict[str, Any] = json.loads(stream.read(length))
    except (ValueError, RecursionError) as error:
        raise StorageError(f"{path.name}: its header is damaged ({error}); save or copy the file again.") from error
    return header


def _arrays(path: Path, header: Mapping[str, Any], data: bytes) -> dict[str, NDArray[Any]]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    for name, entry in header.items():
        found = entry.get("dtype") if isinstance(entry, dict) else None
        if found not in _TYPES.values():
            known = ", ".join(_TYPES.values())
            raise StorageError(f"{path.name}: {name}: dtype {found!r} found, one of {known} expected.")
    try:
        return load(data)
    except (SafetensorError, ValueError) as error:
        raise _cut_short(path, len(data)) from error


def _cut_short(path: Path, size: int) -> StorageError:
    return StorageError(
        f"{path.name}: its {size:,} bytes are not those that its header speaks of, so it was cut short or damaged; "
        "save or copy the file again."
    )

"""A read result, written to a folder and read back in another process: .npy files and one JSON, no pickles."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.data.arrays import Arrays
from lab.data.cell_readings import SecondReading
from lab.data.readers.limits import KEEPS_MAPPED
from lab.data.table import Column, Table
from lab.data.text_layout import findings_of

_FACTS = "found.json"


def write_result(result: Table | Arrays, folder: Path) -> None:
    """Write a result into an empty folder, one .npy file for each column or array; raises OSError where it cannot."""
    if isinstance(result, Table):
        facts = _table_facts(result)
        arrays = {f"column-{number}": column.values for number, column in enumerate(result.columns)}
        offsets = {f"offsets-{number}": column.offsets for number, column in enumerate(result.columns)}
        arrays |= {name: values for name, values in offsets.items() if values is not None}
        if result.lines is not None:
            arrays["lines"] = result.lines
    else:
        facts = _arrays_facts(result)
        given = {"x": result.x, "y": result.y, "parts": result.parts}
        arrays = {name: values for name, values in given.items() if values is not None}
    for name, values in arrays.items():
        np.save(folder / f"{name}.npy", values, allow_pickle=False)
    # Pure ASCII: names from a disk may hold characters that no encoding has.
    (folder / _FACTS).write_text(json.dumps(facts), encoding="ascii")


def read_result_folder(folder: Path) -> Table | Arrays:
    """Read what write_result wrote, as read-only arrays that need the folder no more; `files` of Arrays is empty then.

    Raises OSError or ValueError where the folder does not hold a whole result.
    """
    facts = json.loads((folder / _FACTS).read_text(encoding="ascii"))
    path = Path(facts["path"])
    if "columns" in facts:
        columns = tuple(
            Column(
                column["name"],
                column["kind"],
                _load(folder, f"column-{number}"),
                tuple(column["categories"]),
                column["reading"],
                _second(column["second"]),
                _load(folder, f"offsets-{number}") if column["has_offsets"] else None,
                column["told"],
            )
            for number, column in enumerate(facts["columns"])
        )
        lines = _load(folder, "lines") if facts["has_lines"] else None
        return Table(path, columns, facts["first_line"], facts["sheet"], tuple(facts["sheets"]), lines,
                     findings_of(facts["found"]))  # fmt: skip
    return Arrays(
        path,
        _load(folder, "x"),
        _load(folder, "y") if facts["has_y"] else None,
        tuple(facts["class_names"]),
        tuple(facts["feature_names"]),
        None if facts["image_shape"] is None else tuple(facts["image_shape"]),
        facts["pixel_max"],
        row_files=tuple(facts["row_files"]),
        parts=_load(folder, "parts") if facts["has_parts"] else None,
        notes=tuple(facts["notes"]),
    )


def _table_facts(table: Table) -> Mapping[str, Any]:
    columns = [
        {
            "name": column.name, "kind": column.kind, "categories": column.categories, "reading": column.reading,
            "second": None if column.second is None else [column.second.name, column.second.examples],
            "has_offsets": column.offsets is not None, "told": column.told,
        }
        for column in table.columns
    ]  # fmt: skip
    return {
        "path": str(table.path), "first_line": table.first_line, "columns": columns,
        "sheet": table.sheet, "sheets": table.sheets, "has_lines": table.lines is not None,
        "found": asdict(table.found),
    }  # fmt: skip


def _second(facts: list[Any] | None) -> SecondReading | None:
    if facts is None:
        return None
    name, examples = facts
    return SecondReading(name, tuple((text, here, there) for text, here, there in examples))


def _arrays_facts(arrays: Arrays) -> Mapping[str, Any]:
    return {
        "path": str(arrays.path),
        "has_y": arrays.y is not None,
        "class_names": arrays.class_names,
        "feature_names": arrays.feature_names,
        "image_shape": arrays.image_shape,
        "pixel_max": arrays.pixel_max,
        "row_files": arrays.row_files,
        "has_parts": arrays.parts is not None,
        "notes": arrays.notes,
    }


def _load(folder: Path, name: str) -> NDArray[Any]:
    # Mapped it costs nothing until it is looked at, and a mapped file stays when its folder is removed.
    values: NDArray[Any] = np.load(folder / f"{name}.npy", mmap_mode="r" if KEEPS_MAPPED else None, allow_pickle=False)
    values.flags.writeable = False
    return values.view(np.ndarray)

"""How raw rows are encoded, for people without this program: a .py that needs NumPy alone, and its facts in a .json."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lab.data.readers.tables.frame_columns import GAP_WORDS, MISSING
from lab.data.recipe.input_column import InputColumn
from lab.data.sets.features import FEATURES
from lab.paths import export_script

if TYPE_CHECKING:
    from lab.export.export import Files
    from lab.storage.model_file import Model


def script_name(path: Path, what: str) -> str:
    """Return the name under which Python imports a script beside the file at `path`, which ends in `what`."""
    stem = re.sub(r"\W", "_", path.stem)
    return f"{'net_' if not stem.isidentifier() else ''}{stem}_{what}"


def rows_module(path: Path) -> str:
    """Return the name under which Python imports what encodes rows beside the file at `path`."""
    return script_name(path, "rows")


def row_files(model: Model, path: Path) -> Files:
    """Return the script and its facts, to lie beside the file at `path`."""
    script = path.with_name(f"{rows_module(path)}.py")
    facts = json.dumps({"made_by": "Delta Lab", **facts_of(model)}, ensure_ascii=False, indent=1)
    return {script: export_script("rows").read_bytes(), script.with_suffix(".json"): facts.encode("utf-8")}


def facts_of(model: Model) -> dict[str, Any]:
    """Return all that is needed to make inputs of raw rows and answers of outputs, as JSON knows it."""
    chosen = set(model.experiment.data.features)
    target = model.target_scaling
    return {
        "inputs": model.feature_names,
        "classes": model.class_names,
        "targets": model.target_names,
        "image_shape": model.image_shape,
        "columns": [asdict(column) for column in _columns(model)],
        "extra": [name for name in FEATURES if name in chosen],
        "fills": model.fills.tolist(),
        "offset": model.scaling.offset.tolist(),
        "factor": model.scaling.factor.tolist(),
        "target_offset": None if target is None else target.offset.tolist(),
        "target_factor": None if target is None else target.factor.tolist(),
        "dtype": model.network.dtype.name,
        "missing": MISSING,
        "gap_words": sorted(GAP_WORDS),
    }


def script_title(model: Model) -> str:
    """Return the experiment's name as it can stand in the first line of a script."""
    return " ".join(model.experiment.name.replace('"', "'").replace("\\", "/").split())


def _columns(model: Model) -> tuple[InputColumn, ...]:
    """Return the columns of raw rows: those of the encoding, or a number for each input that is not computed."""
    if model.encoding is not None:
        return model.encoding.columns
    given = len(model.feature_names) - len(set(model.experiment.data.features))
    return tuple(InputColumn(name, "number", "number") for name in model.feature_names[:given])

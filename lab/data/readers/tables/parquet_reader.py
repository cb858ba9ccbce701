"""Parquet files, by pyarrow where it is installed: flat columns of numbers, texts, truth values and dates."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lab.data.errors import DataError, location, quoted
from lab.data.readers.open_file import opened
from lab.data.readers.tables.frame_columns import name_columns, table_of, text_column
from lab.data.table import Column, Table
from lab.data.text_layout import Findings

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.parquet import FileMetaData, ParquetFile

MOST_BYTES = 2 << 30
_BYTES_PER_CELL = 8


def _unheard(_share: float) -> None:
    """Ignore progress."""


def is_parquet(path: Path, head: bytes) -> bool:
    """Tell a Parquet file."""
    return head.startswith(b"PAR1")


def read_parquet(path: Path, on_progress: Callable[[float], None] = _unheard) -> Table:
    """Read a Parquet file: numbers, dates and texts stay what they are, truth values become 'false' and 'true'.

    Times of day and durations become seconds, times with a zone are told in UTC. Raises DataError where pyarrow is
    not installed, the file is damaged or would fill more than 2 GB, or a column holds something else.
    """
    path = Path(path)
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise DataError(
            f"{path.name} is a Parquet file, for which pyarrow is missing; install it with pip install "
            '"delta-lab[parquet]", or save the table as CSV.'
        ) from error
    on_progress(0.0)
    with opened(path) as stream:
        try:
            told = pq.read_metadata(stream)
            schema = told.schema.to_arrow_schema()
            names, twins = name_columns(path.name, schema.names)
            _refuse_size(path, told)
            for name, kind in zip(names, schema.types, strict=True):
                _refuse_kind(path, name, kind)
            # A long text that many rows share is held once.
            with pq.ParquetFile(stream, metadata=told, read_dictionary=schema.names) as packed:
                table = _unpacked(packed, on_progress)
            columns = [_column(name, one) for name, one in zip(names, table.columns, strict=True)]
        except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
            if isinstance(error, DataError):
                raise
            reason = " ".join(str(error).split())
            raise DataError(
                f"{path.name} cannot be read as Parquet ({reason}); write the file again, or save the table as CSV."
            ) from error
    return table_of(path, schema.names, columns, None, None, Findings((twins,) if twins else ()))


def _refuse_size(path: Path, told: "FileMetaData") -> None:
    """Refuse what would fill the memory, by what the file says of itself, before anything is unpacked."""
    cells = told.num_rows * told.num_columns * _BYTES_PER_CELL
    texts = sum(told.row_group(number).total_byte_size for number in range(told.num_row_groups))
    if max(cells, texts) > MOST_BYTES:
        raise DataError(
            f"{path.name} has {told.num_rows:,} rows of {told.num_columns:,} columns, which would take "
            f"{max(cells, texts):,} bytes; {MOST_BYTES:,} are the most, so save fewer rows or columns."
        )


def _refuse_kind(path: Path, name: str, kind: "pa.DataType") -> None:
    from pyarrow import types

    plain = kind.value_type if types.is_dictionary(kind) else kind
    known = (types.is_integer, types.is_floating, types.is_decimal, types.is_boolean, types.is_null, _is_text)
    times = (types.is_date, types.is_timestamp, types.is_time, types.is_duration)
    if not any(fits(plain) for fits in known + times):
        raise DataError(
            f"{location(path, None, name)} holds {quoted(str(kind))}; a table's columns hold numbers, texts, truth "
            "values or dates, so save it as such or leave it out."
        )


def _is_text(kind: "pa.DataType") -> bool:
    from pyarrow import types

    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _unpacked(packed: "ParquetFile", on_progress: Callable[[float], None]) -> "pa.Table":
    import pyarrow as pa

    parts = []
    for number in range(packed.num_row_groups):
        # This process has its own use for the other cores.
        parts.append(packed.read_row_group(number, use_threads=False))
        on_progress((number + 1) / packed.num_row_groups)
    return pa.concat_tables(parts) if parts else packed.schema_arrow.empty_table()


def _column(name: str, values: "pa.ChunkedArray") -> Column:
    import pyarrow as pa
    from pyarrow import types

    kind = values.type.value_type if types.is_dictionary(values.type) else values.type
    if _is_text(kind):
        return _text_column(name, values)
    if types.is_boolean(kind):
        return _text_column(name, values.cast(pa.string()))
    values = values.cast(kind)
    if types.is_date(kind) or types.is_timestamp(kind):
        seconds = pa.timestamp("s", getattr(kind, "tz", None))
        return Column(name, "date", values.cast(seconds, safe=False).to_numpy().astype("datetime64[s]"))
    scale = 1.0
    if types.is_time(kind) or types.is_duration(kind):
        fine = pa.time64("us") if types.is_time(kind) else pa.duration("us")
        values, scale = values.cast(fine, safe=False).cast(pa.int64()), 1e6
    numbers = values.cast(pa.float64(), safe=False).to_numpy().astype(np.float64)
    return Column(name, "number", numbers / scale)


def _text_column(name: str, values: "pa.ChunkedArray") -> Column:
    from pyarrow import types

    encoded = values if types.is_dictionary(values.type) else values.dictionary_encode()
    whole = encoded.unify_dictionaries().combine_chunks()
    whole.validate(full=True)  # a damaged file's codes may point anywhere
    codes = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    texts = whole.dictionary.to_pylist()
    # A file's dictionary has an order of its own, and perhaps texts that no row has.
    used, first = np.unique(codes[codes >= 0], return_index=True)
    used = used[np.argsort(first)]
    places = np.full(len(texts) + 1, -1)
    places[used] = np.arange(len(used))
    return text_column(name, places[codes], [texts[code] or "" for code in used], stays_text=True)

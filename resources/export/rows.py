"""Raw rows made into the numbers that the network takes, as Delta Lab made them in training.

It needs NumPy and the file beside it, which ends in .json instead of .py. From Python:

    x = encode(read_csv("new.csv"))      # or a list of dicts: column name to a text, a number, a date or None
    a = net(scale(x))                    # the layers alone; an ONNX file takes x and gives results itself
    r = results(a)                       # a probability for each class, or numbers in their own unit
    answers(r)                           # class names, or the numbers

From a shell, `python THIS_FILE new.csv` prints the encoded rows as CSV.
"""

import csv
import datetime as dt
import json
import math
import re
import sys
from pathlib import Path

import numpy as np

FACTS = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
MISSING, GAP_WORDS = set(FACTS["missing"]), set(FACTS["gap_words"])
TRUTH = {"True": "true", "TRUE": "true", "False": "false", "FALSE": "false"}
BLANKS = " \xa0\u2009\u202f'’"
EPOCH = dt.datetime(1970, 1, 1)


def read_csv(path):
    """Return the rows of a CSV file as dicts of texts; the separator is the one that its first line has most of."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        file.seek(0)
        rows = csv.reader(file, delimiter=max(",;\t", key=first.count))
        names = [name.strip() for name in next(rows)]
        return [dict(zip(names, row, strict=False)) for row in rows if any(row)]


def encode(rows):
    """Return x (m, n): rows are dicts, or an array with a column for each of the network's, such as pixels.

    A category that was not there in training makes a one-hot group all zeros, and is a gap of an ordinal column.
    Raises ValueError, naming row and column, for a cell that the network cannot take.
    """
    if len(rows) and not isinstance(rows[0], dict):
        x = encode_array(np.asarray(rows, np.float64))
    else:
        x = encode_dicts(rows)
    x = np.where(np.isnan(x), np.array(FACTS["fills"])[: x.shape[1]], x)
    return np.column_stack([x, *(EXTRA[name](x[:, 0], x[:, 1]) for name in FACTS["extra"])])


def encode_array(x):
    """Return an array of numbers as it is, with NaN for gaps that are to be filled, after a look at its columns."""
    columns = FACTS["columns"]
    if any((column["kind"], column["use"]) != ("number", "number") for column in columns):
        raise ValueError("rows: dicts from column names to cells are needed, for not all columns are numbers")
    if x.shape[1:] != (len(columns),):
        raise ValueError(f"rows: an array of shape {x.shape} found, (m, {len(columns)}) expected")
    for place, column in enumerate(columns):
        gaps = np.isnan(x[:, place])
        if column["missing"] in ("refuse", "drop_rows") and gaps.any():
            row = int(gaps.argmax()) + 1
            raise ValueError(f"row {row}, column {column['name']!r}: found nan, and the network needs a value here")
    return x


def encode_dicts(rows):
    """Return the inputs of rows that are dicts, with NaN for gaps that are to be filled."""
    parts = [np.empty((len(rows), 0))]
    for column in FACTS["columns"]:
        cells, keys = [], [key_of(column, value) for value in column.get("values", ())]
        for number, row in enumerate(rows, start=1):
            if column["name"] not in row:
                raise ValueError(f"row {number}: there is no column {column['name']!r}")
            try:
                cells.append(encode_cell(column, keys, row[column["name"]]))
            except ValueError as error:
                raise ValueError(f"row {number}, column {column['name']!r}: {error}") from error
        parts.append(np.array(cells, np.float64).reshape(len(rows), -1))
    return np.hstack(parts)


def scale(x):
    """Return encoded rows as the layers take them, float32 or float64."""
    return ((x - np.array(FACTS["offset"])) * np.array(FACTS["factor"])).astype(FACTS["dtype"])


def results(outputs):
    """Return a number for each class, or the target numbers in their own unit, from what the last layer gives."""
    outputs = np.asarray(outputs)
    if not FACTS["classes"]:
        return outputs / np.array(FACTS["target_factor"]) + np.array(FACTS["target_offset"])
    return np.hstack([1 - outputs, outputs]) if outputs.shape[1] == 1 else outputs


def answers(results):
    """Return the class of each row; of target numbers the results as they are."""
    return [FACTS["classes"][place] for place in np.argmax(results, axis=1)] if FACTS["classes"] else results


def show(results):
    """Print the results as CSV: the class and a number for each class, or the target numbers."""
    writer = csv.writer(sys.stdout)
    if FACTS["classes"]:
        writer.writerow(["class", *FACTS["classes"]])
        writer.writerows([name, *map(str, row)] for name, row in zip(answers(results), results, strict=True))
    else:
        writer.writerow(FACTS["targets"])
        writer.writerows(list(map(str, row)) for row in results)


# one cell


def encode_cell(column, keys, cell):
    """Return the inputs that a cell becomes, where `keys` are the column's known values; NaN for a gap to be filled."""
    use, missing, found = column["use"], column["missing"], read_cell(column, cell)
    own_class = missing == "own_class"
    if use == "number":
        inputs = [math.nan if found is None else found]
    elif use == "date":
        inputs = [math.nan if found is None else DATE_PARTS[part](*found, column) for part in column["parts"]]
    else:
        key = found[0] if isinstance(found, tuple) else found
        place = keys.index(key) if key is not None and key in keys else None
        if use == "ordinal":
            inputs = [float(place) if place is not None else float(len(keys)) if own_class else math.nan]
        elif found is None and not own_class:
            inputs = [math.nan] * len(keys)
        else:
            inputs = [float(number == place) for number in range(len(keys))] + [float(found is None)] * own_class
    if missing in ("refuse", "drop_rows") and any(map(math.isnan, inputs)):
        raise ValueError(f"found {cell!r}, and the network needs a value here")
    return inputs


def key_of(column, value):
    """Return what a cell with this known value is read as."""
    if column["kind"] == "date":
        return dt.datetime.fromisoformat(value)
    return float(value.replace(",", ".")) if column["kind"] == "number" else value


def read_cell(column, cell):
    """Return a number, a text, or a date with its instant; None for a gap."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return None
    if isinstance(cell, bool):
        cell = str(cell).lower()
    kind = column["kind"]
    if kind == "date":
        return read_date(cell, column["reading"])
    if kind == "number" and isinstance(cell, int | float):
        return float(cell)
    text = TRUTH.get(str(cell).strip(), str(cell).strip())
    if text.lower() in MISSING:
        return None
    if kind == "text" and column["use"] != "number":
        return text
    number = read_number(text, column["reading"])
    if number is None and kind == "number" and text.lower() not in GAP_WORDS:
        if column["use"] == "number":
            raise ValueError(f"found {text!r}, and a number was there in training")
        return text  # none of the known values
    return number


def read_number(text, reading=""):
    """Return the number that a text spells, as the column's numbers were read; None where it spells none."""
    sign = 1.0
    if reading.startswith("amount"):  # with a currency, a unit, brackets or a per cent sign around it
        if re.search(r"^\s*\(.*\)\s*$|[-−]\D*\d|\d[^\d.,]*[-−]\s*$", text) and not re.search(r"[eE]-", text):
            sign = -1.0
        if "%" in text:
            sign /= 100.0
        inside = re.search(rf"[.,]?\d[\d.,{BLANKS}]*(?:[eE][+-]?\d+)?", text)
        text = re.sub(f"[{BLANKS}]", "", inside[0]) if inside else text
    decimal = "," if reading.endswith("comma") else "."
    other = "." if decimal == "," else ","
    if other in text:
        if not re.fullmatch(rf"[+-]?[1-9]\d{{0,2}}(\{other}\d{{3}})+(\{decimal}\d*)?", text):
            return None
        text = text.replace(other, "")
    try:
        return None if "_" in text else sign * float(text.replace(",", "."))
    except ValueError:
        return None


def read_date(cell, reading=""):
    """Return a date as it is written and its seconds since 1970 in UTC; None for a gap."""
    if isinstance(cell, dt.date) and not isinstance(cell, dt.datetime):
        cell = dt.datetime(cell.year, cell.month, cell.day)
    if not isinstance(cell, dt.datetime):
        text = str(cell).strip()
        if text.lower() in MISSING:
            return None
        cell = parse_date(text, reading)
    ahead = cell.utcoffset() or dt.timedelta()
    written = cell.replace(tzinfo=None, microsecond=0)
    instant = (written - ahead - EPOCH) // dt.timedelta(seconds=1)
    return (written - ahead if reading == "utc_time" else written), instant


def parse_date(text, reading):
    """Return the date that a text spells, in the order of day and month that the column had in training."""
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        pass
    plain = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text).replace(",", " ")
    plain = re.sub(r"(?<=[^\W\d_])\.|\.(?= )|[/.-](?=[^:]*$|[^:]*:)", " ", plain)
    plain = re.sub(r"(?<=\d)T(?=\d)", " ", plain)
    orders = ["%m %d %Y", "%m %d %y"] if reading == "month_first" else ["%d %m %Y", "%d %m %y"]
    for order in ("%Y %m %d", *orders, "%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y", "%B %Y", "%b %Y", "%Y %m"):
        for time in ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p"):
            try:
                return dt.datetime.strptime(" ".join(plain.split()), order + time)
            except ValueError:
                continue
    raise ValueError(f"found {text!r}, which is not read as a date here; write it as 2026-01-31")


DATE_PARTS = {
    "year": lambda date, instant, column: date.year,
    "month": lambda date, instant, column: date.month,
    "weekday": lambda date, instant, column: date.weekday(),
    "seconds": lambda date, instant, column: float(instant - column["origin"]),
}
EXTRA = {  # inputs that are computed from the first two
    "x1^2": lambda x1, x2: x1 * x1,
    "x2^2": lambda x1, x2: x2 * x2,
    "x1*x2": lambda x1, x2: x1 * x2,
    "sin(x1)": lambda x1, x2: np.sin(np.pi * x1),
    "sin(x2)": lambda x1, x2: np.sin(np.pi * x2),
}

if __name__ == "__main__":
    writer = csv.writer(sys.stdout)
    writer.writerow(FACTS["inputs"])
    writer.writerows(encode(read_csv(sys.argv[1])).tolist())

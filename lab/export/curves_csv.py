"""A run as CSV: every step of its curves as a row, or the whole run as one row to put below those of others."""

import csv
import io
from collections.abc import Iterable, Sequence
from math import isfinite
from pathlib import Path

from lab.experiment.session import Session
from lab.experiment.stack.stack_text import stack_text
from lab.export.capture import Capture
from lab.export.curves import Curves, curves_of


def curve_files(capture: Capture, path: Path) -> dict[Path, bytes]:
    """Return every step as a row: loss, rate, at the end of an epoch its figures, and the edits that followed it."""
    curves = curves_of(capture.session())
    head = ("step", "epoch", "batch_loss", "learning_rate", "train_loss", "validation_loss",
            f"validation_{curves.score}", "edits")  # fmt: skip
    return {path: _text(head, _rows(curves))}


def _rows(curves: Curves) -> Iterable[Sequence[str]]:
    records = {record.step: record for record in curves.records}
    edits: dict[int, list[str]] = {}
    for step, name in curves.edits:
        edits.setdefault(step, []).append(name)
    if 0 in edits:
        yield ("0", "1", "", "", "", "", "", "; ".join(edits[0]))
    for at, (loss, epoch, rate) in enumerate(zip(curves.losses, curves.epochs, curves.rates, strict=True), start=1):
        end = records.get(at)
        figures = ("", "", "") if end is None else (end.train_loss, end.validation_loss, end.validation_score)
        yield (str(at), str(epoch), *map(_number, (loss, rate, *figures)), "; ".join(edits.get(at, ())))


def run_files(capture: Capture, path: Path) -> dict[Path, bytes]:
    """Return the run in one row: what it was, and how far it came on each part."""
    session = capture.session()
    fields = {**_settings(session), **_figures(session)}
    return {path: _text(tuple(fields), [tuple(fields.values())])}


def _settings(session: Session) -> dict[str, str]:
    experiment, training = session.experiment, session.experiment.training
    return {
        "name": experiment.name,
        "data": session.dataset.title,
        "layers": stack_text(experiment.layers),
        "parameters": str(session.network.parameters.size),
        "loss": training.loss,
        "optimizer": training.optimizer.kind,
        "learning_rate": _number(session.learning_rate),
        "batch_size": str(training.batch_size),
        "seed": str(experiment.seed),
        "epochs": str(session.epoch),
        "steps": str(session.steps),
        "edits": str(len(session.edits)),
    }


def _figures(session: Session) -> dict[str, str]:
    score = "r2" if session.dataset.is_regression else "accuracy"
    found = {part: session.evaluate(part) for part in ("train", "validation", "test")}
    fields: dict[str, str] = {}
    for part, each in found.items():
        fields |= {f"{part}_loss": _number(each.loss), f"{part}_{score}": _number(each.score)}
    return fields


def _number(value: object) -> str:
    """Return a number with every digit, and nothing for what is none."""
    return "" if value == "" or not isfinite(float(value)) else repr(float(value))  # type: ignore[arg-type]


def _text(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")

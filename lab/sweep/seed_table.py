"""The figures of several seeds as text for a person and as JSON for a program."""

import json
from collections.abc import Sequence
from math import isfinite

from lab.sweep.seed_runs import SeedRun
from lab.sweep.spread import FIGURES, Spread, spreads

TITLES = {
    "train_loss": "train loss", "val_loss": "val loss", "test_loss": "test loss", "val_accuracy": "val accuracy",
    "test_accuracy": "test accuracy", "val_r2": "val R²", "test_r2": "test R²",
}  # fmt: skip
"""The names of the figures in a table."""


def as_text(name: str, runs: Sequence[SeedRun]) -> str:
    """Return a table with a row for each seed in the order of the seeds, then the median and the range."""
    found = spreads(runs)
    figures = [figure for figure in FIGURES if figure in found]
    head = f"{'seed':>8}  {'epochs':>6}" + "".join(f"  {TITLES[figure]:>13}" for figure in figures)
    rows = [_row(run, figures) for run in sorted(runs, key=lambda run: run.seed)]
    ends = [
        f"{title:>8}  {'':>6}" + "".join(f"  {getattr(found[figure], field):13.4f}" for figure in figures)
        for title, field in (("lowest", "lowest"), ("median", "median"), ("highest", "highest"))
    ]
    return "\n".join([f"{name}, {len(runs)} seeds", head, *rows, *(ends if figures else [])])


def as_json(runs: Sequence[SeedRun]) -> str:
    """Return one JSON object: the figures of every seed as `train --json` prints them, the median and the range.

    What is no number there is null; a seed without figures has its `problem` instead.
    """
    ordered = sorted(runs, key=lambda run: run.seed)
    done = [json.loads(run.report.as_json()) for run in ordered if run.report is not None]
    failed = [{"seed": run.seed, "problem": run.problem} for run in ordered if run.report is None]
    found = spreads(runs)
    figures = {name: {"median": s.median, "lowest": s.lowest, "highest": s.highest} for name, s in found.items()}
    return json.dumps({"seeds": done, "failed": failed, "figures": figures})


def spread_text(spread: Spread) -> str:
    """Return one figure as "0.9500 (0.9333–0.9667)": the median, then the range."""
    return f"{spread.median:.4f} ({spread.lowest:.4f}–{spread.highest:.4f})"


def _row(run: SeedRun, figures: Sequence[str]) -> str:
    if run.report is None:
        return f"{run.seed:>8}  {run.problem}"
    values = [getattr(run.report, figure) for figure in figures]
    shown = "".join(f"  {f'{value:.4f}' if isfinite(value) else '–':>13}" for value in values)
    return f"{run.seed:>8}  {run.report.epochs:>6}{shown}"

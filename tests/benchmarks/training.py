"""Whether what a new file is trained with by default trains: against scikit-learn's MLP with the same hidden units.

Each table is written to a CSV file, inspected, and trained as `delta-lab inspect --toml` proposes it; scikit-learn's
MLPClassifier or MLPRegressor with its own defaults gets the same rows, encoded and scaled. Accuracy or R² of the test
rows, the medians of five seeds. Run by `make bench`; names of tables as arguments measure these alone.

Beside the bundled sets come tables that other packages ship, where those are installed (statsmodels, vega_datasets,
pydataset): nothing is fetched.
"""

import io
import statistics
import sys
import tarfile
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from math import isfinite
from pathlib import Path

import numpy as np
import pandas
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from lab.data.sets.sources import SOURCES
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.import_choices import with_target
from lab.experiment.inspection import inspect, starting_experiment
from lab.experiment.session import Session
from lab.experiment.spec import Experiment, changed
from lab.experiment.usual_start import usual_start

SEEDS = 5
TOLERANCE = 0.03
SPLIT = (0.55, 0.15, 0.3)
"""More test rows than usual: with 15 % of 150 rows, one row more is 0.04 of the accuracy."""


@dataclass(frozen=True)
class Shipped:
    """A table that a package ships: which, under which name, and which column is learned."""

    package: str
    name: str
    target: str
    read: Callable[[str, str], pandas.DataFrame]


def _of_statsmodels(package: str, name: str) -> pandas.DataFrame:
    frame = pandas.read_csv(_folder(package) / "datasets" / name / f"{name}.csv", sep=None, engine="python")
    return frame.rename(columns=lambda name: name.strip(" '"))


def _of_vega(package: str, name: str) -> pandas.DataFrame:
    file = _folder(package) / "_data" / name
    return pandas.read_json(file) if file.suffix == ".json" else pandas.read_csv(file)


def _of_pydataset(package: str, name: str) -> pandas.DataFrame:
    with tarfile.open(_folder(package) / "resources.tar.gz") as archive:
        file = next(one for one in archive.getnames() if one.endswith(f"/csv/{name}.csv") and "._" not in one)
        stream = archive.extractfile(file)
        assert stream is not None
        return pandas.read_csv(io.BytesIO(stream.read()), index_col=0)


def _folder(package: str) -> Path:
    found = find_spec(package)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent


_STATSMODELS = partial(Shipped, "statsmodels", read=_of_statsmodels)
_VEGA = partial(Shipped, "vega_datasets", read=_of_vega)
_PYDATASET = partial(Shipped, "pydataset", read=_of_pydataset)

TABLES = (
    _STATSMODELS("anes96", "vote"),
    _STATSMODELS("fair", "rate_marriage"),
    _STATSMODELS("modechoice", "choice"),
    _STATSMODELS("randhie", "mdvis"),
    _VEGA("seattle-weather.csv", "weather"),
    _VEGA("cars.json", "Miles_per_Gallon"),
    _PYDATASET("MASS/Boston", "medv"),
    _PYDATASET("MASS/biopsy", "class"),
    _PYDATASET("MASS/crabs", "sex"),
    _PYDATASET("Ecdat/Housing", "price"),
    _PYDATASET("Ecdat/Caschool", "testscr"),
    _PYDATASET("ggplot2/diamonds", "price"),
)


def of_table(table: Shipped, folder: Path) -> Experiment:
    """Return the experiment that is proposed for a table, read from a CSV file."""
    path = folder / f"{Path(table.name).stem}.csv"
    table.read(table.package, table.name).to_csv(path, index=False)
    result, data = inspect(path)
    return starting_experiment(result, with_target(result, data, table.target) if data.target != table.target else data)


def of_source(name: str) -> Experiment:
    """Return the same for a bundled set."""
    data = DataSpec(source=name, scaling=SOURCES[name].scaling)
    return usual_start(name, data, SOURCES[name].load().classes)


def scores(experiment: Experiment) -> tuple[float, float]:
    """Return the score of the test rows after training here, and that of scikit-learn's network."""
    session = Session(experiment)
    while not session.finished:
        session.run_epoch()
    found = session.evaluate("test")
    parts = {name: batches.gather(np.arange(batches.examples)) for name, batches in session.parts.items()}
    hidden = tuple(layer.outputs for layer in session.network.layers[:-1])
    kind = MLPRegressor if session.dataset.is_regression else MLPClassifier
    other = kind(hidden_layer_sizes=hidden, random_state=experiment.seed)
    x, y = parts["train"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        other.fit(x, y.ravel() if session.dataset.is_regression else y)
    x, y = parts["test"]
    return found.score, float(other.score(x, y.ravel() if session.dataset.is_regression else y))


def measure(name: str, experiment: Experiment) -> None:
    """Print one line of the table."""
    found = []
    for seed in range(SEEDS):
        experiment = changed(experiment, {"seed": seed, "data": {"split": SPLIT}})
        found.append(scores(experiment))
    ours, theirs = (statistics.median(each) for each in zip(*found, strict=True))
    holds = all(isfinite(each) for each, _ in found) and ours >= theirs - TOLERANCE
    kind = "R²" if experiment.data.is_regression else "accuracy"
    print(
        f"{name:20} {kind:8} {ours:7.3f} {theirs:7.3f} {ours - theirs:+7.3f}  {'ok' if holds else 'NOT REACHED'}",
        flush=True,
    )


def main(names: list[str]) -> None:
    """Measure everything, or the tables of these names."""
    print(f"{'':20} {'':8} {'ours':>7} {'sklearn':>7}")
    for name in SOURCES:
        if not names or name in names:
            measure(name, of_source(name))
    with tempfile.TemporaryDirectory() as folder:
        for table in TABLES:
            name = Path(table.name).stem
            if (not names or name in names) and find_spec(table.package):
                measure(name, of_table(table, Path(folder)))
            elif not names:
                print(f"{name:20} not measured: {table.package} is not installed")


if __name__ == "__main__":
    main(sys.argv[1:])

"""The sections of the report, one function each: data, stack, settings, curves, results, gradient flow, edits."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from lab.core.activations import ACTIVATIONS
from lab.core.losses import LOSSES
from lab.core.optimizers import OPTIMIZERS
from lab.core.schedules import SCHEDULES
from lab.data.dataset import Dataset
from lab.experiment.forms.layer_specs import LayerSpec
from lab.experiment.session import Session
from lab.experiment.stack.stack import stack_rows
from lab.experiment.stack.stack_text import stack_text
from lab.experiment.training.diagnostics_sampler import Sample
from lab.experiment.training.faults import Finding
from lab.export.report.chart import Axis, Series, chart
from lab.export.report.heatmap import grey_picture
from lab.export.report.markup import Markup, element, keys, number, table

PARTS = {"train": "training", "validation": "validation", "test": "test"}
_MOST_NAMES = 24
_MOST_POINTS = 600
_MOST_PICTURES = 12


def section(title: str, *content: str) -> Markup:
    """Return a section with its title."""
    return element("section", element("h2", title), *content)


def facts(pairs: Sequence[tuple[str, str]]) -> Markup:
    """Return large numbers with what they are."""
    boxes = [element("div", element("b", value), element("span", name)) for name, value in pairs]
    return element("div", *boxes, class_="facts")


def listed(names: Sequence[str]) -> str:
    """Return names with commas between them, the first ones where there are many."""
    if len(names) <= _MOST_NAMES:
        return ", ".join(names)
    return f"{', '.join(names[:_MOST_NAMES])} and {len(names) - _MOST_NAMES:,} more"


# data


def data_section(session: Session) -> Markup:
    """Return what the examples are and how they are shared out."""
    data, spec = session.dataset, session.experiment.data
    inputs = "×".join(map(str, data.image_shape)) + " pixels" if data.image_shape else listed(data.feature_names)
    rows = [
        ("Examples", f"{data.examples:,} of {data.title}"),
        ("Inputs", f"{data.inputs:,}: {inputs}"),
        ("Target", listed(data.target_names) if data.is_regression else f"{data.classes} classes"),
        ("Scaling", spec.scaling),
    ]
    notes = [element("p", note, class_="small dim") for note in data.notes]
    return section("Data", keys(rows), _parts_table(session), *_pictures(data), *notes)


def _parts_table(session: Session) -> Markup:
    data, parts = session.dataset, session.parts
    if data.is_regression:
        return table(("Part", "Examples"), [(title, f"{parts[name].examples:,}") for name, title in PARTS.items()])
    head = ("Class", *PARTS.values())
    counts = [np.bincount(parts[name].y, minlength=data.classes) for name in PARTS]
    rows = [(name, *(f"{each[at]:,}" for each in counts)) for at, name in enumerate(data.class_names[:40])]
    return table(head, [*rows, ("all", *(f"{parts[name].examples:,}" for name in PARTS))])


def _pictures(data: Dataset) -> Iterator[Markup]:
    """Yield a few examples of an image set, with their classes."""
    if data.image_shape is None or data.pixel_max is None:
        return
    if data.watch is not None:
        data.watch.check()
    figures = []
    for row in _one_of_each(data):
        pixels = (data.x[row].astype(np.float64) * (255.0 / data.pixel_max)).reshape(data.image_shape).astype(np.uint8)
        name = "" if data.is_regression else data.class_names[int(data.y[row])]
        shown = pixels[..., 0] if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels
        figures.append(element("figure", grey_picture(shown, f"example {row + 1}: {name}", 56), element("div", name)))
    yield element("div", *figures, class_="pictures")


def _one_of_each(data: Dataset) -> list[int]:
    """Return a few rows: the first of every class, then the second ones."""
    if data.is_regression:
        return list(range(min(_MOST_PICTURES, data.examples)))
    of_class = [np.flatnonzero(data.y == number_)[:_MOST_PICTURES] for number_ in range(data.classes)]
    turns = [rows[turn] for turn in range(_MOST_PICTURES) for rows in of_class if turn < len(rows)]
    return [int(row) for row in turns[:_MOST_PICTURES]]


# stack and settings


def stack_section(session: Session) -> Markup:
    """Return the layers with their settings, shapes and parameters."""
    experiment, data = session.experiment, session.dataset
    rows = stack_rows(experiment, data.inputs, data.classes)
    cells = []
    for row, spec in zip(rows, experiment.layers, strict=True):
        shapes = ", ".join(f"{name} {'×'.join(map(str, shape))}" for name, shape in row.shapes.items())
        layer = spec.make()
        cells.append((str(row.number), layer.title, _settings_of(spec), f"{row.inputs:,} → {row.outputs:,}", shapes,
                      f"{row.parameters:,}"))  # fmt: skip
    head = ("", "Layer", "Settings", "Inputs → outputs", "Shapes", "Parameters")
    return section("Layers", element("p", stack_text(experiment.layers), class_="formula"), table(head, cells))


def _settings_of(spec: LayerSpec) -> str:
    words = []
    for name, info in type(spec).model_fields.items():
        value = getattr(spec, name)
        if name in ("kind", "units", *spec.starting) or (value == info.default and name != "activation"):
            continue
        words.append(ACTIVATIONS[value].title if name == "activation" else f"{name.replace('_', ' ')} {value}")
    return ", ".join(words)


def settings_section(session: Session) -> Markup:
    """Return how it was trained."""
    training, rule = session.experiment.training, session.network.rule
    optimizer = training.optimizer
    kind = OPTIMIZERS[optimizer.kind]
    rows = [
        ("Loss", f"{LOSSES[training.loss].title}: {LOSSES[training.loss].formula}"),
        ("Error of the output", f"{rule.formula}; {rule.why}"),
        ("Gradients", f"the {training.reduction} over the examples of a batch"),
        ("Batch size", f"{training.batch_size:,}{'' if training.shuffle else ', in the order of the data'}"),
        ("Optimizer", f"{kind.title}: {kind.formula}"),
        ("Learning rate", number(session.learning_rate)),
    ]
    rows += [(option.title, option.value_text(session.optimizer.settings[option.name])) for option in kind.make.options]
    given = {"L1": optimizer.l1, "L2": optimizer.l2, "Weight decay": session.optimizer.weight_decay,
             "Clip by norm": optimizer.clip_norm, "Clip by value": optimizer.clip_value,
             "Label smoothing": training.label_smoothing}  # fmt: skip
    rows += [(name, number(value)) for name, value in given.items() if value]
    schedule = SCHEDULES[training.schedule.kind]
    if not session.schedule.is_constant:
        rows.append(("Schedule", f"{schedule.title}: {schedule.formula}"))
    if training.early_stopping is not None:
        rows.append(
            ("Early stopping", f"after {training.early_stopping.patience} epochs without a lower validation loss")
        )
    rows += [("Numbers", training.dtype), ("Seed", str(session.experiment.seed))]
    return section("Training", keys(rows))


# curves and results


def curves_section(session: Session, marks: Sequence[tuple[float, str]]) -> Markup:
    """Return loss and score over the run; the loss on a logarithmic axis, as in the window."""
    losses, records = session.history.losses(), session.history.epochs
    if not len(losses):
        return section("Curves", element("p", "No step has been taken yet.", class_="dim"))
    steps = np.array([record.step for record in records], np.float64)
    epochs = np.array([record.epoch for record in records], np.float64)
    drawn = [
        Series("batch loss", "train", np.arange(1.0, len(losses) + 1), losses, is_pale=True),
        Series("training, mean of the epoch", "train", steps, np.array([each.train_loss for each in records])),
        Series("validation", "validation", steps, np.array([each.validation_loss for each in records])),
    ]
    score = "R²" if session.dataset.is_regression else "Accuracy"
    scores = np.array([record.validation_score for record in records], np.float64)
    return section(
        "Curves",
        chart(drawn, Axis("Step"), Axis("Loss per example", is_log=True), marks),
        chart([Series(f"validation {score if score == 'R²' else 'accuracy'}", "validation", epochs, scores)],
              Axis("Epoch"), Axis(score)),
        _rate_chart(session),
    )  # fmt: skip


def _rate_chart(session: Session) -> Markup:
    """Return the learning rate by step, nothing where it stayed as it was."""
    rates = session.history.rates()
    known = rates[np.isfinite(rates)]
    if not len(known) or known.min() == known.max():
        return Markup("")
    steps = np.arange(1.0, len(rates) + 1)
    return chart([Series("learning rate", "test", steps, rates)], Axis("Step"), Axis("Learning rate", is_log=True))


def results_section(session: Session) -> Markup:
    """Return how the network does on each part: figures, and the confusion matrix or predicted against true."""
    shown = "validation" if session.parts["validation"].examples else "train"
    if session.dataset.is_regression:
        return section("Results", _numbers_table(session), *_against_true(session, shown))
    found = {name: session.evaluate(name) for name in PARTS}
    rows = [(title, number(found[name].loss), _share(found[name].score)) for name, title in PARTS.items()]
    counts = found[shown].confusion
    assert counts is not None
    return section("Results", table(("Part", "Loss", "Accuracy"), rows), *_confusion(session.dataset, counts, shown))


def _share(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.1%}"


def _numbers_table(session: Session) -> Markup:
    rows = []
    for name, title in PARTS.items():
        found = session.evaluate(name)
        rows.append((title, *map(number, (found.loss, found.score, found.rmse, found.mae))))
    return table(("Part", "Loss", "R²", "RMSE", "MAE"), rows)


def _confusion(data: Dataset, counts: NDArray[np.int64], part: str) -> Iterator[Markup]:
    yield element("h3", f"Confusion on the {PARTS[part]} examples")
    if data.classes > 30:
        yield element("p", f"{data.classes} classes are too many for a page.", class_="dim")
        return
    head = element("tr", element("th", "true ↓  predicted →"), *(element("th", name) for name in data.class_names))
    rows = [head]
    for at, name in enumerate(data.class_names):
        total = max(int(counts[at].sum()), 1)
        cells = []
        for other, count in enumerate(counts[at]):
            paint = "train" if other == at else "positive_ink"
            ground = f"background:color-mix(in srgb,var(--{paint}) {count / total * 60:.0f}%,transparent)"
            cells.append(element("td", f"{count:,}", class_="count", style=ground))
        rows.append(element("tr", element("th", name), *cells))
    yield element("div", element("table", *rows, class_="confusion"), class_="wide")


def _against_true(session: Session, part: str) -> Iterator[Markup]:
    """Yield predicted against true numbers, one chart a target; of many examples some, evenly apart."""
    rows, scaling = session.parts[part], session.prepared.target_scaling
    assert scaling is not None
    chosen = np.unique(np.linspace(0, rows.examples - 1, min(rows.examples, _MOST_POINTS)).astype(np.int64))
    x, y = rows.gather(chosen)
    true, found = scaling.undo(y), scaling.undo(session.network.predict(x))
    for at, name in enumerate(session.dataset.target_names[:4]):
        yield element("h3", f"{name}: predicted against true, {PARTS[part]} examples")
        points = Series(
            "an example each; on the line it would be exact", "accent", true[:, at], found[:, at], False, True
        )
        yield chart([points], Axis("True"), Axis("Predicted"), diagonal=True)


# gradient flow and edits


def flow_section(session: Session, samples: Sequence[Sample], findings: Sequence[Finding]) -> Markup:
    """Return the sizes of errors, gradients and updates in every layer: over the run, or of the last step alone."""
    if not samples:
        return section("Gradient flow", element("p", "No step has been measured yet.", class_="dim"))
    names = [f"layer {number_}" for number_ in range(1, len(session.network.layers) + 1)]
    fields = {"delta_norm": "‖δ‖", "dW_norm": "‖∂L/∂W‖", "update_ratio": "‖ΔW‖ / ‖W‖"}
    last = samples[-1]
    head = ("Layer", *fields.values(), "dead units", "saturated")
    rows = [
        (name, *(number(getattr(each, field)) for field in fields), _share(each.dead), _share(each.saturated))
        for name, each in zip(names, last[1], strict=False)
    ]
    words = (
        f"At step {last[0]:,}. ‖·‖ is the size of a matrix, the root of the sum of its squares; an update of about a "
        "thousandth of its weights is a common rule of thumb."
    )
    parts = [element("p", words, class_="small dim"), table(head, rows), *map(_finding, findings)]
    if len(samples) > 1:
        parts += [_flow_chart(samples, names, field, title) for field, title in fields.items()]
    else:
        parts.append(element("p", "A kept run has the sizes of its last step; a report made from the window while it "
                             "trains has those of the whole run.", class_="small dim"))  # fmt: skip
    return section("Gradient flow", *parts)


def _finding(found: Finding) -> Markup:
    return element("p", element("b", f"From step {found.step:,}: "), found.text())


def _flow_chart(samples: Sequence[Sample], names: Sequence[str], field: str, title: str) -> Markup:
    drawn = []
    for layer, name in enumerate(names):
        own = [(step, getattr(each[layer], field)) for step, each in samples if layer < len(each)]
        x, y = np.array(own, np.float64).reshape(-1, 2).T
        drawn.append(Series(name, f"class_{layer % 10}", x, y))
    return chart(drawn, Axis("Step"), Axis(title, is_log=True))


def edits_section(session: Session) -> Markup:
    """Return what was changed on the way."""
    if not session.edits:
        return section("Edits", element("p", "Nothing was changed on the way.", class_="dim"))
    rows = [(f"{edit.step:,}", edit.name) for edit in session.edits]
    return section("Edits", table(("After step", "What"), rows))


def figures(session: Session) -> Markup:
    """Return the large numbers at the top."""
    training, test = session.evaluate("train"), session.evaluate("test")
    score = "R²" if session.dataset.is_regression else "accuracy"
    said = number(test.score) if session.dataset.is_regression else _share(test.score)
    return facts(
        (
            ("epochs", f"{session.epoch:,}"), ("steps", f"{session.steps:,}"),
            ("parameters", f"{session.network.parameters.size:,}"), ("training loss", number(training.loss)),
            ("test loss", number(test.loss)), (f"test {score}", said),
        )
    )  # fmt: skip

"""One run: the same bits for the same seed, steps and epochs counted right, and a failure one can act on."""

from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from threadpoolctl import threadpool_info

from lab.core.optimizers import OPTIMIZERS
from lab.data.errors import DataError
from lab.experiment.datasets import load_dataset
from lab.experiment.forms.problems import SpecError, TrainingFailed
from lab.experiment.session import Session
from lab.experiment.spec import Experiment, load_experiment

Stack = tuple[tuple[int, str], ...]
STACK: Stack = ((8, "relu"), (3, "softmax"))


def _experiment(
    stack: Stack = STACK,
    seed: int = 1,
    data: dict[str, Any] | None = None,
    optimizer: dict[str, Any] | None = None,
    **training: Any,
) -> Experiment:
    return Experiment.model_validate(
        {
            "seed": seed,
            "data": data or {"source": "iris"},
            "layers": [{"kind": "dense", "units": units, "activation": name} for units, name in stack],
            "training": {"batch_size": 16, "epochs": 3, "optimizer": optimizer or {}, **training},
        }
    )


def _trained(experiment: Experiment) -> Session:
    session = Session(experiment)
    while not session.finished:
        session.run_epoch()
    return session


def _all_rows(session: Session, part: str) -> tuple[NDArray[Any], NDArray[np.int64]]:
    chunks = [(x.copy(), y.copy()) for x, y in session.parts[part].chunks(10_000)]
    return np.concatenate([x for x, _ in chunks]), np.concatenate([y for _, y in chunks])


# seeds


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_the_same_seed_gives_the_same_bits(kind: str) -> None:
    one, other = (_trained(_experiment(optimizer={"kind": kind})) for _ in range(2))
    assert one.history == other.history
    assert one.network.parameters.tobytes() == other.network.parameters.tobytes()
    assert one.history.steps == one.steps > 0


def test_another_seed_gives_another_run() -> None:
    assert _trained(_experiment(seed=1)).history != _trained(_experiment(seed=2)).history


def test_two_runs_side_by_side_do_not_disturb_each_other() -> None:
    alone = _trained(_experiment())
    one, other = Session(_experiment()), Session(_experiment(seed=9, batch_size=5))
    while not one.finished:
        one.step()
        other.step()
        np.random.default_rng().random()
    assert one.history == alone.history


def test_a_dataset_handed_in_is_the_one_that_would_be_loaded() -> None:
    experiment = _experiment()
    given = Session(experiment, load_dataset(experiment.data))
    given.run_epoch()
    loaded = Session(experiment)
    loaded.run_epoch()
    assert given.history == loaded.history


def test_another_stack_sees_the_same_examples_in_the_same_order() -> None:
    narrow, wide = Session(_experiment()), Session(_experiment(((30, "tanh"), (9, "relu"), (3, "softmax"))))
    for part in ("train", "validation", "test"):
        np.testing.assert_array_equal(_all_rows(narrow, part)[0], _all_rows(wide, part)[0])
    for _ in range(2 * narrow.batches):
        narrow.step()
        wide.step()
        np.testing.assert_array_equal(narrow.network.x, wide.network.x)
        np.testing.assert_array_equal(narrow.network.y, wide.network.y)


def test_another_batch_size_leaves_split_and_first_weights_alone() -> None:
    one, other = Session(_experiment()), Session(_experiment(batch_size=7))
    np.testing.assert_array_equal(one.network.parameters, other.network.parameters)
    np.testing.assert_array_equal(_all_rows(one, "test")[0], _all_rows(other, "test")[0])


# steps and epochs


def test_steps_batches_and_epochs_are_counted() -> None:
    session = Session(_experiment())
    n = session.parts["train"].examples
    full, rest = divmod(n, 16)
    assert rest
    assert session.batches == full + 1
    losses = []
    for number in range(1, 2 * session.batches + 1):
        losses.append(session.step())
        epoch, batch = divmod(number, session.batches)
        assert (session.steps, session.epoch, session.batch) == (number, epoch, batch)
        assert len(session.network.x) == (rest if batch == 0 else 16)
        assert session.examples == epoch * n + batch * 16
        assert len(session.history.epochs) == epoch
    assert session.history.losses().tolist() == losses
    assert not session.finished


def test_an_epochs_record_says_how_it_went() -> None:
    session = Session(_experiment())
    for epoch in (1, 2):
        sizes, losses = [], []
        for _ in range(session.batches):
            losses.append(session.step())
            sizes.append(len(session.network.x))
        record = session.history.epochs[-1]
        assert (record.epoch, record.step) == (epoch, epoch * session.batches)
        assert record.train_loss == pytest.approx(np.average(losses, weights=sizes), rel=1e-12)
        validation = session.evaluate("validation")
        assert record.validation_loss == validation.loss
        assert record.validation_score == validation.score
        assert session.validation is not None
        assert session.validation.loss == validation.loss


def test_run_epoch_goes_to_the_end_of_the_epoch_that_has_begun() -> None:
    session, stepped = Session(_experiment()), Session(_experiment())
    session.step()
    record = session.run_epoch()
    assert (session.epoch, session.batch, record.epoch) == (1, 0, 1)
    for _ in range(session.batches):
        stepped.step()
    assert session.history == stepped.history


def test_a_run_is_finished_after_its_epochs_and_can_be_prolonged() -> None:
    session = _trained(_experiment())
    assert session.epoch == 3
    session.epochs = 4
    assert not session.finished
    session.run_epoch()
    assert session.finished
    assert [record.epoch for record in session.history.epochs] == [1, 2, 3, 4]


def test_every_epoch_uses_every_training_example_once_in_an_order_of_its_own() -> None:
    session = Session(_experiment())
    epochs = []
    for _ in range(3):
        batches = []
        for _ in range(session.batches):
            session.step()
            batches.append(session.network.x.copy())
        epochs.append(np.concatenate(batches))
    x, _ = _all_rows(session, "train")
    for epoch in epochs:
        np.testing.assert_array_equal(np.sort(epoch, axis=0), np.sort(x, axis=0))
        assert sorted(map(bytes, epoch)) == sorted(map(bytes, x))
    assert not np.array_equal(epochs[0], epochs[1])
    assert not np.array_equal(epochs[1], epochs[2])


def test_a_batch_may_be_larger_than_the_training_set() -> None:
    session = Session(_experiment(batch_size=100_000))
    assert session.batches == 1
    session.step()
    assert session.epoch == 1
    assert len(session.network.x) == session.examples == session.parts["train"].examples


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_loss_of_a_step_is_per_example_whatever_the_reduction(dtype: str) -> None:
    mean = Session(_experiment(dtype=dtype, reduction="mean"))
    total = Session(_experiment(dtype=dtype, reduction="sum"))
    assert mean.network.dtype == dtype
    assert total.step() == pytest.approx(mean.step(), rel=1e-6)


# one step, looked at closely


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_the_used_parameters_are_those_of_the_forward_pass(kind: str) -> None:
    session = Session(_experiment(optimizer={"kind": kind}))
    network = session.network
    for _ in range(5):
        before = network.parameters.copy()
        session.step()
        np.testing.assert_array_equal(session.used_parameters, before)
        np.testing.assert_array_equal(network.parameters, session.used_parameters + network.updates)
        assert network.updates.any()
        # z = a W + b holds to the bit for what was used, and not for what came after.
        after = network.parameters.copy()
        network.parameters[:] = session.used_parameters
        first, second = network.layers
        np.testing.assert_array_equal(first.z, network.x.dot(first.W) + first.b)
        np.testing.assert_array_equal(second.z, first.a.dot(second.W) + second.b)
        network.parameters[:] = after
        assert not np.array_equal(first.z, network.x.dot(first.W) + first.b)


def test_a_change_of_the_rate_counts_from_the_next_step_on() -> None:
    session = Session(_experiment(optimizer={"kind": "sgd", "learning_rate": 0.5}))
    session.step()
    np.testing.assert_allclose(session.network.updates, -0.5 * session.network.gradients, rtol=1e-6)
    session.change_rate(0.125)
    session.step()
    np.testing.assert_array_equal(session.network.updates, -0.125 * session.network.gradients)
    with pytest.raises(ValueError, match="learning_rate"):
        session.change_rate(-1)


def test_the_penalty_is_that_of_the_weights_as_the_step_used_them() -> None:
    session = Session(_experiment(optimizer={"kind": "sgd", "learning_rate": 1.0, "l2": 0.1}))
    session.step()
    used = [session.used_parameters[places["W"]] for places in session.network.slices]
    assert session.penalty == pytest.approx(0.05 * sum(float((W**2).sum()) for W in used), rel=1e-5)


def test_the_session_sets_as_many_blas_threads_as_it_says() -> None:
    session = Session(_experiment())
    assert session.blas_threads == 1
    assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} == {1}


# evaluation


def test_an_evaluation_is_what_one_would_count_by_hand() -> None:
    session = _trained(_experiment())
    for part in ("train", "validation", "test"):
        x, y = _all_rows(session, part)
        a = session.network.predict(x)
        found = session.evaluate(part)
        predicted = a.argmax(axis=1)
        assert found.score == pytest.approx((predicted == y).mean())
        assert found.loss == pytest.approx(-np.log(a[np.arange(len(y)), y]).mean(), rel=1e-4)
        expected = [[int(((y == i) & (predicted == j)).sum()) for j in range(3)] for i in range(3)]
        assert found.confusion.tolist() == expected


def test_an_evaluation_changes_nothing() -> None:
    one, other = Session(_experiment()), Session(_experiment())
    for _ in range(20):
        one.step()
        other.step()
        for part in ("train", "validation", "test"):
            one.evaluate(part)
    assert one.history == other.history
    np.testing.assert_array_equal(one.network.layers[0].z, other.network.layers[0].z)


def test_scaling_is_fitted_on_the_training_examples_alone() -> None:
    session = Session(_experiment(data={"source": "iris", "scaling": "standard"}, dtype="float64"))
    x, _ = _all_rows(session, "train")
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(x.std(axis=0), 1, rtol=1e-12)
    assert np.abs(_all_rows(session, "test")[0].mean(axis=0)).max() > 1e-3


@pytest.mark.parametrize("split", [[0.8, 0.0, 0.2], [1.0, 0.0, 0.0], [0.8, 0.2, 0.0]])
def test_a_part_may_have_no_examples(split: list[float]) -> None:
    session = _trained(_experiment(data={"source": "iris", "split": split}))
    for part, share in zip(("train", "validation", "test"), split, strict=True):
        found = session.evaluate(part)
        assert isnan(found.loss) == isnan(found.score) == (share == 0)
        assert found.confusion.sum() == session.parts[part].examples
    assert isnan(session.history.epochs[-1].validation_loss) == (split[1] == 0)
    assert session.history == _trained(_experiment(data={"source": "iris", "split": split})).history


# a file of one's own


def _write_clouds(folder: Path, classes: list[str]) -> Path:
    """Write three clouds of points, far apart, and an experiment that learns them."""
    rng = np.random.default_rng(0)
    rows = ["x,colour,y"]
    for number, name in enumerate(classes * 40):
        x, y = rng.normal(3 * (number % len(classes)), 0.4, 2)
        rows.append(f"{x:.6f},{name},{y:.6f}")
    (folder / "points.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    file = folder / "points.toml"
    units, output, loss = len(classes), "softmax", "cross_entropy"
    if len(classes) == 2:
        units, output, loss = 1, "sigmoid", "binary_cross_entropy"
    file.write_text(
        f"""
format = 1
[data]
path = "points.csv"
target = "colour"
[[layers]]
kind = "dense"
units = {units}
activation = "{output}"
[training]
loss = "{loss}"
batch_size = 8
epochs = 20
[training.optimizer]
learning_rate = 0.5
""",
        encoding="utf-8",
    )
    return file


@pytest.mark.parametrize("classes", [["red", "green", "blue"], ["yes", "no"]])
def test_a_table_of_ones_own_is_learnt_from_end_to_end(tmp_path: Path, classes: list[str]) -> None:
    session = _trained(load_experiment(_write_clouds(tmp_path, classes)))
    assert session.dataset.class_names == tuple(sorted(classes))
    assert session.dataset.feature_names == ("x", "y")
    assert session.evaluate("test").score >= 0.95
    losses = session.history.losses()
    assert losses[-10:].mean() < losses[:10].mean() / 2
    assert session.evaluate("test").confusion.shape == (len(classes), len(classes))


# what cannot run


@pytest.mark.parametrize(
    ("stack", "training", "path", "words"),
    [
        (((8, "relu"), (4, "softmax")), {}, "layers[1]", ["3 classes", "output 4", "set 3 units"]),
        (((3, "linear"),), {}, "layers[0]", ["cross_entropy", "softmax or sigmoid", "linear"]),
        (((1, "softmax"), (3, "softmax")), {}, "layers[0]", ["softmax over one unit"]),
        (((1, "sigmoid"),), {}, "layers[0]", ["3 classes", "output 1"]),
        (((3, "relu"),), {"loss": "binary_cross_entropy"}, "layers[0]", ["binary_cross_entropy", "relu"]),
    ],
)
def test_a_stack_that_does_not_fit_is_refused_before_anything_runs(
    stack: Stack, training: dict[str, Any], path: str, words: list[str]
) -> None:
    with pytest.raises(SpecError) as caught:
        Session(_experiment(stack, **training))
    (problem,) = caught.value.problems
    assert problem.startswith(f"{path}: ")
    assert all(word in problem for word in words)


def test_data_that_does_not_fit_is_refused_before_anything_runs(tmp_path: Path) -> None:
    file = _write_clouds(tmp_path, ["red", "green", "blue"])
    csv = str(tmp_path / "points.csv")
    for data, words in (
        ({"path": csv, "target": "color"}, "has no column 'color'.*did you mean colour"),
        ({"path": csv, "target": "x"}, "colour"),
        ({"path": str(tmp_path / "none.csv"), "target": "x"}, "does not exist"),
        ({"path": str(file), "target": "x"}, r"points\.toml"),
        ({"source": "iris", "scaling": "pixel"}, "pixel"),
    ):
        with pytest.raises(DataError, match=words):
            Session(_experiment(data=data))


# a learning rate that is too large


def _run_until_it_fails(session: Session) -> tuple[TrainingFailed, NDArray[Any]]:
    """Step until the run fails; return the failure and the parameters that the last good step used."""
    last = session.used_parameters.copy()
    for _ in range(200):
        try:
            session.step()
        except TrainingFailed as failure:
            return failure, last
        last = session.used_parameters.copy()
    raise AssertionError("the run did not fail")


RUNAWAYS = [
    ("cross_entropy", "softmax", {"kind": "sgd", "learning_rate": 1e3}),
    ("cross_entropy", "softmax", {"kind": "sgd", "learning_rate": 1e30}),
    ("cross_entropy", "softmax", {"kind": "adam", "learning_rate": 1e30}),
    ("binary_cross_entropy", "sigmoid", {"kind": "sgd", "learning_rate": 1e30}),
    ("half_squared_error", "linear", {"kind": "sgd", "learning_rate": 10.0}),
    ("half_squared_error", "linear", {"kind": "adam", "learning_rate": 1e38}),
]


@pytest.mark.parametrize(("loss", "output", "optimizer"), RUNAWAYS)
def test_a_run_whose_loss_is_lost_stops_and_names_step_and_layer(
    loss: str, output: str, optimizer: dict[str, Any]
) -> None:
    session = Session(_experiment(((8, "relu"), (3, output)), loss=loss, optimizer=optimizer))
    failure, last = _run_until_it_fails(session)
    done = session.steps
    message = str(failure)
    assert f"step {done + 1}:" in message.lower()
    assert f"{optimizer['learning_rate']:g}" in message
    assert len(message.splitlines()) == 1
    # The last weights that gave a finite loss are back, and nothing is counted that did not happen.
    np.testing.assert_array_equal(session.network.parameters, last)
    np.testing.assert_array_equal(session.used_parameters, last)
    assert session.network.is_finite()
    assert np.isfinite(session.history.losses()).all()
    assert len(session.history.losses()) == done
    assert session.batch == done % session.batches
    assert "layer 1" in message or "layer 2" in message


def test_the_layer_that_is_named_is_the_first_that_is_not_finite() -> None:
    session = Session(_experiment(((8, "relu"), (5, "relu"), (3, "softmax"))))
    session.step()
    for number in (3, 2, 1):
        session.network.layers[number - 1].W[0, 0] = np.nan
        with pytest.raises(TrainingFailed, match=f"layer {number} "):
            session.step()


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_after_a_failure_one_can_go_on_with_a_smaller_rate(kind: str) -> None:
    """The weights that come back are those of the start here, so the run can still become a good one."""
    session = Session(_experiment(optimizer={"kind": kind, "learning_rate": 1e30}, epochs=30))
    _run_until_it_fails(session)
    session.change_rate(OPTIMIZERS[kind].usual_rate)
    first = session.step()
    while not session.finished:
        session.run_epoch()
    assert session.network.is_finite()
    assert session.history.last_loss < first


def test_the_failed_step_can_be_tried_again_and_fails_again() -> None:
    session = Session(_experiment(optimizer={"kind": "sgd", "learning_rate": 1e30}))
    first, _ = _run_until_it_fails(session)
    # The weights put back are finite, so with the same rate it takes a step before it is lost again.
    second, _ = _run_until_it_fails(session)
    assert "step 2:" in str(first).lower()
    assert "step 3:" in str(second).lower()

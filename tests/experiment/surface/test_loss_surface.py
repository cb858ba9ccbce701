"""The loss surface: the loss itself at every point of the grid, directions as their sources have them, a fair race."""

from typing import Any

import numpy as np
import pytest

from lab.core.copying import copy_network
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.experiment.surface.loss_surface import SurfaceChoice, SurfaceMaterial, compute_surface, take_material
from lab.experiment.surface.plane import cell_at, principal_plane, random_plane
from lab.experiment.surface.race import race
from lab.experiment.training.weight_path import FEWEST_KEPT, WeightPath

DENSE: list[dict[str, Any]] = [{"kind": "dense", "units": 5, "activation": "tanh"}]
OUTPUT: dict[str, Any] = {"kind": "dense", "units": 3, "activation": "softmax"}


def trained(hidden: list[dict[str, Any]] = DENSE, steps: int = 25, **training: Any) -> Session:
    usual = {"batch_size": 10, "epochs": 30, "dtype": "float64"}
    session = Session(
        Experiment.model_validate(
            {"seed": 3, "data": {"source": "iris"}, "layers": [*hidden, OUTPUT], "training": usual | training}
        )
    )
    session.keep_path()
    for _ in range(steps):
        session.step()
    return session


@pytest.mark.parametrize("directions", ["cells", "random", "principal"])
def test_every_point_of_the_grid_is_the_loss_with_those_weights(directions: str) -> None:
    session = trained()
    material = take_material(session)
    choice = SurfaceChoice(directions, ("W1[0, 2]", "b2[1]"), points=5)
    surface = compute_surface(material, choice)
    assert surface is not None
    part = session.parts["train"]
    x, y = part.gather(np.arange(part.examples))
    for row, beta in enumerate(surface.betas):
        for column, alpha in enumerate(surface.alphas):
            direct = copy_network(session.network)
            direct.parameters[...] = surface.plane.centre + alpha * surface.plane.u + beta * surface.plane.v
            a = direct.predict(x)
            assert surface.losses[row, column] == pytest.approx(-np.log(a[np.arange(len(y)), y]).mean(), rel=1e-9)
    assert surface.loss_here == pytest.approx(session.evaluate("train").loss)


def test_a_surface_changes_nothing_of_the_run() -> None:
    session, alone = trained(), trained()
    for directions in ("random", "principal"):
        assert compute_surface(take_material(session), SurfaceChoice(directions, points=3)) is not None
    session.step()
    alone.step()
    np.testing.assert_array_equal(session.network.parameters, alone.network.parameters)


def test_statistics_of_a_normalisation_are_those_of_the_point() -> None:
    session = trained([*DENSE, {"kind": "batch_norm"}])
    material = take_material(session)
    surface = compute_surface(material, SurfaceChoice("random", points=3))
    assert surface is not None
    assert surface.settles
    network = copy_network(session.network)
    network.parameters[...] = surface.plane.at(float(surface.alphas[0]), float(surface.betas[2]))
    with np.errstate(all="ignore"):
        a = network.forward(material.x)  # in training a batch norm goes by its batch, here all of the examples
    m = len(material.y)
    expected = -np.log(a[np.arange(m), material.y]).mean()
    assert surface.losses[2, 0] == pytest.approx(expected, rel=0.02)  # running variances divide by m − 1


def test_random_directions_have_the_norms_of_the_filters() -> None:
    network = trained().network
    plane = random_plane(network, seed=4)
    for layer, spans in zip(network.layers, network.slices, strict=True):
        for direction in (plane.u, plane.v):
            drawn = direction[spans["W"]].reshape(layer.W.shape)
            np.testing.assert_allclose(np.linalg.norm(drawn, axis=0), np.linalg.norm(layer.W, axis=0))
            assert not direction[spans["b"]].any()
    assert not np.allclose(plane.u, random_plane(network, seed=5).u)


def test_principal_directions_are_those_of_a_singular_value_decomposition() -> None:
    session = trained()
    _, path = session.weight_path.taken()
    plane = principal_plane(session.network, path)
    _, _, directions = np.linalg.svd(path.astype(np.float64) - session.network.parameters, full_matrices=False)
    for found, expected in ((plane.u, directions[0]), (plane.v, directions[1])):
        assert abs(found @ expected) == pytest.approx(1.0, abs=1e-6)


def test_the_path_lies_where_its_weights_are() -> None:
    session = trained(steps=40)
    surface = compute_surface(take_material(session), SurfaceChoice("cells", ("W1[1, 0]", "W2[0, 0]"), points=2))
    assert surface is not None
    steps, weights = session.weight_path.taken()
    assert surface.path_steps.tolist() == list(range(41))
    places = [cell_at(name, session.network)[0] for name in ("W1[1, 0]", "W2[0, 0]")]
    np.testing.assert_allclose(surface.path + surface.plane.origin, weights[:, places], atol=1e-6)
    np.testing.assert_allclose(surface.path[-1], 0.0, atol=1e-6)  # in float32
    assert len(steps) == len(surface.path)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("W1", "names no cell"),
        ("W9[0, 0]", "there is no layer 9; the network has 2"),
        ("q1[0, 0]", "layer 1 has W, b"),
        ("W1[4, 0]", "W¹ is 4×5"),
        ("b1[0, 0, 0]", "names no cell"),
        ("W1[1]", "W¹ is 4×5"),
    ],
)
def test_what_is_no_cell_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        cell_at(text, trained(steps=0).network)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(("text", "written"), [("W²[4,1]", "W²[4, 1]"), ("b1[3]", "b¹[3]"), ("b1[0, 3]", "b¹[3]")])
def test_a_cell_is_found_as_formulas_and_the_inspector_write_it(text: str, written: str) -> None:
    network = trained(steps=0).network
    place, name = cell_at(text, network)
    assert name == written
    network.parameters[place] = 77.0
    assert sum(77.0 in getattr(layer, each) for layer in network.layers for each in ("W", "b")) == 1


@pytest.mark.parametrize(
    ("choice", "steps", "sentence"),
    [
        (SurfaceChoice("principal"), 1, "train some steps first"),
        (SurfaceChoice("cells", ("W1[0, 0]", "W¹[0,0]")), 5, "two different weights"),
    ],
)
def test_what_is_no_plane_is_one_sentence(choice: SurfaceChoice, steps: int, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        compute_surface(take_material(trained(steps=steps)), choice)


def test_a_surface_that_is_not_wanted_any_more_ends() -> None:
    material, asked = take_material(trained()), []

    def goes_on(done: int, total: int) -> bool:
        asked.append((done, total))
        return done < 3

    assert compute_surface(material, SurfaceChoice(points=4), goes_on) is None
    assert asked == [(0, 16), (1, 16), (2, 16), (3, 16)]
    surface = compute_surface(material, SurfaceChoice(points=2))
    assert surface is not None
    assert race(material, surface.plane, (0.0, 0.0), goes_on=lambda done, _total: done < 3) is None


def test_weights_that_lead_to_infinity_are_no_number() -> None:
    material = take_material(trained())
    surface = compute_surface(material, SurfaceChoice("cells", ("W1[0, 2]", "b2[1]"), points=3, zoom=4e307))
    assert surface is not None
    assert np.isfinite(surface.losses[1, 1])
    assert np.isnan(surface.losses[0, 0])


@pytest.mark.parametrize(
    ("source", "hidden"),
    [
        ("iris", []),
        ("iris", [{"kind": "dense", "units": 3, "activation": "relu"}] * 40),
        ("diabetes", [{"kind": "dense", "units": 1, "activation": "linear"}]),
    ],
    ids=["no hidden layer", "40 layers", "a number to predict"],
)
def test_unusual_networks_have_a_surface(source: str, hidden: list[dict[str, Any]]) -> None:
    is_number = source == "diabetes"
    output = {"kind": "dense", "units": 1, "activation": "linear"} if is_number else OUTPUT
    training = {"batch_size": 10, "epochs": 3, "loss": "half_squared_error" if is_number else "cross_entropy"}
    session = Session(
        Experiment.model_validate({"data": {"source": source}, "layers": [*hidden, output], "training": training})
    )
    session.keep_path()
    for step in range(4):
        surface = compute_surface(take_material(session), SurfaceChoice(points=3))
        assert surface is not None
        assert np.isfinite(surface.losses).all()
        assert len(surface.path) == step + 1  # before the first step too
        session.step()


# the race


def plane_and(material: SurfaceMaterial) -> Any:
    surface = compute_surface(material, SurfaceChoice("cells", ("W1[0, 2]", "W2[1, 1]"), points=2))
    assert surface is not None
    return surface.plane


def test_racers_begin_at_the_same_point_with_the_same_batch() -> None:
    material = take_material(trained())
    paths = race(material, plane_and(material), (0.5, -0.25), steps=5)
    assert paths is not None
    assert [path.kind for path in paths] == ["sgd", "momentum", "rmsprop", "adam"]
    for path in paths:
        np.testing.assert_allclose(path.places[0], (0.5, -0.25), atol=1e-9)
        assert path.losses[0] == paths[0].losses[0]
        assert len(path.places) == 6


def test_on_a_plane_of_cells_a_racer_follows_the_gradient_of_those_two_alone() -> None:
    session = trained()
    material = take_material(session)
    material = SurfaceMaterial(**{**vars(material), "batch_size": len(material.x)})
    plane = plane_and(material)
    path = race(material, plane, (0.0, 0.0), ["sgd"], steps=1)[0]
    direct = copy_network(session.network)
    direct.forward(material.x)
    direct.backward(material.y)
    step = -path.rate * direct.gradients[list(plane.cells)]
    np.testing.assert_allclose(path.places[1], step, rtol=1e-9)


def test_a_racer_that_goes_to_infinity_ends_there() -> None:
    material = take_material(trained([{"kind": "dense", "units": 5, "activation": "linear"}]))
    plane = random_plane(material.network, 1)
    path = race(material, plane, (1e300, 0.0), ["sgd"], steps=20)[0]
    assert len(path.places) < 21
    assert np.isnan(path.losses[-1])


# the path that a run keeps


def test_the_path_is_bounded_even_and_follows_the_run_back() -> None:
    path = WeightPath(most_bytes=16 * 4 * 10)
    for step in range(1000):
        path.add(step, np.full(10, float(step)))
    steps, weights = path.taken()
    assert 8 <= len(steps) <= 16
    assert len(set(np.diff(steps))) == 1
    assert steps[0] == 0
    assert weights.dtype == np.float32
    assert weights[:, 3].tolist() == steps.tolist()
    path.cut(int(steps[3]))
    path.add(999_936, np.zeros(10))
    assert path.taken()[0].tolist() == [*steps[:4], 999_936]
    path.add(1_000_000, np.zeros(4))  # another network
    assert path.taken()[1].shape[1] in (0, 4)


def test_a_network_that_is_too_large_keeps_no_path() -> None:
    path = WeightPath(most_bytes=FEWEST_KEPT * 4 * 10 - 1)
    path.add(0, np.zeros(10))
    assert path.taken()[0].size == 0
    assert not path.room_for(10)


def test_a_run_that_begins_again_begins_its_path_again() -> None:
    session = trained(steps=6)
    session.begin(session.experiment)
    steps, weights = session.weight_path.taken()
    assert steps.tolist() == [0]
    np.testing.assert_allclose(weights[0], session.network.parameters, atol=1e-6)

"""Made sets: one table from name to what it shows, its options, and how it is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.data.dataset import Dataset
from lab.data.errors import DataError, quoted, suggestion
from lab.data.sets import class_generators, regression_generators

_MOST_EXAMPLES = 100_000
_MOST_CLASSES = 20
# One for each of train, validation and test.
_FEWEST_OF_A_CLASS = 3
_FEWEST_NUMBERS = 10
# The largest that a spin box holds.
_HIGHEST_SEED = 2**31 - 1

_Drawing = Callable[..., NDArray[np.float64]]
_Names = Callable[..., tuple[str, ...]]


@dataclass(frozen=True)
class GeneratorOption:
    """A number that a generator can be given, with its usual value; both limits are valid, `whole` asks for an int."""

    name: str
    title: str
    default: float
    lowest: float
    highest: float
    whole: bool
    help: str

    def problem(self, value: object) -> str | None:
        """Return what was found and what would be valid, as the end of a sentence, or None."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            # NaN fails here: a comparison with it is false.
            within = self.lowest <= value <= self.highest
            if within and (not self.whole or value == int(value)):
                return None
        kind = "a whole number" if self.whole else "a number"
        return f"found {quoted(str(value))}, which is not {kind} from {self.lowest:,.10g} to {self.highest:,.10g}."


@dataclass(frozen=True)
class Generator:
    """One made set; `make` takes a valid value for each of the `options`, by name, and returns the Dataset.

    `task` is a name of lab.data.recipe.choices.TASKS.
    """

    name: str
    title: str
    about: str
    task: str
    options: tuple[GeneratorOption, ...]
    make: Callable[..., Dataset]


def generate(name: str, options: Mapping[str, float]) -> Dataset:
    """Make the set `name`, with the usual value of every option that is not given; the same seed makes the same bits.

    x is (N, 2) or (N, 1) float64 of the inputs "x1" and "x2", within -1..1 or a little beyond. Classes come in turn
    (0, 1, …, 0, 1, …), so that none has two examples more than another; the target of a regression is "y".
    Raises DataError for an unknown generator or option and for a value that is not valid.
    """
    if name not in GENERATORS:
        raise DataError(f"The generator {quoted(name)} is not one of {suggestion(name, GENERATORS)}")
    generator = GENERATORS[name]
    known = {option.name: option for option in generator.options}
    for each, value in options.items():
        if each not in known:
            raise DataError(f"The generator {name} has no option {quoted(each)}; it has {suggestion(each, known)}")
        if problem := known[each].problem(value):
            raise DataError(f"The option {each} of the generator {name}: {problem}")
    values = {option.name: options.get(option.name, option.default) for option in generator.options}
    return generator.make(**{each: int(value) if known[each].whole else value for each, value in values.items()})


def _make_classes(
    name: str, title: str, draw: _Drawing, names: _Names, *, examples: int, noise: float, seed: int, **shape: Any
) -> Dataset:
    """Draw a point for each class in turn and then all noise, so that more noise moves the same points further."""
    rng, class_names = _random(seed), names(**shape)
    y = np.arange(examples, dtype=np.int64) % len(class_names)
    x = draw(rng, y, **shape)
    return Dataset(name, title, x + noise * rng.normal(size=x.shape), y, class_names, ("x1", "x2"), None)


def _make_numbers(
    name: str, title: str, height: _Drawing, inputs: int, *, examples: int, noise: float, seed: int, **shape: Any
) -> Dataset:
    """Draw x evenly in -1..1; the noise is an error of the target."""
    rng, feature_names = _random(seed), ("x1", "x2")[:inputs]
    x = rng.uniform(-1, 1, (examples, inputs))
    y = height(x, **shape) + noise * rng.normal(size=examples)
    return Dataset(name, title, x, y[:, None], (), feature_names, None, target_names=("y",))


def _random(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def _named(*names: str) -> _Names:
    return lambda **shape: names


def _numbered(word: str, option: str) -> _Names:
    return lambda **shape: tuple(f"{word} {number}" for number in range(1, shape[option] + 1))


def _whole(name: str, default: int, lowest: int, highest: int, help: str) -> GeneratorOption:
    return GeneratorOption(name, name.capitalize(), default, lowest, highest, True, help)


def _classes(
    name: str, title: str, about: str, draw: _Drawing, names: _Names, noise: float, *shape: GeneratorOption
) -> Generator:
    """Describe a set with classes; `noise` is its usual one. Two classes unless `shape` has their number."""
    most = max([2, *(option.highest for option in shape if option.name in ("arms", "classes"))])
    options = (
        _whole("examples", 500, int(most) * _FEWEST_OF_A_CLASS, _MOST_EXAMPLES, "How many points are drawn."),
        GeneratorOption("noise", "Noise", noise, 0, 0.5, False, "Standard deviation of what is added to x1 and to x2."),
        *shape,
        _SEED,
    )
    return Generator(name, title, about, "classes", options, partial(_make_classes, name, title, draw, names))


def _numbers(name: str, title: str, about: str, height: _Drawing, inputs: int, *shape: GeneratorOption) -> Generator:
    """Describe a set with a number to predict from x1 (`inputs` 1) or from x1 and x2."""
    options = (
        _whole("examples", 500, _FEWEST_NUMBERS, _MOST_EXAMPLES, "How many points are drawn."),
        GeneratorOption("noise", "Noise", 0.05, 0, 1, False, "Standard deviation of what is added to the target."),
        *shape,
        _SEED,
    )
    return Generator(name, title, about, "numbers", options, partial(_make_numbers, name, title, height, inputs))


_SEED = _whole("seed", 0, 0, _HIGHEST_SEED, "Another seed draws other points of the same kind.")

GENERATORS: dict[str, Generator] = {
    generator.name: generator
    for generator in (
        _classes(
            "circle",
            "Circle",
            "A disc with a ring around it: no straight line parts them, a few hidden units do.",
            class_generators.circle,
            _named("disc", "ring"),
            0.05,
        ),
        _classes(
            "xor",
            "Exclusive or",
            "Four quadrants, opposite ones of one class: neither input tells anything without the other.",
            class_generators.xor,
            _named("equal signs", "opposite signs"),
            0.02,
        ),
        _classes(
            "gaussians",
            "Two Gaussians",
            "Two round clouds that hardly touch: one linear unit is enough.",
            class_generators.gaussians,
            _named("lower left", "upper right"),
            0.1,
        ),
        _classes(
            "spiral",
            "Spiral",
            "Arms wound into one another, one class each: hard, the more so with more arms and turns.",
            class_generators.spiral,
            _numbered("arm", "arms"),
            0.02,
            _whole("arms", 2, 2, _MOST_CLASSES, "How many arms there are; each is a class."),
            GeneratorOption("turns", "Turns", 1.5, 0.25, 4, False, "How often each arm goes around the middle."),
        ),
        _classes(
            "moons",
            "Two moons",
            "Two half circles, each with an end inside the other.",
            class_generators.moons,
            _named("upper", "lower"),
            0.08,
        ),
        _classes(
            "blobs",
            "Blobs",
            "Round clouds around the middle, one class each: what a softmax layer alone can learn.",
            class_generators.blobs,
            _numbered("blob", "classes"),
            0.03,
            _whole("classes", 4, 2, _MOST_CLASSES, "How many clouds there are; each is a class."),
        ),
        _classes(
            "rings",
            "Rings",
            "Circles around one middle, one class each: only the distance from it matters.",
            class_generators.rings,
            _numbered("ring", "classes"),
            0.04,
            _whole("classes", 3, 2, _MOST_CLASSES, "How many rings there are; each is a class."),
        ),
        _classes(
            "checkerboard",
            "Checkerboard",
            "Squares of two colours in turn: every square needs its own piece of the boundary.",
            class_generators.checkerboard,
            _named("dark", "light"),
            0.0,
            _whole("cells", 4, 2, 10, "How many squares there are along each side."),
        ),
        _numbers(
            "plane",
            "Plane",
            "y = 0.6·x1 - 0.3·x2 + 0.1: what one linear unit can learn.",
            regression_generators.plane,
            2,
        ),
        _numbers(
            "gaussian-sum",
            "Sum of Gaussians",
            "Two hills and two hollows over x1 and x2, each the bell of a Gaussian.",
            regression_generators.gaussian_sum,
            2,
        ),
        _numbers(
            "sine",
            "Sine",
            "y = sin(π·waves·x1), a curve over the one input x1.",
            regression_generators.sine,
            1,
            _whole("waves", 2, 1, 8, "How many whole waves there are from x1 = -1 to 1."),
        ),
        _numbers(
            "step",
            "Step",
            "A staircase from -1 up to 1 over the one input x1: a smooth network must make jumps.",
            regression_generators.step,
            1,
            _whole("steps", 1, 1, 10, "How many jumps there are, all of one height."),
        ),
    )
}

"""The update of a step as plain NumPy: plain descent line by line, any other optimizer as a function."""

from collections.abc import Iterator
from dataclasses import replace

from lab.core.optimizers import OPTIMIZERS
from lab.core.plain_code import NoPlainCode, PlainFunction
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.experiment.stack.equations import Equation
from lab.export.plain.program import Passage, Step


def change_function(experiment: Experiment) -> Iterator[PlainFunction]:
    """Yield the optimizer as a function; none where the update is written line by line."""
    optimizer = experiment.training.optimizer
    made = optimizer.make()
    if made.is_plain:
        return
    kind, change = OPTIMIZERS[optimizer.kind], made.plain_change()
    settings = [f"{name} = {value!r}" for name, value in change.settings.items()]
    arguments = ", ".join(["g", "eta", "t", *change.memories])
    about = f"{kind.title}: {kind.formula}. What it remembers is changed in place."
    yield PlainFunction("change", arguments, about, "\n".join([*settings, change.body]))


def factor_function(experiment: Experiment) -> Iterator[PlainFunction]:
    """Yield the schedule as a function; none where the rate is constant."""
    schedule = experiment.training.schedule.make()
    if schedule.kind.is_constant or schedule.kind.watches_validation:
        return
    if not schedule.kind.plain:
        raise NoPlainCode(f"the schedule {schedule.kind.name} is not written as plain NumPy")
    given = {option.name: schedule.settings[option.name] for option in schedule.kind.options}
    lines = [*(f"{name} = {value!r}" for name, value in given.items()), schedule.kind.plain]
    about = f"{schedule.kind.title}: {schedule.kind.formula}; epoch counts parts of epochs too."
    yield PlainFunction("rate_factor", "epoch, epochs", about, "\n".join(lines))


def schedule_lines(experiment: Experiment) -> Iterator[Step]:
    """Yield the lines that set eta before a step."""
    schedule, epochs = experiment.training.schedule.make(), experiment.training.epochs
    if schedule.is_constant:
        return
    warm_up = schedule.settings["warm_up"]
    is_free = schedule.kind.is_constant or schedule.kind.watches_validation
    left = epochs - warm_up if epochs > warm_up else 1
    epoch = f"epoch - {warm_up!r}" if warm_up else "epoch"
    usual = "1" if is_free else f"max(rate_factor({epoch}, {left!r}), 1e-9)"
    yield Step("epoch = (t - 1) / batches_in_epoch")
    if warm_up:
        usual = f"min(1, (epoch + 1 / batches_in_epoch) / {warm_up!r}) if epoch < {warm_up!r} else {usual}"
    yield Step(f"eta = learning_rate * float({usual})")


def update_passage(session: Session, known: list[dict[str, Equation]]) -> Passage:
    """Return the lines that change every parameter that learns."""
    names = _learning(session)
    optimizer = session.experiment.training.optimizer.make()
    if optimizer.is_plain:
        steps = [
            Step(f"{name}{number} -= eta * d{name}{number}", known[number - 1].get(f"new_{name}"))
            for number, name in names
        ]
        return Passage("Update", tuple(steps), "The m rows of delta have collapsed into one gradient a parameter.")
    return Passage("Update", tuple(_by_function(session, names, known)), _words(session))


def _learning(session: Session) -> list[tuple[int, str]]:
    return [
        (number, name)
        for number, layer in enumerate(session.network.layers, start=1)
        for name in layer.parameters
        if name not in layer.fixed
    ]


def _words(session: Session) -> str:
    optimizer = session.experiment.training.optimizer
    said = "g is what the optimizer follows: the gradient of the data"
    if optimizer.l1 or optimizer.l2:
        said += ", plus that of the penalty, which is never divided by m and never on b"
    return f"{said}{', clipped' if optimizer.clip_norm or optimizer.clip_value else ''}."


def _by_function(session: Session, names: list[tuple[int, str]], known: list[dict[str, Equation]]) -> Iterator[Step]:
    spec = session.experiment.training.optimizer
    made = spec.make()
    pulled = [f"{n}{at}" for at, n in names if n in session.network.layers[at - 1].penalised]
    listed = ", ".join(f'"{name}{number}": d{name}{number}' for number, name in names)
    yield Step(f"g = {{{listed}}}")
    if spec.l1 or spec.l2:
        terms = [f"{spec.l2!r} * state[name]"] if spec.l2 else []
        terms += [f"{spec.l1!r} * np.sign(state[name])"] if spec.l1 else []
        yield Step(f"for name in {pulled!r}:\n    g[name] = g[name] + {' + '.join(terms)}")
    if spec.clip_value:
        limit = spec.clip_value
        yield Step(f"g = {{name: np.clip(each, -{limit!r}, {limit!r}) for name, each in g.items()}}")
    if spec.clip_norm:
        yield Step("length = float(sum((each ** 2).sum() for each in g.values())) ** 0.5")
        scaled = f"{{name: each * ({spec.clip_norm!r} / length) for name, each in g.items()}}"
        yield Step(f"if length > {spec.clip_norm!r}:\n    g = {scaled}")
    decay = made.weight_decay
    lines = ["for name in g:", "    update = change(g[name], eta, t, *memory[name])"]
    if decay:
        lines += [f"    if name in {pulled!r}:", f"        update = update - eta * {decay!r} * state[name]"]
    lines += ["    state[name] += update"]
    yield Step("\n".join(lines), _for_all(names, known))


def _for_all(names: list[tuple[int, str]], known: list[dict[str, Equation]]) -> Equation | None:
    """Return the equation of the first parameter, which holds for all of them; None where nothing learns."""
    if not names:
        return None
    number, name = names[0]
    equation = known[number - 1][f"new_{name}"]
    return replace(equation, formula=f"{equation.formula}, and so for every parameter", shapes="")


def memory_passage(session: Session) -> Iterator[Passage]:
    """Yield the line that makes what the optimizer remembers of every parameter; nothing where it needs none."""
    optimizer = session.experiment.training.optimizer.make()
    if optimizer.is_plain:
        return
    count = len(optimizer.plain_change().memories)
    learning = [f"{name}{number}" for number, name in _learning(session)]
    made = f"[np.zeros_like(state[name]) for _ in range({count})]"
    words = f"What {OPTIMIZERS[optimizer.kind].title} remembers of every parameter that learns; all 0 at first."
    yield Passage("Memory", (Step(f"memory = {{name: {made} for name in {learning!r}}}"),), words)

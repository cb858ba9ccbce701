"""Puts the plain NumPy of a run together: each kind's own lines in the order of a step, with the window's equations."""

import re
from collections.abc import Iterator

from lab.core.layer_kinds.output_layer import OutputLayer
from lab.core.network import Network
from lab.core.plain_code import LayerCode, LayerFrame, NoPlainCode, PlainFunction
from lab.data.dataset import Dataset
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.experiment.stack.equations import Equation, equations
from lab.experiment.stack.stack import stack_rows
from lab.export.capture import Capture
from lab.export.plain.output import OutputLines
from lab.export.plain.program import Passage, Program, Step
from lab.export.plain.stored import Stored, begun_anew, stored_of
from lab.export.plain.update import (
    change_function,
    factor_function,
    memory_passage,
    schedule_lines,
    update_passage,
)
from lab.version import program_version


def program_of(capture: Capture) -> Program:
    """Return the program of a run from its first weights on; NoPlainCode for a kind that is not written as such.

    Raises DataError and SpecError where the data or the starting values of a model file cannot be read again.
    """
    session = begun_anew(capture)
    layers = _layer_codes(session.network)
    output = OutputLines(session.network)
    stored = stored_of(session, capture)
    known = _equations(session.experiment, session.dataset)
    loop = (
        Passage("The batch", tuple(_targets(session)), "The rows of x are examples; y is what a is to become."),
        *_forward(session, layers, known),
        output.loss(),
        *_backward(session, layers, known),
        update_passage(session, known),
        Passage("What the step came to", (Step(_REPORT),)),
    )
    prediction, after = _prediction(session, layers), Passage("The end", tuple(_end(session)))
    functions = [*(each for layer in layers for each in layer.functions), *output.functions()]
    functions += [*change_function(session.experiment), *factor_function(session.experiment)]
    used = _called(functions, "\n".join(each.code for each in (*loop, prediction)))
    return Program(
        title=session.experiment.name,
        about=_about(session),
        notes=tuple(_notes(session, stored)),
        arrays=stored.arrays,
        has_rows=capture.model.encoding is not None,
        symbols=stored.symbols,
        before=(
            Passage("Settings", tuple(_settings(session, stored, used))),
            *memory_passage(session),
            Passage("Functions", tuple(Step(each.source) for each in used)),
            prediction,
            _batches(session, stored),
        ),
        loop=loop,
        after=(after,),
    )


_REPORT = """losses.append(float(L))
if t <= len(first_losses):
    print(f"step {t}: loss {L:.7f}   Delta Lab: {first_losses[t - 1]:.7f}")
if t % batches_in_epoch == 0:
    print(f"epoch {t // batches_in_epoch}: mean loss {np.mean(losses[-batches_in_epoch:]):.4f}")"""


def _called(functions: list[PlainFunction], code: str) -> list[PlainFunction]:
    """Return those functions, each once, that the code calls, or one of those does."""
    named, found = {each.name: each for each in functions}, set[str]()
    texts = [code]
    while texts:
        text = texts.pop()
        for name, function in named.items():
            if name not in found and re.search(rf"\b{name}\(", text):
                found.add(name)
                texts.append(function.body)
    return [function for name, function in named.items() if name in found]


# layers


def _layer_codes(network: Network) -> list[LayerCode]:
    """Return the lines of every layer; what hands the error down is asked from the last one to the first."""
    per_m = " / m" if network.reduction == "mean" else ""
    codes: list[LayerCode] = []
    error: str | None = None
    for index in range(len(network.layers) - 1, -1, -1):
        x = f"a{index}" if index else "x"
        output = OutputLines.delta_of(network) if index == len(network.layers) - 1 else None
        frame = LayerFrame(index + 1, x, error, output, per_m, index == 0)
        try:
            code = network.layers[index].plain_code(frame)
        except NoPlainCode as problem:
            raise NoPlainCode(f"layer {index + 1}: {problem}") from problem
        codes.insert(0, code)
        error = code.hands_down
    return codes


def _equations(experiment: Experiment, data: Dataset) -> list[dict[str, Equation]]:
    """Return the equations of every layer by the matrix that each yields, with the shapes of a whole batch."""
    rows, m = stack_rows(experiment, data.inputs, data.classes), experiment.training.batch_size
    return [
        {each.matrix: each for each in equations(experiment, rows, layer, m, False) if each.matrix}
        for layer in range(len(rows))
    ]


def _steps(lines: dict[str, str], known: dict[str, Equation]) -> tuple[Step, ...]:
    return tuple(Step(code, known.get(name)) for name, code in lines.items())


def layer_title(network: Network, index: int) -> str:
    """Return a layer in words, as "Layer 1, dense: 2 → 8, tanh"."""
    layer = network.layers[index]
    sigma = f", {layer.activation.title.lower()}" if isinstance(layer, OutputLayer) else ""
    return f"Layer {index + 1}, {layer.title.lower()}: {layer.inputs} → {layer.outputs}{sigma}"


def _forward(session: Session, layers: list[LayerCode], known: list[dict[str, Equation]]) -> Iterator[Passage]:
    for index, code in enumerate(layers):
        title = f"Forward. {layer_title(session.network, index)}"
        yield Passage(title, _steps(dict(code.forward), known[index]))


def _backward(session: Session, layers: list[LayerCode], known: list[dict[str, Equation]]) -> Iterator[Passage]:
    for index in range(len(layers) - 1, -1, -1):
        title = f"Backward. {layer_title(session.network, index)}"
        yield Passage(title, _steps(dict(layers[index].backward), known[index]))


def _prediction(session: Session, layers: list[LayerCode]) -> Passage:
    lines = [line for code in layers for line in (code.infer or code.forward).values()]
    last, trained = len(layers), "The outputs of the net as it is now, (m, c), for scaled rows x, (m, n)."
    body = "\n".join([*lines, f"return a{last}"])
    functions = [PlainFunction("predict", "x", trained, body)]
    functions.append(
        PlainFunction(
            "scaled", "raw", "Raw inputs, (m, n), brought to the size that the net was trained on.",
            "return ((raw - offset) * factor).astype(X.dtype)",
        )
    )  # fmt: skip
    if session.dataset.is_regression:
        about = "Outputs of the net, (m, c), in the unit of the target."
        functions.append(PlainFunction("in_units", "a", about, "return a / target_factor + target_offset"))
    functions.append(
        PlainFunction(
            "use_trained_weights", "", "Put in place what the run in Delta Lab had come to, for predict.",
            "for name, array in state.items():\n    array[...] = trained[name]",
        )
    )  # fmt: skip
    return Passage("Prediction", tuple(Step(each.source) for each in functions))


# data, settings, batches


def _about(session: Session) -> tuple[str, ...]:
    network, training = session.network, session.experiment.training
    stack = " → ".join([str(network.inputs), *(str(layer.outputs) for layer in network.layers)])
    m = training.batch_size
    return (
        f"Written by Delta Lab {program_version()} from the experiment {session.experiment.name!r}.",
        f"The net: {stack}, {network.parameters.size:,} parameters; loss {network.rule.loss.title.lower()}, "
        f"optimizer {training.optimizer.kind}, gradients are the {network.reduction} over the m examples of a batch.",
        f"Names: z is a layer's weighted input, a its output, delta = dL/dz its error (never divided by m), dW and db "
        f"the gradients; the number behind a name is the layer's. Rows are examples, m = {m} of them in a batch.",
        network.rule.formula + ": " + network.rule.why + ".",
    )


def _notes(session: Session, stored: Stored) -> Iterator[str]:
    training = session.experiment.training
    if not stored.agrees:
        yield (
            "The run was changed on its way, so its first losses are not those below: these are of a fresh run with "
            "its present settings."
        )
    if not stored.is_whole:
        yield "The training set is too large to go along: X holds the rows of the first batches, in their order."
    if training.early_stopping is not None:
        yield "Early stopping is left out: all epochs are trained."
    if session.schedule.kind.watches_validation:
        yield "The validation loss is not measured here, so the rate is never cut on a plateau."


def _settings(session: Session, stored: Stored, functions: list[PlainFunction]) -> Iterator[Step]:
    training = session.experiment.training
    yield Step(f"seed = {session.experiment.seed}")
    epochs = training.epochs if stored.is_whole else 1
    yield Step(f"epochs, batch_size = {epochs}, {training.batch_size}")
    yield Step(f"batches_in_epoch = {stored.batches}")
    name = "eta" if session.schedule.is_constant else "learning_rate"
    yield Step(f"{name} = {training.optimizer.learning_rate!r}")
    if session.dataset.class_names:
        yield Step(f"class_names = {list(session.dataset.class_names)!r}")
    if session.network.targets.class_weights is not None:
        weights = [float(weight) for weight in session.network.targets.class_weights]
        yield Step(f"class_weights = np.array({weights!r}, dtype=X.dtype)")
    if any("tiny" in each.body for each in functions):
        yield Step("tiny = np.finfo(X.dtype).tiny  # a logarithm of less would be minus infinity")
    losses = ",\n    ".join(map(repr, stored.losses))
    yield Step(f"first_losses = [  # of the same steps in Delta Lab\n    {losses},\n]")
    yield Step("losses = []")
    yield Step("t = 0  # steps done")


def _batches(session: Session, stored: Stored) -> Passage:
    shuffles = session.experiment.training.shuffle and stored.is_whole
    streams = {"shuffling": 2} if shuffles else {}
    if any(layer.draws for layer in session.network.layers):
        streams["dropout"] = 3
    steps = []
    if streams:
        steps.append(Step("streams = np.random.SeedSequence(seed).spawn(5)  # one seed, independent streams"))
    steps += [Step(f"{name} = np.random.Generator(np.random.PCG64(streams[{at}]))") for name, at in streams.items()]
    order = "shuffling.permutation(len(X))" if shuffles else "np.arange(len(X))"
    body = (
        f"for epoch in range(epochs):\n    order = {order}\n    for begin in range(0, len(X), batch_size):\n"
        "        yield order[begin:begin + batch_size]"
    )
    about = "The rows of every batch, epoch after epoch; the last batch of an epoch may be smaller."
    steps.append(Step(PlainFunction("batches", "", about, body).source))
    return Passage("Batches", tuple(steps))


def _targets(session: Session) -> Iterator[Step]:
    network, data = session.network, session.dataset
    yield Step("t += 1")
    yield Step("x = X[rows]")
    yield Step("m = len(x)")
    if data.is_regression:
        yield Step("y = Y[rows]")
    elif network.outputs == 1:
        yield Step("y = labels[rows].astype(X.dtype)[:, None]  # 0 or 1")
    else:
        yield Step(f"y = np.eye({network.outputs}, dtype=X.dtype)[labels[rows]]  # one-hot")
    if network.targets.class_weights is not None:
        yield Step("w = class_weights[labels[rows]][:, None]  # what each example counts")
    if e := network.targets.label_smoothing:
        yield Step(f"y = {1.0 - e!r} * y + {e / network.outputs!r}  # smoothed")
    yield from schedule_lines(session.experiment)


def _end(session: Session) -> Iterator[Step]:
    yield Step(
        "difference = np.abs(np.subtract(losses[:len(first_losses)], first_losses)).max()\n"
        'print(f"largest difference of the first {len(first_losses)} losses: {difference:.1e}")'
    )
    if not session.dataset.is_regression:
        found = "predict(X).argmax(axis=1)" if session.network.outputs > 1 else "(predict(X)[:, 0] > 0.5)"
        yield Step(f'print(f"right on the training rows: {{np.mean({found} == labels):.1%}}")')

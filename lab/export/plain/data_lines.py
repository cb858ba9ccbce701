"""The lines of a program that bring its arrays: written out where they are few numbers, else read from a file."""

from collections.abc import Iterator

from lab.experiment.written.numpy_code import write_matrix
from lab.experiment.written.writing import NamedMatrix
from lab.export.plain.program import Passage, Program, Step

_TRAINED = "trained_"
_WORDS = {
    "X": "the training rows, scaled",
    "labels": "the class of each row, by its number in class_names",
    "Y": "what each row is to become, scaled",
    "offset": "scaled = (raw - offset) * factor",
    "factor": "",
    "target_offset": "in_units = scaled / target_factor + target_offset",
    "target_factor": "",
}


def data_passages(program: Program, file: str) -> tuple[Passage, ...]:
    """Return the lines that bring data and first weights; file: the expression for the name of the file of arrays."""
    names = [name for name in program.arrays if not name.startswith(_TRAINED)]
    data = [name for name in names if name in _WORDS]
    state = [name for name in names if name not in _WORDS]
    first = () if program.is_small else (Step(f"with np.load({file}) as file:\n    stored = dict(file)"),)
    kept = ", ".join(f'"{name}": {name}' for name in state)
    weights = (*_lines(program, state), Step(f"state = {{{kept}}}"), _trained(program, state))
    return (
        Passage("Data", (*first, *_lines(program, data))),
        Passage("First weights", weights, "What the run began with, and beside it what it had come to."),
    )


def _lines(program: Program, names: list[str]) -> Iterator[Step]:
    for name in names:
        array, symbol = program.arrays[name], program.symbols.get(name, _WORDS.get(name, ""))
        if program.is_small:
            yield Step(write_matrix(NamedMatrix(symbol, name, array)))
        else:
            said = ", ".join(part for part in (symbol, "×".join(map(str, array.shape))) if part)
            yield Step(f'{name} = stored["{name}"]  # {said}')


def _trained(program: Program, state: list[str]) -> Step:
    if not program.is_small:
        return Step(f'trained = {{name: stored["{_TRAINED}" + name] for name in state}}')
    lines = []
    for name in state:
        matrix = NamedMatrix("", name, program.arrays[_TRAINED + name])
        value = write_matrix(matrix).partition(" = ")[2].partition("  # ")[0]
        lines.append(f'    "{name}": {value},'.replace("\n", "\n    "))
    return Step("\n".join(["trained = {", *lines, "}"]))

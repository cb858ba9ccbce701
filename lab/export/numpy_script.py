"""A run as one readable Python file: forward and backward of exactly this net, with nothing but NumPy.

Run alone it trains the net again from the same first weights and finds the run's first losses again.
"""

import io
import re
from pathlib import Path
from textwrap import wrap

import numpy as np

from lab.core.plain_code import NoPlainCode
from lab.export.capture import Capture
from lab.export.plain.building import program_of
from lab.export.plain.data_lines import data_passages
from lab.export.plain.program import Passage, Program, Step
from lab.export.row_files import row_files, rows_module
from lab.storage.errors import StorageError

_COLUMN = 48
"""Where the formulas beside the code begin, where there is room."""
_WIDEST = 112
_BEFORE_DEF = re.compile(r"\n+(?=def )")


def script_files(capture: Capture, path: Path) -> dict[Path, bytes]:
    """Return the script, and beside it the file of its arrays where these are many numbers.

    Raises StorageError for a kind that has no plain NumPy, DataError and SpecError where a model's data is gone.
    """
    program = program_or_refusal(capture, path)
    text = script_text(program, path)
    return {path: text.encode("utf-8"), **files_beside(program, capture, path)}


def files_beside(program: Program, capture: Capture, path: Path) -> dict[Path, bytes]:
    """Return what goes beside a script or notebook: its arrays where they are many, how cells of a table are read."""
    files = {} if program.is_small else {path.with_suffix(".npz"): arrays_bytes(program)}
    return files | dict(row_files(capture.model, path)) if program.has_rows else files


def rows_sentence(program: Program, path: Path) -> tuple[str, ...]:
    """Return what is said of the script that reads the cells of a table, where there is one."""
    if not program.has_rows:
        return ()
    module = rows_module(path)
    call = f"predict(scaled({module}.encode(rows)))"
    return (f"How cells of the table become inputs stands in {module}.py beside it: {call}.",)


def program_or_refusal(capture: Capture, path: Path) -> Program:
    """Return the program of a run; StorageError, which names the file, for a kind that has no plain NumPy."""
    try:
        return program_of(capture)
    except NoPlainCode as problem:
        raise StorageError(f"{path.name} was not written: {problem}; choose another kind, or another format.") from None


def arrays_bytes(program: Program) -> bytes:
    """Return the arrays of a program as an .npz file."""
    stream = io.BytesIO()
    about = np.array(f"Delta Lab: what {program.title} begins with".encode())
    np.savez(stream, allow_pickle=False, about=about, **program.arrays)
    return stream.getvalue()


def script_text(program: Program, path: Path) -> str:
    """Return the whole program as a Python file that lies at that path."""
    about = [program.title, "", *_wrapped((*program.about, *program.notes, *rows_sentence(program, path)))]
    if not program.is_small:
        about += ["The numbers that it begins with lie in the .npz file of the same name beside it.", ""]
    head = ["\n".join(about).rstrip().replace("\\", "\\\\").replace('"""', "'''")]
    imports = "import numpy as np" if program.is_small else "from pathlib import Path\n\nimport numpy as np"
    parts = [f'"""{head[0]}\n"""', imports]
    parts += [_passage(each) for each in data_passages(program, 'Path(__file__).with_suffix(".npz")')]
    parts += [f"{_passage(each)}\n" for each in program.before]
    loop = "\n\n".join(_passage(each, short=True) for each in program.loop)
    after = "\n\n".join(_passage(each, short=True) for each in program.after)
    main = f"for rows in batches():\n{_indented(loop)}\n\n{after}"
    parts.append(f'{_rule("Training")}\nif __name__ == "__main__":\n{_indented(main)}')
    return "\n\n".join(parts) + "\n"


def _wrapped(sentences: tuple[str, ...]) -> list[str]:
    return [line for sentence in sentences for line in (*wrap(sentence, 110), "")]


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())


def _rule(title: str) -> str:
    return f"# --- {title} ".ljust(80, "-")


def _passage(passage: Passage, short: bool = False) -> str:
    """Return a passage with its title as a comment, and each equation beside its line or above its lines."""
    title = [f"# {passage.title}" if short else _rule(passage.title)]
    words = [f"# {line}" for line in _wrapped((passage.words,))[:-1]]
    text = "\n".join([*title, *words, *map(_step, passage.steps)]).rstrip("\n")
    return _BEFORE_DEF.sub("\n\n\n", text)


def _step(step: Step) -> str:
    if step.equation is None:
        return step.code
    said = "   ".join(part for part in (step.equation.formula, step.equation.shapes) if part)
    line = f"{step.code.ljust(_COLUMN)}  # {said}"
    return f"# {said}\n{step.code}" if "\n" in step.code or len(line) > _WIDEST else line

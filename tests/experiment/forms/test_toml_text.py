"""A TOML text of somebody else: bounded in bytes, depth and number before the parser sees it, told in few words."""

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.experiment.forms.problems import MOST_TOLD, SpecError
from lab.experiment.forms.toml_text import DEEPEST, LONGEST_WORD, MOST_BYTES, MOST_MARKS, comments, parse_toml
from lab.experiment.spec import load_experiment, parse_experiment

MEGA = 1 << 20
IRIS = '[data]\nsource = "iris"\n[[layers]]\nkind = "dense"\nunits = 3\nactivation = "softmax"\n'


def _refusal(text: str) -> str:
    with pytest.raises(SpecError) as refusal:
        parse_experiment(text, Path.cwd())
    (line,) = str(refusal.value).splitlines()
    assert len(line) < 6000
    return line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (".".join("a" * 40_000) + " = 1", "line 1: a key of more than 16 parts"),
        ("\n\n[" + ".".join("a" * 40_000) + "]", "line 3: a key of more than 16 parts"),
        ("x = '''\n\n'''\n" + " . ".join(['"b"', "'c'"] * 10_000) + " = 1", "line 4: a key of more than"),
        ("a = " + "[" * 3000 + "]" * 3000, "not a TOML file"),
        ("a = " + "{a = " * 3000, "not a TOML file"),
        ("seed = 0x" + "f" * 200_000, "line 1: a name or number of more than 400 characters"),
        ("seed = " + "9" * MEGA, "line 1: a name or number of more than 400 characters"),
        ("k" * MEGA + " = 1", "line 1: a name or number of more than 400 characters"),
        ("#" * (MOST_BYTES + 1), "more than 2 MB found"),
        ("a = 1\n" * MOST_MARKS, "more than 300,000 lines, values and lists"),
        ('"' * 2 * MEGA, "more than 400 characters"),
        ('a = "' + '\\\\"' * 500_000, "not a TOML file"),
        ('\\"' * MEGA, "not a TOML file"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else None,
)
def test_what_would_take_the_parser_long_is_refused_before_it(text: str, words: str) -> None:
    assert words in _refusal(text)


def test_many_faults_are_told_in_few_words() -> None:
    line = _refusal(IRIS + "[training]\n" + "".join(f"k{number} = 1\n" for number in range(20_000)))
    assert line.count("unknown field") == MOST_TOLD
    assert line.endswith(f"and {20_000 - MOST_TOLD:,} more faults")


def test_the_file_is_named_with_each_fault_and_once_with_the_others(tmp_path: Path) -> None:
    file = tmp_path / "many.toml"
    file.write_text("".join(f"k{number} = 1\n" for number in range(100)), encoding="utf-8")
    with pytest.raises(SpecError) as refusal:
        load_experiment(file)
    assert len(refusal.value.problems) == MOST_TOLD
    assert all(problem.startswith("many.toml: ") for problem in refusal.value.problems)
    assert str(refusal.value).endswith("; and 90 more faults")  # 100 keys, and data and layers are missing


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("iris", "i" * MEGA, "data.source: 'iii"),
        ("softmax", "s" * MEGA, "layers[0].activation: 'sss"),
        ("dense", "d" * MEGA, "layers[0].kind: 'ddd"),
        ("[data]", f'name = "{"n" * MEGA}"\n[data]', "name: more than 200 characters found"),
        ("[data]", f'"{"n" * MEGA}" = 1\n[data]', "unknown field"),
        ("[data]", f'format = "{"1" * MEGA}"\n[data]', "this program reads format 1"),
        ("[[layers]]", '[[layers]]\nkind = "dense"\nunits = 3\n' * 201 + "[[layers]]", "layers: more than 200 entries"),
        ('"iris"', '"painted"\npoints = [' + "[0, 0, 0], " * 20_001 + "]", "data.points: more than 20,000 entries"),
        ("units = 3", "units = 0x" + "f" * 390, "layers[0].units: "),
    ],
)
def test_a_value_that_is_long_is_cut_in_its_sentence(old: str, new: str, words: str) -> None:
    assert old in IRIS
    line = _refusal(IRIS.replace(old, new))
    assert words in line
    assert len(line) < 1000


@pytest.mark.parametrize(
    ("name", "words"),
    [("/dev/zero", "is a device or a pipe"), ("pipe", "is a device or a pipe"), ("folder", "is a folder")],
)
def test_what_is_no_file_is_refused_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    Path("folder").mkdir()
    with pytest.raises(SpecError, match=words):
        load_experiment(name)


def test_a_long_path_does_not_hide_the_reason() -> None:
    with pytest.raises(SpecError, match=r"^folder/.*does not exist; check the name, or choose the file again$"):
        load_experiment("folder/" * 300 + "none.toml")


def test_a_file_of_gigabytes_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "large.toml").open("wb") as stream:
        stream.truncate(1 << 40)
    with pytest.raises(SpecError, match=r"large\.toml: more than 2 MB found"):
        load_experiment(tmp_path / "large.toml")


@pytest.mark.parametrize(
    "text",
    [
        'a = "' + ".".join("a" * 100) + '"',
        "# " + ".".join("a" * 100),
        'a = "' + "x" * 5000 + '"',
        '"' + "x.y." * 200 + '" = 1',
        "a = '''\n" + ".".join("a" * 100) + "\n'''",
        ".".join("a" * DEEPEST) + " = 1",
        "k" * LONGEST_WORD + " = 1",
        "\n".join(f"a{number} = 1.5" for number in range(50)),
    ],
)
def test_what_only_looks_deep_or_long_is_read(text: str) -> None:
    parse_toml(text)


# comments

_LINES = st.lists(
    st.sampled_from(
        [
            "a = 1 # one", 'b = "# no"', "c = '# no'  # yes", "# whole line", "d = '''", "# inside # or not", "'''",
            'e = """', 'x \\""" y', '"""', 'f = "\\"# no" # yes', "[t] # table", "", 'g = """"# no"""" # yes',
        ]
    ),
    max_size=12,
)  # fmt: skip


@given(_LINES)
def test_comments_are_those_that_the_parser_passes_over(lines: list[str]) -> None:
    """Taking them out changes nothing of what a valid text says."""

    unique = [  # keys, tables and comments
        line.replace(" = ", f"{number} = ", 1).replace("[t]", f"[t{number}]").replace("#", f"#{number}")
        for number, line in enumerate(lines)
    ]
    text = "\n".join(unique)
    try:
        fields = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    found, rest = comments(text), text
    for comment in found:
        before, _, after = rest.partition(comment)
        rest = before + after
    assert tomllib.loads(rest) == fields
    assert comments(rest) == []

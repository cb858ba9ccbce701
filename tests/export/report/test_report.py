"""The report: one page that a browser opens alone, with the run's numbers, in which no text of the user is markup."""

import base64
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lab.cli import FINE, WRONG_INPUT, main
from lab.data.sets.sources import load_source
from lab.experiment.edit_record import EditRecord
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.experiment.training.faults import Finding
from lab.export.capture import capture_of
from lab.export.report.chart import Axis, Series, chart
from lab.export.report.heatmap import heatmap
from lab.export.report.markup import Markup, element, number
from lab.export.report.page import report_files

_WITHOUT_END = {"meta", "img"}


class Reader(HTMLParser):
    """Reads a page as a browser does: elements must close in the order in which they open."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs
        if tag not in _WITHOUT_END:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


def session_of(source: str = "iris", outputs: int = 3, **training: Any) -> Session:
    layers = [{"kind": "dense", "units": 5, "activation": "relu"}, {"kind": "batch_norm"}]
    last = "softmax" if outputs > 1 else "linear"
    layers.append({"kind": "dense", "units": outputs, "activation": last})
    fields = {"epochs": 2, "loss": "cross_entropy" if outputs > 1 else "half_squared_error", **training}
    return Session(Experiment.model_validate({"name": "A run", "data": {"source": source}, "layers": layers,
                                              "training": fields}))  # fmt: skip


def trained(session: Session) -> Session:
    while not session.finished:
        session.step()
    return session


def page(session: Session) -> tuple[str, Reader]:
    ((path, content),) = report_files(capture_of(session), Path("r.html")).items()
    assert path == Path("r.html")
    text = content.decode("utf-8")
    return text, Reader(text)


@pytest.mark.parametrize(("source", "outputs"), [("iris", 3), ("diabetes", 1), ("digits", 10)])
def test_it_is_whole_runs_nothing_and_fetches_nothing(source: str, outputs: int) -> None:
    text, reader = page(trained(session_of(source, outputs)))
    assert text.startswith("<!DOCTYPE html>")
    assert not {"script", "link", "iframe", "object", "form", "base"} & set(reader.names)
    assert not [name for name, _ in reader.attributes if name.startswith("on")]
    places = [value or "" for name, value in reader.attributes if name in ("src", "href", "xlink:href", "action")]
    assert all(place.startswith("data:image/png;base64,") for place in places)
    assert "url(" not in text
    assert "@import" not in text
    assert "prefers-color-scheme:dark" in text


def test_its_numbers_are_those_of_the_run() -> None:
    session = trained(session_of())
    _, reader = page(session)
    for part in ("train", "validation", "test"):
        found = session.evaluate(part)
        assert number(found.loss) in reader.words
        assert f"{found.score:.1%}" in reader.words
    confusion = session.evaluate("validation").confusion
    start = reader.words.index("true ↓  predicted →")
    cells = [word for word in reader.words[start:] if word.isdigit()][: confusion.size]
    assert cells == [str(count) for count in confusion.ravel()]
    assert f"{session.network.parameters.size:,}" in reader.words


def test_the_matrices_belong_to_the_step_on_show() -> None:
    session = trained(session_of())
    _, reader = page(session)
    small = session.network.layers[2].db
    start = reader.words.index("∂L/∂b³")
    wanted = [number(float(value)) for value in small]
    assert wanted == reader.words[start + 3 : start + 3 + len(wanted)]
    assert f"a batch of {len(session.used_rows)}" in reader.text


def test_numbers_are_drawn_against_the_true_ones() -> None:
    text, reader = page(trained(session_of("diabetes", 1)))
    assert "progression: predicted against true, validation examples" in reader.words
    assert text.count("<circle") == session_of("diabetes", 1).parts["validation"].examples
    assert "RMSE" in reader.words


def test_the_gradient_flow_of_a_run_in_the_window_is_drawn_that_of_a_file_is_of_its_last_step(tmp_path: Path) -> None:
    session = session_of("iris", 3, epochs=20)
    trained(session)
    assert len(session.diagnostics.samples) > 1
    text, reader = page(session)
    assert text.count('class="chart"') == 5
    assert "A kept run has the sizes of its last step" not in reader.text
    capture = replace(capture_of(session), samples=())
    (alone,) = report_files(capture, tmp_path / "r.html").values()
    assert alone.decode().count('class="chart"') == 2
    assert "A kept run has the sizes of its last step" in alone.decode()


def test_what_is_wrong_is_said_and_a_moving_rate_is_drawn() -> None:
    session = session_of(schedule={"kind": "cosine"})
    trained(session)
    found = Finding(step=3, layer=1, kind="dead", sentence="Half of <layer 1> is dead.", advice="Try another.")
    (content,) = report_files(replace(capture_of(session), findings=(found,)), Path("r.html")).values()
    reader = Reader(content.decode("utf-8"))
    assert "Half of <layer 1> is dead. Try another." in reader.words
    assert content.decode().count('aria-label="Learning rate by step') == 1


def test_before_the_first_step_every_section_says_so() -> None:
    _, reader = page(session_of())
    for words in ("No step has been taken yet.", "No step has been measured yet.", "Nothing was changed on the way."):
        assert words in reader.words


def test_edits_are_listed_and_marked() -> None:
    session = trained(session_of())
    session.edits = (EditRecord(step=3, name="Learning rate 0.01 → 0.02", fields={}),)
    text, reader = page(session)
    assert "Learning rate 0.01 → 0.02" in reader.words
    assert 'class="mark"' in text


def test_no_text_of_the_user_becomes_markup() -> None:
    bad = "<script>alert(1)</script>&\"' \x00\x1b"
    data = load_source("iris")
    data = replace(
        data,
        title=bad,
        class_names=(bad, "b<img src=x>", "c"),
        feature_names=(bad, *data.feature_names[1:]),
        notes=(bad,),
    )
    experiment = session_of().experiment.model_copy(update={"name": bad})
    session = trained(Session(experiment, data))
    session.edits = (EditRecord(step=1, name=bad, fields={}),)
    text, reader = page(session)
    assert "script" not in reader.names
    assert "\x00" not in text
    assert "\x1b" not in text
    assert reader.names.count("h1") == 1
    assert any("<script>alert(1)</script>&\"'" in word for word in reader.words)


def test_a_model_file_has_no_run_to_tell_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from lab.storage.model_file import save_model

    save_model(tmp_path / "m.safetensors", trained(session_of()))
    for to, name in (("report", "r.html"), ("curves", "c.csv"), ("run", "r.csv"), ("tensorboard", "r.tfevents")):
        command = ["export", str(tmp_path / "m.safetensors"), "--to", to, "--out", str(tmp_path / name)]
        assert main(command) == WRONG_INPUT
        assert "tells of the run, and a model file has none" in capsys.readouterr().err
        assert not (tmp_path / name).exists()


def test_a_kept_run_leaves_from_the_command_line(tmp_path: Path) -> None:
    from lab.storage.run_file import save_run

    save_run(tmp_path / "r.safetensors", trained(session_of()))
    command = ["export", str(tmp_path / "r.safetensors"), "--to", "report", "--out", str(tmp_path / "r.html")]
    assert main(command) == FINE
    Reader((tmp_path / "r.html").read_text("utf-8"))


# its pieces


def test_text_is_escaped_and_markup_is_not() -> None:
    assert element("p", "a < b", Markup("<i>c</i>"), title='"') == '<p title="&quot;">a &lt; b<i>c</i></p>'


def picture_of(markup: str) -> Image.Image:
    found = re.search(r"base64,([^\"]+)", markup)
    assert found is not None
    return Image.open(io.BytesIO(base64.b64decode(found.group(1))))


def test_a_heatmap_is_blue_below_zero_orange_above_and_clear_at_zero() -> None:
    picture = picture_of(heatmap(np.array([[-2.0, 0.0, 1.0], [2.0, np.nan, -1.0]]), "about")).convert("RGBA")
    assert picture.size == (3, 2)
    below, zero, half, above, broken, _ = (
        picture.get_flattened_data() if hasattr(picture, "get_flattened_data") else picture.getdata()
    )
    assert below[2] > below[0]
    assert below[3] == above[3] == broken[3] == 255
    assert above[0] > above[2]
    assert zero[3] == 0
    assert 120 < half[3] < 136


@pytest.mark.parametrize("shape", [(1, 1), (700, 3), (2, 3000), (600, 600)])
def test_a_heatmap_of_any_shape_is_small_enough(shape: tuple[int, int]) -> None:
    picture = picture_of(heatmap(np.random.default_rng(1).normal(size=shape).astype(np.float32), "about"))
    assert picture.size[0] <= 256
    assert picture.size[1] <= 256


def test_a_logarithmic_axis_leaves_out_what_it_cannot_show() -> None:
    x, y = np.arange(1.0, 6.0), np.array([1.0, 0.0, np.nan, 10.0, 100.0])
    drawn = chart([Series("loss", "train", x, y)], Axis("Step"), Axis("Loss", is_log=True))
    (path,) = re.findall(r'<path d="M([^"]+)" class="line"', drawn)
    assert path.count("L") == 2
    assert chart([Series("loss", "train", x, -np.abs(y))], Axis("Step"), Axis("Loss", is_log=True)) == ""


def test_a_long_curve_keeps_its_lowest_and_highest_points() -> None:
    y = np.zeros(100_000)
    y[31_234], y[77_000] = 5.0, -3.0
    drawn = chart([Series("loss", "train", np.arange(100_000.0), y)], Axis("Step"), Axis("Loss"))
    (path,) = re.findall(r'<path d="M([^"]+)" class="line"', drawn)
    points = np.array([[float(part) for part in point.split()] for point in path.split("L")])
    assert len(points) <= 1200
    assert (points[:, 1] == points[:, 1].min()).sum() == (points[:, 1] == points[:, 1].max()).sum() == 1


@pytest.mark.parametrize("value", [0.0, 1e-30, 7.0, -1e12])
@pytest.mark.parametrize("is_log", [False, True])
def test_a_flat_curve_has_an_axis_too(value: float, is_log: bool) -> None:
    drawn = chart([Series("loss", "train", np.arange(1.0, 4.0), np.full(3, value))], Axis("Step"), Axis("y", is_log))
    assert (drawn == "") == (is_log and value <= 0)
    assert "nan" not in drawn

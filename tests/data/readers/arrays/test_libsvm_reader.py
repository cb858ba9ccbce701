"""libsvm's lines are read as scikit-learn reads them, and a line that is none is named."""

import io
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from sklearn.datasets import dump_svmlight_file, load_iris, load_svmlight_file

from lab.data.readers.arrays import libsvm_reader
from lab.data.readers.arrays.libsvm_reader import read_libsvm
from tests.refusals import refusal

# The iris table as scikit-learn wrote it (R. A. Fisher, UCI, CC BY 4.0).
_IRIS = Path(__file__).parents[2] / "files" / "libsvm_iris.svm"
_TABLES = arrays.arrays(
    np.float32,
    arrays.array_shapes(min_dims=2, max_dims=2, max_side=8),
    elements=st.floats(-1000, 1000, width=32) | st.just(0),
)


def _file(folder: Path, content: str | bytes) -> Path:
    path = folder / "a.svm"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_iris_is_read_as_it_is() -> None:
    found, iris = read_libsvm(_IRIS), load_iris()
    np.testing.assert_array_equal(found.x, iris.data.astype(np.float32))
    np.testing.assert_array_equal(found.y, iris.target)
    assert found.class_names == ("0", "1", "2")
    assert found.feature_names == ("feature 1", "feature 2", "feature 3", "feature 4")
    assert found.files == ()


@given(values=_TABLES, from_zero=st.booleans(), data=st.data())
def test_what_scikit_learn_wrote_is_read_as_it_reads_it(
    tmp_path: Path, values: NDArray[np.float32], from_zero: bool, data: st.DataObject
) -> None:
    values[0, 0] = 1  # shows from where the indices count
    labels = data.draw(st.lists(st.integers(-3, 3), min_size=len(values), max_size=len(values)))
    stream = io.BytesIO()
    dump_svmlight_file(values, labels, stream, zero_based=from_zero)
    path = _file(tmp_path, stream.getvalue())
    found = read_libsvm(path)
    x, y = load_svmlight_file(str(path), dtype=np.float32, zero_based=from_zero)
    np.testing.assert_array_equal(found.x, x.toarray())
    assert found.y is not None
    assert [int(found.class_names[number]) for number in found.y] == y.tolist()
    assert found.feature_names[0] == ("feature 0" if from_zero else "feature 1")


def test_comments_empty_lines_and_every_line_end_are_read(tmp_path: Path) -> None:
    found = read_libsvm(_file(tmp_path, "\ufeff# a set\r\n+1 1:.5\t3:1e2 # one\n\n-1\n1.0   2:-7."))
    assert found.x.tolist() == [[0.5, 0, 100], [0, 0, 0], [0, -7, 0]]
    assert found.y is not None
    assert found.y.tolist() == [1, 0, 1]
    assert found.class_names == ("-1", "1")


@pytest.mark.parametrize("labels", [[0.5, 1, 2], [1e20, 1, 2]])
def test_labels_that_name_no_classes_become_a_column(tmp_path: Path, labels: list[float]) -> None:
    found = read_libsvm(_file(tmp_path, "".join(f"{label} 2:3\n" for label in labels)))
    assert found.y is None
    assert found.class_names == ()
    assert found.feature_names == ("feature 1", "feature 2", "target")
    np.testing.assert_array_equal(found.x, np.array([[0, 3, label] for label in labels], np.float32))


def test_more_than_a_thousand_whole_labels_become_a_column(tmp_path: Path) -> None:
    assert read_libsvm(_file(tmp_path, "".join(f"{label} 1:1\n" for label in range(1000)))).y is not None
    assert read_libsvm(_file(tmp_path, "".join(f"{label} 1:1\n" for label in range(1001)))).y is None


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("cat 1:2", "found the label 'cat'; a label is one number, as in '1 3:0.5 7:-2'."),
        ("1,3 1:2", "found the label '1,3'; a label is one number"),
        ("nan 1:2", "found the label 'nan'; a label is one number"),
        ("1_0 1:2", "found the label '1_0'; a label is one number"),
        ("1e99 1:2", "found the label '1e99', which is too large for a float32"),
        ("1 2", "found '2'; a line is a label and pairs index:value"),
        ("1 2 3", "found '2'; a line is a label and pairs"),
        ("1 1:2 3", "found '3'; a line is a label and pairs"),
        ("1 1:2:3", "found '1:2:3'; a line is a label and pairs"),
        ("1 1:2:3 4", "found '1:2:3'; a line is a label and pairs"),
        ("1 1: 2:3", "found '1:'; a line is a label and pairs"),
        ("1 a:2", "found 'a:2'; a line is a label and pairs"),
        ("1 qid:3 1:2", "found 'qid:3'; a line is a label and pairs"),
        ("1 1:x", "found '1:x'; a line is a label and pairs"),
        ("1 1:1_0", "found '1:1_0'; a line is a label and pairs"),
        ("1 -1:2", "found '-1:2'; a line is a label and pairs"),
        ("1 3:1 2:1", "found '2:1' after the index 3; a line is"),
        ("1 3:1 3:1", "found '3:1' after the index 3; a line is"),
        ("1 262145:1", "found '262145:1'; the largest index possible is 262,144"),
        (f"1 {'9' * 5000}:1", "found '9999999999999999999999999999999999999999…'; the largest index possible"),
        ("1 1:1 7:nan", "the value of the index 7 is not finite or too large for a float32"),
        ("1 7:1e39", "the value of the index 7 is not finite or too large for a float32"),
        ("\x001 1:2", "found the label '\x001'; a label is one number"),
    ],
)
def test_a_line_that_is_no_example_is_named(tmp_path: Path, line: str, found: str) -> None:
    assert refusal(read_libsvm, _file(tmp_path, f"1 1:1\n\n{line}\n-1 5:3\n")).startswith(f"a.svm, line 3: {found}")


@pytest.mark.parametrize("content", ["", "\n\n", "# nothing\n", "1\n2\n"])
def test_a_file_without_values_is_refused(tmp_path: Path, content: str) -> None:
    assert refusal(read_libsvm, _file(tmp_path, content)).startswith("a.svm has no values; a line is a label and pairs")


def test_a_table_too_large_for_memory_is_refused_while_it_is_read(tmp_path: Path) -> None:
    path = _file(tmp_path, "1 262144:1\n" * 2000)
    tracemalloc.start()
    try:
        complaint = refusal(read_libsvm, path)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert complaint.startswith("a.svm, line 1,024: 1,024 rows of 262,144 inputs would take more than 1 GB of memory")


def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libsvm_reader, "_LONGEST_LINE", 1000)
    assert refusal(read_libsvm, _file(tmp_path, "1 1:1\n" + "1" * 1001)).startswith(
        "a.svm, line 2 is longer than 1,000 bytes;"
    )


def test_progress_goes_up_to_the_whole(tmp_path: Path) -> None:
    shares: list[float] = []
    read_libsvm(_file(tmp_path, "1 1:1 2:2 3:3\n" * 300_000), shares.append)
    assert shares == sorted(shares)
    assert len(shares) == 4
    assert 0.9 < shares[-1] <= 1

"""Files as banks, instruments, schools, offices and competitions export them: proposed, trained, new rows predicted.

Each goes its whole way without a word in an experiment file: what is proposed is trained on as it is.
"""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lab.data.table import Table
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.inspection import inspect, starting_experiment
from lab.experiment.session import Session
from lab.storage.model_file import model_of
from lab.storage.predictions import predict_file


def _trained(path: Path) -> tuple[Table, DataSpec, Session]:
    result, data = inspect(path)
    assert isinstance(result, Table)
    session = Session(starting_experiment(result, data))
    while not session.finished:
        session.run_epoch()
    return result, data, session


def _predicted(session: Session, path: Path, told: list[str] | None = None) -> list[dict[str, str]]:
    tell: Callable[[str], object] = (lambda _: None) if told is None else told.append
    return list(csv.DictReader(predict_file(model_of(session), path, tell, match_case=True).as_csv().splitlines()))


def test_a_bank_statement_with_titles_and_closing_lines(tmp_path: Path) -> None:
    lines = ["Kontoauszug;;;", "Zeitraum;01.01.2024 - 31.03.2024;;", "", "Buchungstag;Zweck;Betrag (EUR);Kategorie"]
    kinds = [("Vermieter Müller", "-1.0{},00", "Miete"), ("REWE", "-{},50", "Essen"), ("ACME GmbH", "2.9{},10", "Lohn")]
    for n in range(60):
        who, amount, kind = kinds[n % 3]
        lines.append(f"{n % 28 + 1:02}.{n % 3 + 1:02}.2024;{who};{amount.format(n + 10)};{kind}")
    lines += ["", "Anfangssaldo;;1.234,56;", "Endsaldo;;4.321,09;", "Alle Angaben ohne Gewähr"]
    path, new = tmp_path / "konto.csv", tmp_path / "neu.csv"
    path.write_bytes("\r\n".join(lines).encode("cp1252"))
    new.write_bytes("Buchungstag;Zweck;Betrag (EUR)\r\n02.04.2024;ACME GmbH;3.010,00\r\n".encode("cp1252"))
    table, data, session = _trained(path)
    assert (table.rows, data.target, data.layout.skip_below) == (60, "Kategorie", 3)
    assert table.column("Betrag (EUR)").values[:3].tolist() == [-1010, -11.5, 2912.1]
    assert table.column("Buchungstag").kind == "date"
    assert table.line(0) == 5
    assert [question.field for question in table.found.questions] == ["skip_below"]
    assert [row["class"] for row in _predicted(session, new)] == ["Lohn"]


def test_a_log_of_an_instrument_with_a_block_above_and_units_below_its_names(tmp_path: Path) -> None:
    head = ["Instrument: Spectro 9000", "Serial: 123-456", "# calibrated", "", "Time\tTemp\tState", "[s]\t[°C]\t"]
    rows = [f"{2 * n}\t{20 + n / 10:.2f}\t{'warm' if n > 29 else 'cold'}" for n in range(60)]
    path, new = tmp_path / "run042.txt", tmp_path / "run043.txt"
    path.write_text("\n".join([*head, *rows, "", "--- end of run ---"]) + "\n", encoding="utf-8")
    new.write_text("Time\tTemp\n[s]\t[°C]\n0\t25.9\n2\t20.1\n", encoding="utf-8")
    table, _, session = _trained(path)
    assert table.names == ("Time [s]", "Temp [°C]", "State")
    assert [column.kind for column in table.columns] == ["number", "number", "text"]
    assert table.rows == 60
    assert "Instrument: Spectro 9000" in table.found.notes[0]
    assert len(_predicted(session, new)) == 2


def test_a_mark_sheet_with_a_title_and_names_of_groups_of_columns(tmp_path: Path) -> None:
    head = ["Class 7b,,,,,,", "Student,,Mathematics,,English,,Result", "No.,Name,Written,Oral,Written,Oral,"]
    marks = np.random.default_rng(0).integers(1, 7, (60, 4))
    rows = [
        f'{n + 1},"Pupil, {n}",{",".join(map(str, row))},{"passed" if row.mean() < 4 else "failed"}'
        for n, row in enumerate(marks)
    ]
    path, new = tmp_path / "marks.csv", tmp_path / "new.csv"
    path.write_text("\n".join([*head, *rows, "Average,,3.4,3.5,3.6,3.3,"]) + "\n", encoding="utf-8")
    new.write_text("\n".join([*head, '61,"Pupil, X",1,1,1,1,', '62,"Pupil, Y",6,6,6,6,']) + "\n", encoding="utf-8")
    table, data, session = _trained(path)
    names = (
        "Student No.",
        "Student Name",
        "Mathematics Written",
        "Mathematics Oral",
        "English Written",
        "English Oral",
    )
    assert table.names == (*names, "Result")
    assert (table.rows, data.target) == (60, "Result")
    assert {name for name, one in data.columns.items() if one.use == "drop"} == {"Student No.", "Student Name"}
    assert [row["class"] for row in _predicted(session, new)] == ["passed", "failed"]


def test_open_data_in_another_encoding(tmp_path: Path) -> None:
    places = ["Северный", "Южный", "Центр"]
    rows = [f"{places[n % 3]};{1950 + n};{30 + n / 4:.2f};{(30 + n / 4) * (n % 3 + 1):.1f}" for n in range(80)]
    text = "\r\n".join(["Район;Год;Площадь;Цена", *rows]).replace(".", ",") + "\r\nИсточник: портал\r\n"
    path, new = tmp_path / "дома.csv", tmp_path / "new.csv"
    path.write_bytes(text.encode("cp1251"))
    new.write_bytes("Район;Год;Площадь\r\nЦентр;1990;40,5\r\n".encode("cp1251"))
    table, data, session = _trained(path)
    assert (table.names, table.rows) == (("Район", "Год", "Площадь", "Цена"), 80)
    assert (data.target, data.task, data.layout.encoding) == ("Цена", "numbers", "cp1251")
    assert 70 < float(_predicted(session, new)[0]["Цена"]) < 160


@pytest.mark.parametrize("target", ["Survived", "Churn"])
def test_a_set_of_a_competition_with_an_id_texts_and_the_target_in_front(target: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = []
    for n in range(90):
        sex = ("male", "female")[n % 2]
        rows.append(
            f'{n + 1},{int(rng.random() < (0.1, 0.9)[n % 2])},"Smith, Mr. J{n}",{sex},{n % 70 if n % 5 else ""},'
            f"A/5 {rng.integers(1000, 99999)},{'SCQ'[n % 3]}"
        )
    path, new = tmp_path / "train.csv", tmp_path / "test.csv"
    path.write_text(f"PassengerId,{target},Name,Sex,Age,Ticket,Embarked\n" + "\n".join(rows) + "\n", encoding="utf-8")
    new.write_text(
        'PassengerId,Name,Sex,Age,Ticket,Embarked\n91,"Doe, J.",MALE,22,X 1,S\n92,"Roe",female,,X 2,C\n', "utf-8"
    )
    _, data, session = _trained(path)
    assert (data.target, data.task) == (target, "classes")
    assert {name for name, one in data.columns.items() if one.use == "drop"} == {"PassengerId", "Name", "Ticket"}
    assert [row["class"] for row in _predicted(session, new)] == ["0", "1"]

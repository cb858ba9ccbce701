"""The encoding of a text that is not Unicode is the likely one, and others are offered with the cells that differ."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lab.data.readers.tables.delimited import read_delimited
from lab.data.readers.tables.encodings import is_broken_utf8, ranked
from lab.data.text_layout import TextLayout

Write = Callable[[str | bytes], Path]

_TEXTS = {
    "gb18030": "年龄,收入,类别\n1,2,好\n2,3,坏\n",
    "big5": "姓名,年齡,種類\n台北,好,壞\n",
    "shift_jis": "名前,年齢,種類\n東京,ねこ,イヌ\n",
    "cp949": "이름,나이,종류\n서울,고양이,개\n",
    "cp1251": "Имя,город\nМосква,кот\nСАМАРА,пёс\n",
    "koi8-r": "Имя,город\nМосква,кот\n",
    "cp1253": "Όνομα,πόλη\nΑθήνα,γάτα\n",
    "mac-roman": "élève,été,naïve,Größe\n",
}


@pytest.mark.parametrize(("name", "text"), _TEXTS.items())
def test_an_encoding_that_wins_by_the_margin_comes_first_and_western_is_offered(name: str, text: str) -> None:
    found = ranked(text.encode(name))
    assert found[0] == name
    assert {"cp1252", "latin-1"} & set(found)


@pytest.mark.parametrize(
    "text",
    [
        "Größe,Straße\nä,ö\nMüller,für\n",
        "élève,été,à\nÉmile,garçon,où\n",
        "GRÖSSE,ÄPFEL,É\n",
        "España,niño,5 €,20 °C\n",
        "µ,°,x²\n",
        "a,café\n",
        "name;kind\nLöwe;cat\nÉmile;dog\n",
    ],
)
def test_western_texts_are_western_without_a_question(text: str) -> None:
    assert ranked(text.encode("cp1252"))[0] == "cp1252"
    assert len(ranked(text.encode("cp1252"))) == 1 or text.isupper()


def test_latin_1_has_every_byte(write: Write) -> None:
    table = read_delimited(write(b"a,b,k\n1,caf\x81,x\n2,b,y\n3,c,x\n"))
    assert table.column("b").categories[0] == "caf\x81"
    assert table.found.notes == (
        "pets.csv is no UTF-8; it is read as Western European (Latin-1). To choose another one, set "
        "data.layout.encoding.",
    )


def test_what_is_not_certain_is_asked_with_the_cells_that_differ(write: Write) -> None:
    path = write(_TEXTS["gb18030"].encode("gb18030"))
    table = read_delimited(path)
    (question,) = table.found.questions
    assert table.names == ("年龄", "收入", "类别")
    assert (question.field, question.chosen) == ("encoding", "gb18030")
    assert "'年龄' would be " in question.sentence
    assert "'ÄêÁä'" in question.sentence
    western = read_delimited(path, wish=TextLayout(encoding="cp1252"))
    assert western.names[0] == "ÄêÁä"
    assert western.found.questions[0].chosen == "cp1252"


def test_an_experiment_with_its_tables_reads_as_it_did(write: Write) -> None:
    table = read_delimited(write(_TEXTS["gb18030"].encode("gb18030")), settled=True)
    assert table.names[0] == "ÄêÁä"
    assert table.found.questions == ()


def test_bad_bytes_in_utf_8_are_named_and_wait_for_a_decision(write: Write) -> None:
    path = write("a,b,art\n1,2,süß\n2,3,groß\n3,4,süß\n".encode() + b"4,5,gro\xdf\n5,6,s\xfc\xdf\n")
    found = read_delimited(path).found
    assert found.unsettled == (
        "pets.csv, line 5, column 'art': the byte 0xdf is not UTF-8, as the rest of the file is (3 such bytes, in "
        "lines 5, 6). Set data.layout.encoding to utf-8-replaced, so that they become �, or to cp1252."
    )
    assert found.questions[0].chosen == ""
    chosen = read_delimited(path, wish=TextLayout(encoding="utf-8-replaced"))
    assert chosen.column("art").categories == ("süß", "groß", "gro�", "s��")
    assert chosen.found.unsettled == ""


def test_most_signs_must_be_utf_8_for_the_others_to_be_faults() -> None:
    assert is_broken_utf8("süß".encode() + b"\xdf")
    assert not is_broken_utf8("süß".encode("cp1252"))

"""Records of epochs come back as they were added, however many, and what was handed out stays."""

from hypothesis import given
from hypothesis import strategies as st

from lab.experiment.training.epoch_records import EpochRecord, EpochRecords


def _record(number: int) -> EpochRecord:
    return EpochRecord(number, 11 * number, 1 / number, 2 / number, 0.5)


@given(st.integers(0, 300), st.integers(-5, 310), st.integers(-5, 310))
def test_records_come_back_in_their_order(count: int, first: int, last: int) -> None:
    records, expected = EpochRecords(), [_record(number + 1) for number in range(count)]
    for record in expected:
        records.append(record)
    assert len(records) == count
    assert list(records) == expected
    assert records[first:last] == expected[first:last]
    assert list(EpochRecords.of_rows(records.rows())) == expected
    assert list(EpochRecords(expected)) == expected
    if count:
        assert records[-1] == expected[-1]
        assert type(records[0].step) is int


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 500))
def test_those_after_a_step_are_found(count: int, length: int, step: int) -> None:
    records = EpochRecords([_record(number + 1) for number in range(count)])
    length = min(length, count)
    assert records.after(step, length) == [record for record in records[:length] if record.step > step]


def test_a_copy_does_not_grow_with_what_it_was_made_of() -> None:
    records = EpochRecords([_record(1)])
    copy, rows = EpochRecords(records), records.rows()
    records.append(_record(2))
    assert (len(copy), len(rows), len(records)) == (1, 1, 2)

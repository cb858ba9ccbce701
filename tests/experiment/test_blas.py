"""BLAS threads: one for small nets, at most two, and really set."""

import os
from collections.abc import Iterator

import pytest
from threadpoolctl import threadpool_info

from lab.experiment.blas import set_blas_threads, suitable_threads


@pytest.fixture
def _threads_put_back() -> Iterator[None]:
    before = _threads()
    yield
    set_blas_threads(before.pop())


def _threads() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


@pytest.mark.usefixtures("_threads_put_back")
@pytest.mark.parametrize("number", [1, 2])
def test_the_number_that_is_set_is_the_number_in_use(number: int) -> None:
    set_blas_threads(number)
    assert _threads() == {number}


@pytest.mark.parametrize(("parameters", "batch"), [(15, 4096), (50_000, 32), (100_000, 32)])
def test_small_networks_use_one_thread(parameters: int, batch: int) -> None:
    assert suitable_threads(parameters, batch) == 1


def test_large_networks_use_two_where_there_are_two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert suitable_threads(6_000_000, 512) == 2
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert suitable_threads(6_000_000, 512) == 1
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert suitable_threads(6_000_000, 512) == 1


def test_more_work_never_means_fewer_threads() -> None:
    threads = [suitable_threads(10**exponent, 64) for exponent in range(9)]
    assert threads == sorted(threads)

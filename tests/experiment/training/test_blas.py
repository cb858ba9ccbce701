"""BLAS threads: one for small nets, at most two, never more than there are cores, and really set."""

import os
from collections.abc import Iterator

import pytest
from threadpoolctl import threadpool_info

from lab.experiment.training import blas
from lab.experiment.training.blas import cores, set_blas_threads, suitable_threads, usable_threads


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
    monkeypatch.setattr(blas, "cores", lambda: 8)
    assert suitable_threads(6_000_000, 512) == 2
    monkeypatch.setattr(blas, "cores", lambda: 1)
    assert suitable_threads(6_000_000, 512) == 1


def test_cores_are_those_that_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {3, 5, 7}, raising=False)
    assert cores() == 3


@pytest.mark.parametrize(("asked", "used"), [(None, 2), (1, 1), (3, 3), (4, 4), (5, 4), (1024, 4)])
def test_what_is_asked_for_is_used_up_to_the_number_of_cores(
    monkeypatch: pytest.MonkeyPatch, asked: int | None, used: int
) -> None:
    monkeypatch.setattr(blas, "cores", lambda: 4)
    assert usable_threads(asked, 2) == used


def test_more_work_never_means_fewer_threads() -> None:
    threads = [suitable_threads(10**exponent, 64) for exponent in range(9)]
    assert threads == sorted(threads)

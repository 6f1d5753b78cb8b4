"""threads.py: all of the work is done once, whoever does it, and what goes wrong is heard of."""

import os
import subprocess
import sys
from pathlib import Path
from threading import Event, get_ident
from time import sleep

import numpy as np
import oracles
import pytest

from classicnets import hessian, threads
from classicnets.inverse import symmetric_inverse
from classicnets.sparse import own_products


def output(program):
    """What a process of its own prints; a fork beside threads is warned of from Python 3.12 on."""
    process = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )  # fmt: skip
    assert process.returncode == 0, process.stderr
    return process.stdout.strip()


@pytest.fixture
def two(monkeypatch):
    """Two threads, whatever the machine and its environment allow, for the least of work."""
    monkeypatch.setattr(threads, "most", lambda: 2)
    monkeypatch.setattr(threads, "WORTH", 1)


def ends(count, work=100):
    """The parts in which so much is done, and the threads that did them."""
    parts, workers = [], set()

    def task(begin, end):
        parts.append((begin, end))
        workers.add(get_ident())

    threads.share(task, count, work)
    return sorted(parts), workers


@pytest.mark.parametrize("count", [1, 2, 3, 16, 17, 100])
def test_everything_is_done_once(count, two):
    parts, _ = ends(count)
    assert parts[0][0] == 0 and parts[-1][1] == count
    assert all(before[1] == after[0] for before, after in zip(parts, parts[1:], strict=False))
    assert len(parts) == min(count, 2 * threads.PARTS)


def test_what_is_small_stays_on_the_callers_thread(two, monkeypatch):
    assert ends(10, 1) == ([(0, 10)], {get_ident()})
    monkeypatch.setattr(threads, "WORTH", 51)
    assert ends(10, 100) == ([(0, 10)], {get_ident()})


def test_two_threads_work_at_the_same_time(two):
    met = [Event(), Event()]

    def task(begin, end):
        met[begin].set()
        assert met[1 - begin].wait(10)

    threads.share(task, 2, 100)


def test_nobody_goes_on_before_the_last_part_is_done(two):
    mine, begun, done = get_ident(), Event(), []

    def task(begin, end):
        if get_ident() == mine:
            assert begun.wait(10)
        else:
            begun.set()
            sleep(0.1)
        done.append(begin)

    threads.share(task, 2, 100)
    assert sorted(done) == [0, 1]


def test_what_goes_wrong_in_a_thread_is_raised_when_all_have_stopped(two):
    mine, other = get_ident(), Event()

    def task(begin, end):
        if get_ident() != mine:
            other.set()
            raise KeyError("other")
        other.wait(10)

    with pytest.raises(KeyError, match="other"):
        threads.share(task, 2, 100)
    with pytest.raises(ZeroDivisionError):
        threads.share(lambda begin, end: 1 / 0, 4, 100)
    assert ends(10)[0][-1][1] == 10  # and the next call is as ever


def test_the_hessian_is_the_same_to_the_last_digit_on_one_thread_and_on_two(monkeypatch):
    net, X, T = oracles.problem((9, 8, 3), patterns=700)
    expected = hessian(net, X, T)
    monkeypatch.setattr(threads, "most", lambda: 2)
    monkeypatch.setattr(threads, "WORTH", 1)
    for _ in range(20):
        assert np.array_equal(hessian(net, X, T), expected)


@pytest.mark.parametrize("n", [5, 58, 131])
def test_an_inverse_is_the_same_to_the_last_digit_on_one_thread_and_on_two(n, monkeypatch):
    rows = np.random.default_rng(n).standard_normal((2 * n, n))
    expected = symmetric_inverse(rows.T @ rows)
    monkeypatch.setattr(threads, "most", lambda: 2)
    monkeypatch.setattr(threads, "WORTH", 1)
    for _ in range(20):
        assert np.array_equal(symmetric_inverse(rows.T @ rows), expected)


def test_nonzeros_are_multiplied_to_the_same_digits_on_one_thread_and_on_two(monkeypatch):
    rng = np.random.default_rng(0)
    A, z = rng.standard_normal((5, 300)), np.where(rng.random((60, 300)) < 0.1, rng.random((60, 300)), 0)
    expected = own_products(A, z)
    monkeypatch.setattr(threads, "most", lambda: 2)
    monkeypatch.setattr(threads, "WORTH", 1)
    for _ in range(20):
        assert np.array_equal(own_products(A, z), expected)


@pytest.mark.parametrize("name", ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"])
def test_the_environment_says_how_many_threads_there_may_be(name, monkeypatch):
    for other in threads.LIMITS:
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setattr(threads, "cores", lambda: 4)
    assert threads.most() == 4
    monkeypatch.setenv(name, "3")
    assert threads.most() == 3
    monkeypatch.setenv(name, "0")
    assert threads.most() == 1
    monkeypatch.setenv(name, "many")
    assert threads.most() == 4
    monkeypatch.setenv(name, "64")  # as on another machine
    assert threads.most() == 4


def test_cores_that_others_have_been_given_are_not_counted(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {2, 5}, raising=False)
    assert threads.cores() == 2
    monkeypatch.delattr(os, "sched_getaffinity")  # as on macOS
    assert threads.cores() == 8


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_fork_has_threads_of_its_own():
    program = """
import os, threading
from classicnets import threads
threads.most, threads.WORTH = (lambda: 2), 1
done = []
threads.share(lambda begin, end: done.append(begin), 8, 100)
met = [threading.Event(), threading.Event()]
def meet(begin, end):
    met[begin].set()
    done.extend(range(4 * met[1 - begin].wait(5)))
child = os.fork()
if not child:
    threads.share(meet, 2, 100)
    os._exit(len(done))
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert output(program) == "16"


def test_threads_that_ask_for_the_pool_at_the_same_time_get_the_same_one(monkeypatch):
    make, first = threads.ThreadPoolExecutor, []

    def interrupted(*given):
        monkeypatch.setattr(threads, "ThreadPoolExecutor", make)
        first.append(threads._pool())  # by another thread, in the middle
        return make(*given)

    monkeypatch.setattr(threads, "_pools", {})
    monkeypatch.setattr(threads, "ThreadPoolExecutor", interrupted)
    assert threads._pool() is first[0] is threads._pool()


def test_importing_the_library_starts_no_thread_and_loads_no_second_pool():
    program = """
import sys, threading
import classicnets
print(threading.active_count(), "scipy.linalg" in sys.modules)
"""
    assert output(program) == "1 False"

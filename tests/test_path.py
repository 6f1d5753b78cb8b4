"""path.py and loop.py: what is saved of a path, and prunings that are interrupted and go on."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import oracles
import pytest

from classicnets import Magnitude, OptimalBrainSurgeon, prune, train_gauss_newton
from classicnets.pruning import Path as PruningPath
from classicnets.training import Curve

SIZES = (3, 4, 2)


def same(step, other):
    """Whether two steps agree in everything, NaN where the other has NaN."""
    return all(np.array_equal(value, vars(other)[name], equal_nan=True) for name, value in vars(step).items())


def retrain(net, X, T):
    return train_gauss_newton(net, X, T, iterations=2)


@pytest.fixture
def problem():
    return oracles.problem(SIZES, deleted=0.2)


def test_a_saved_path_is_read_back_step_by_step(problem, tmp_path):
    net, X, T = problem
    path = prune(net, X, T, OptimalBrainSurgeon(1e-3), at_once=3, test=(X, T))
    assert any(len(step.deleted) > 1 for step in path)
    path.save(tmp_path / "path.npz")
    again = PruningPath.load(tmp_path / "path.npz", net)
    assert len(again) == len(path) > 3 and all(map(same, again, path))
    for step, other in zip(again, path, strict=True):
        assert all(type(value) is type(vars(other)[name]) for name, value in vars(step).items())
    assert np.array_equal(again.network(2).forward(X), path.network(2).forward(X))
    assert [file.name for file in tmp_path.iterdir()] == ["path.npz"]


@pytest.mark.parametrize("retrain", [None, retrain])
@pytest.mark.parametrize("finished", [0, 1, 3])
def test_an_interrupted_pruning_goes_on_where_it_was(problem, finished, retrain, tmp_path):
    net, X, T = problem
    options = dict(at_once=2, retrain=retrain, test=(X, T))
    whole = prune(net, X, T, OptimalBrainSurgeon(1e-3), **options)
    options["checkpoint"], steps = tmp_path / "checkpoint.npz", []

    def interrupt(path):
        steps.append(len(path))
        if len(path) > finished:
            raise KeyboardInterrupt

    part = prune(net, X, T, OptimalBrainSurgeon(1e-3), each=interrupt, **options)
    assert part.ended_by == "interrupt" and len(part) == max(finished, 1) + 1 and steps == list(range(2, len(part) + 1))
    looks = []
    rest = prune(net, X, T, OptimalBrainSurgeon(1e-3), each=lambda path: looks.append(len(path)), **options)
    assert rest.ended_by == "size" and looks[0] == len(part) + 1 and len(rest) == len(whole)
    assert all(map(same, rest, whole))


PROGRAM = """
import sys, time
from test_path import OptimalBrainSurgeon, SIZES, oracles, prune, retrain
net, X, T = oracles.problem(SIZES, deleted=0.2)
prune(net, X, T, OptimalBrainSurgeon(1e-3), retrain=retrain, checkpoint=sys.argv[1], each=lambda _: time.sleep(0.01))
"""


def test_a_pruning_that_is_killed_loses_nothing_that_was_finished(problem, tmp_path):
    net, X, T = problem
    whole, file, kept = prune(net, X, T, OptimalBrainSurgeon(1e-3), retrain=retrain), tmp_path / "checkpoint.npz", 0
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", PROGRAM, file], cwd=Path(__file__).parent)
        while steps_in(file, net) < kept + 2:
            assert process.poll() is None
        process.kill()
        process.wait()
        assert kept + 2 <= steps_in(file, net) < len(whole)
        kept = steps_in(file, net)
    rest = prune(net, X, T, OptimalBrainSurgeon(1e-3), retrain=retrain, checkpoint=file)
    assert len(rest) == len(whole) and all(map(same, rest, whole))


def steps_in(file, net):
    """How many steps a checkpoint holds; none before there is one."""
    return len(PruningPath.load(file, net)) if file.exists() else 0


def test_what_was_finished_is_finished(problem, tmp_path):
    net, X, T = problem
    whole = prune(net, X, T, Magnitude(), checkpoint=tmp_path / "checkpoint.npz")
    again = prune(net, X, T, Magnitude(), each=pytest.fail, checkpoint=tmp_path / "checkpoint.npz")
    assert all(map(same, again, whole)) and again.ended_by == "size"


def test_interrupting_a_retraining_interrupts_the_pruning(problem):
    net, X, T = problem
    path = prune(net, X, T, Magnitude(), retrain=lambda *_: Curve(stopped_by="interrupt"))
    assert path.ended_by == "interrupt" and len(path) == 1


def test_a_checkpoint_of_another_pruning_is_refused(problem, tmp_path):
    net, X, T = problem
    file = tmp_path / "checkpoint.npz"
    prune(net, X, T, OptimalBrainSurgeon(1e-3), down_to=net.n_active - 4, at_once=2, checkpoint=file)
    for other in (
        lambda: prune(net, X, T, Magnitude(), at_once=2, checkpoint=file),
        lambda: prune(net, X, T, OptimalBrainSurgeon(1e-4), at_once=2, checkpoint=file),
        lambda: prune(net, X, T, OptimalBrainSurgeon(1e-3), at_once=3, checkpoint=file),
        lambda: prune(net, X, T, OptimalBrainSurgeon(1e-3), at_once=2, weight_decay=0.1, checkpoint=file),
        lambda: prune(net, X + 1e-9, T, OptimalBrainSurgeon(1e-3), at_once=2, checkpoint=file),
        lambda: prune(net, X, 0.9 * T, OptimalBrainSurgeon(1e-3), at_once=2, checkpoint=file),
    ):
        with pytest.raises(ValueError, match="checkpoint: expected one of the same method, data and options; got "):
            other()
    assert prune(net, X, T, OptimalBrainSurgeon(1e-3), at_once=2, checkpoint=file)[-1].n_active == 0


def test_a_save_that_fails_leaves_the_earlier_file(problem, tmp_path, monkeypatch):
    net, X, T = problem
    file = tmp_path / "path.npz"
    path = prune(net, X, T, Magnitude(), down_to=net.n_active - 2)
    path.save(file)
    before = file.read_bytes()

    def broken(stream, **columns):
        stream.write(b"half of it")
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", broken)
    with pytest.raises(KeyboardInterrupt):
        path.save(file)
    assert file.read_bytes() == before


def test_a_checkpoint_of_another_network_and_other_files_are_refused(problem, tmp_path):
    net, X, T = problem
    file = tmp_path / "checkpoint.npz"
    prune(net, X, T, Magnitude(), down_to=net.n_active - 2, checkpoint=file)
    other = net.copy()
    other.weights = other.weights * 1.01
    for stranger in (other, oracles.problem((3, 2, 2))[0]):
        with pytest.raises(ValueError, match="file: expected the pruning of the network given; got another network's"):
            PruningPath.load(file, stranger)
    net.save(file)
    with pytest.raises(ValueError, match="file: expected a path written by save; got .*checkpoint.npz"):
        prune(net, X, T, Magnitude(), checkpoint=file)
    for content in (b"", b"no archive", b"PK\x03\x04 half an archive"):
        file.write_bytes(content)
        with pytest.raises(ValueError, match="file: expected a path written by save"):
            PruningPath.load(file, net)
    np.save(tmp_path / "array.npy", np.zeros(3))
    with pytest.raises(ValueError, match="file: expected a path written by save"):
        PruningPath.load(tmp_path / "array.npy", net)
    with pytest.raises(FileNotFoundError):
        PruningPath.load(tmp_path / "nothing.npz", net)

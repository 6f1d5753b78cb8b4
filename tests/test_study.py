"""Running a study: every task once, in order, resumed where it was interrupted; and the command line."""

import contextlib
import json
import signal
import sys
from types import SimpleNamespace

import pytest
from rich.console import Console

from reproductions import __main__ as command
from reproductions import study

TASKS = [{"seed": seed} for seed in range(6)]


@pytest.fixture
def counting(tmp_path, monkeypatch):
    """A study in this process whose measurements are counted."""
    monkeypatch.setattr(study, "RUNS", tmp_path)
    calls = []

    def measure(seed):
        if seed == calls_until.get("fail"):
            raise KeyboardInterrupt
        calls.append(seed)
        return {"square": seed**2}

    calls_until = {}
    fake = SimpleNamespace(__name__="a_study_for_the_test", measure=measure)
    monkeypatch.setitem(sys.modules, fake.__name__, fake)
    return SimpleNamespace(study=fake, calls=calls, fail=calls_until, runs=tmp_path)


def run(counting, fresh=False):
    return study.run("squares", counting.study, TASKS, 1, fresh, Console(quiet=True))


def test_records_come_in_the_order_of_the_tasks(counting):
    assert [record["square"] for record in run(counting)] == [0, 1, 4, 9, 16, 25]
    assert [record["square"] for record in run(counting)] == [0, 1, 4, 9, 16, 25]
    assert counting.calls == [0, 1, 2, 3, 4, 5]  # until the records have been used they are kept
    study.forget("squares")
    assert not list(counting.runs.iterdir())


def test_an_interrupted_run_loses_no_finished_seed(counting):
    counting.fail["fail"] = 4
    with pytest.raises(KeyboardInterrupt):
        run(counting)
    kept = [json.loads(line)["task"]["seed"] for line in (counting.runs / "squares.jsonl").read_text().splitlines()]
    assert kept == counting.calls == [0, 1, 2, 3]
    counting.fail.clear()
    assert [record["square"] for record in run(counting)] == [0, 1, 4, 9, 16, 25]
    assert counting.calls == [0, 1, 2, 3, 4, 5]


def test_a_half_written_line_and_other_code_are_not_trusted(counting):
    kept = {"digest": "of other code", "task": {"seed": 0}, "record": {"square": -1}}
    (counting.runs / "squares.jsonl").write_text(json.dumps(kept) + "\n" + '{"digest": "')
    assert run(counting)[0]["square"] == 0


def test_checkpoints_are_kept_until_the_study_is_done(counting):
    counting.fail["fail"] = 4
    file = study.checkpoint("squares", "first leg", 3)
    file.touch()
    assert study.checkpoint("squares", "first leg", 3) == file != study.checkpoint("squares", "first leg", 4)
    with pytest.raises(KeyboardInterrupt):
        run(counting)
    assert file.exists()
    counting.fail.clear()
    run(counting)
    study.forget("squares")
    assert not list(counting.runs.iterdir())


def test_an_interruption_that_a_measurement_has_swallowed_ends_it(counting, monkeypatch):
    def measure(seed):
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        return {"square": seed**2}

    monkeypatch.setattr(counting.study, "measure", measure)
    with pytest.raises(KeyboardInterrupt):
        run(counting)
    assert not (counting.runs / "squares.jsonl").read_text()


def test_fresh_forgets_what_was_finished(counting):
    counting.fail["fail"] = 4
    with pytest.raises(KeyboardInterrupt):
        run(counting)
    counting.fail.clear()
    run(counting, fresh=True)
    assert counting.calls == [0, 1, 2, 3, 0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "arguments, complaint", [(["hassibi1999"], "NAME: expected"), (["--seeds", "0"], "at least 1")]
)
def test_the_command_line_says_what_it_expects(arguments, complaint, capsys):
    with pytest.raises(SystemExit):
        command.main(arguments)
    assert complaint in capsys.readouterr().err

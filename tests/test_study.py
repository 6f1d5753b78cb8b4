"""Running a study: every task once, in order, resumed where it was interrupted; and the command line."""

import json
import signal
import sys
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from rich.console import Console

from classicnets import MLP, train_gauss_newton, xor
from classicnets.stopping import Watch
from reproductions import __main__ as command
from reproductions import study

TASKS = [{"seed": seed} for seed in range(6)]


@pytest.fixture
def counting(tmp_path, monkeypatch):
    """A study in this process whose measurements are counted."""
    monkeypatch.setattr(study, "RUNS", tmp_path)
    monkeypatch.setattr(study, "code_digest", lambda name: "of the test")
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


def test_a_record_is_on_the_disk_before_the_next_measurement(counting, monkeypatch):
    def measure(seed):
        return {"kept": len((counting.runs / "squares.jsonl").read_text().splitlines())}

    monkeypatch.setattr(counting.study, "measure", measure)
    assert [record["kept"] for record in run(counting)] == [0, 1, 2, 3, 4, 5]


def test_a_half_written_line_and_other_code_are_not_trusted(counting):
    kept = {"code": "of other code", "task": {"seed": 0}, "record": {"square": -1}}
    (counting.runs / "squares.jsonl").write_text(json.dumps(kept) + "\n" + '{"code": "')
    assert run(counting)[0]["square"] == 0


def test_a_half_written_line_does_not_swallow_the_next_record(counting):
    counting.fail["fail"] = 2
    with pytest.raises(KeyboardInterrupt):
        run(counting)
    file = counting.runs / "squares.jsonl"
    file.write_text(file.read_text()[:-5])  # stopped in the middle of the second record
    counting.fail["fail"] = 4
    with pytest.raises(KeyboardInterrupt):
        run(counting)
    counting.fail.clear()
    assert [record["square"] for record in run(counting)] == [0, 1, 4, 9, 16, 25]
    assert counting.calls == [0, 1, 1, 2, 3, 4, 5]  # only what was half-written again


def test_a_resumed_run_has_the_records_of_one_that_was_not_interrupted(counting, monkeypatch):
    monkeypatch.setattr(counting.study, "measure", lambda seed: {"pair": (seed, 0.1), 3: [float("inf"), None]})
    at_once, resumed = run(counting), run(counting)
    assert at_once == resumed == [{"pair": [seed, 0.1], "3": [float("inf"), None]} for seed in range(6)]


def test_records_of_changed_code_are_not_taken_for_those_of_the_run(counting):
    with pytest.raises(study.NotMeasured, match="expected the code .*, of other code; got of the test on"):
        study._measure(counting.study.__name__, {"seed": 0}, "of other code")
    with pytest.raises(study.NotMeasured, match="expected the code .*, of other code; got none .No module named"):
        study._measure("reproductions.a_study_of_other_code", {"seed": 0}, "of other code")
    assert not counting.calls


def test_checkpoints_have_names_that_every_system_takes(counting):
    parts = ["a/b", "a:b", "a b", "A B", 'a"b', "a*b?", "a|b", "..", "é", "", "x" * 300, 1, "1", 0.5, ("a", "b")]
    files = [study.checkpoint("squares", part) for part in parts]
    for file in files:
        assert set(file.name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-")
        assert file.suffix == ".npz" and len(file.name) < 120
        file.touch()
    assert len({file.name.lower() for file in files}) == len(parts)
    assert study.checkpoint("squares", "a", "b") != study.checkpoint("squares", "a_b")


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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_at_which_a_training_stops_ends_the_measurement(counting, monkeypatch, number):
    def measure(seed):
        net = MLP((2, 2, 1), seed=seed)
        train_gauss_newton(net, *xor())  # which stops at an interruption, and returns its record
        return {"square": seed**2}

    monkeypatch.setattr(Watch, "active_gradient", lambda self: signal.raise_signal(number))
    monkeypatch.setattr(counting.study, "measure", measure)
    before = signal.signal(number, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            run(counting)
    finally:
        signal.signal(number, before)
    assert not (counting.runs / "squares.jsonl").read_text()


def test_fresh_forgets_what_was_finished(counting):
    counting.fail["fail"] = 4
    with pytest.raises(KeyboardInterrupt):
        run(counting)
    counting.fail.clear()
    run(counting, fresh=True)
    assert counting.calls == [0, 1, 2, 3, 0, 1, 2, 3, 4, 5]


def test_while_one_study_is_awaited_what_is_finished_of_the_next_is_kept(counting, monkeypatch):
    def the_next_first(waiting, jobs):
        return nullcontext((name, task, {"of": name, **task}) for name, _, task, _ in reversed(waiting))

    monkeypatch.setattr(study, "_measured", the_next_first)
    studies = {name: (counting.study, TASKS[:2]) for name in ("first", "second")}
    with study.running(studies, 1, False, Console(quiet=True)) as records:
        assert records("first") == [{"of": "first", "seed": 0}, {"of": "first", "seed": 1}]
        assert len((counting.runs / "second.jsonl").read_text().splitlines()) == 2
        assert records("second") == [{"of": "second", "seed": 0}, {"of": "second", "seed": 1}]


@pytest.mark.parametrize(
    "arguments, complaint", [(["hassibi1999"], "NAME: expected"), (["--seeds", "0"], "at least 1")]
)
def test_the_command_line_says_what_it_expects(arguments, complaint, capsys):
    with pytest.raises(SystemExit):
        command.main(arguments)
    assert complaint in capsys.readouterr().err


@pytest.fixture
def command_line(tmp_path, monkeypatch):
    """The command line with two studies, `first` and `second`, and a ledger that only says what it was given."""
    monkeypatch.setattr(study, "RUNS", tmp_path)
    monkeypatch.setattr(study, "code_digest", lambda name: "of the test")
    monkeypatch.setattr(command, "NAMES", ("first", "second"))
    calls, given = [], []
    for name in command.NAMES:

        def measure(seed, name=name):
            calls.append((name, seed))
            return {"seed": seed}

        fake = SimpleNamespace(
            __name__=f"reproductions.{name}", TITLE=name, SEEDS=2, FULL=2, RECORDED=1, measure=measure,
            rows=lambda records: list(records),
            tasks=lambda seeds: [{"seed": seed} for seed in range(seeds)],
            notes=lambda records: [], figures=lambda records, folder: [],
        )  # fmt: skip
        monkeypatch.setitem(sys.modules, fake.__name__, fake)
    recording = SimpleNamespace(check=lambda: None, record=lambda rows, study, tasks: given.append(rows))
    monkeypatch.setattr(command, "recording", recording)
    monkeypatch.setattr(command, "showing", SimpleNamespace(table=str, summary=str))
    return SimpleNamespace(calls=calls, given=given, runs=tmp_path, recording=recording)


def kept(command_line):
    return sorted(path.name for path in command_line.runs.glob("*.jsonl"))


def test_a_run_of_several_studies_that_is_stopped_repeats_none_that_is_finished(command_line, monkeypatch):
    def stop(**task):
        raise KeyboardInterrupt

    second = sys.modules["reproductions.second"]
    with monkeypatch.context() as patch:
        patch.setattr(second, "measure", stop)
        with pytest.raises(KeyboardInterrupt):
            command.main(["--jobs", "1"])
    assert command_line.given == [[{"seed": 0}, {"seed": 1}]]  # what is finished is in the ledger
    assert kept(command_line) == ["first.jsonl", "second.jsonl"]
    command.main(["--jobs", "1"])
    assert command_line.calls == [("first", 0), ("first", 1), ("second", 0), ("second", 1)]
    assert kept(command_line) == []


def test_no_file_is_open_any_more_when_it_is_forgotten(command_line, monkeypatch):
    """Some systems do not remove what is open."""
    streams, appending, forget = [], study._appending, command.forget
    monkeypatch.setattr(study, "_appending", lambda path: streams.append(appending(path)) or streams[-1])
    closed = []
    monkeypatch.setattr(command, "forget", lambda name: (closed.append([s.closed for s in streams]), forget(name)))
    command.main(["--jobs", "1"])
    assert closed == [[True, True]] * 2


def test_each_study_says_how_long_it_took_and_what_is_still_to_come(command_line, monkeypatch, capsys):
    ends = iter([100.0, 100.0 + 61.4, 200.0, 200.0 + 3599.6])
    monkeypatch.setattr(command.time, "monotonic", lambda: next(ends, 0.0))
    monkeypatch.setattr(command, "running", lambda *given: nullcontext(lambda name: [{"seed": 0}]))
    command.main(["--jobs", "1"])
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("took")]
    assert told == ["took 1:01; still to come: second", "took 60:00; still to come: nothing"]


def test_what_could_not_be_written_into_the_ledger_is_kept(command_line, monkeypatch):
    def full(rows, study, tasks):
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(command_line.recording, "record", full)
        with pytest.raises(OSError, match="no space"):
            command.main(["first", "--jobs", "1"])
    command.main(["first", "--jobs", "1"])
    assert command_line.calls == [("first", 0), ("first", 1)]


def test_what_few_seeds_gave_is_shown_only_and_the_ledger_brought_up_to_date(command_line, monkeypatch):
    monkeypatch.setattr(sys.modules["reproductions.first"], "RECORDED", 2, raising=False)
    command.main(["first", "--jobs", "1", "--seeds", "1"])
    command.main(["first", "--jobs", "1"])
    assert command_line.given == [[], [{"seed": 0}, {"seed": 1}]]


def test_a_study_runs_only_once_at_a_time(command_line):
    with study.alone("second"):
        with pytest.raises(SystemExit, match="second: expected to be the only run of this study; got another one"):
            command.main(["--jobs", "1"])
        assert not command_line.calls
        command.main(["first", "first", "--jobs", "1"])  # another one may, and once is enough
    command.main(["second", "--jobs", "1"])
    assert command_line.calls == [("first", 0), ("first", 1), ("second", 0), ("second", 1)]


def test_a_process_that_cannot_measure_ends_the_command(command_line, monkeypatch):
    codes = iter(["of other code", "of the test"])
    monkeypatch.setattr(study, "code_digest", lambda name: next(codes))
    with pytest.raises(SystemExit, match="^reproductions.first: expected the code with which this run began"):
        command.main(["first", "--jobs", "1"])
    assert not command_line.calls


def test_a_ledger_that_could_not_be_written_is_refused_before_the_first_seed(command_line, monkeypatch):
    def damaged():
        raise ValueError("results.csv, line 3: expected 12 cells; got 1")

    monkeypatch.setattr(command_line.recording, "check", damaged)
    with pytest.raises(SystemExit, match="results.csv, line 3"):
        command.main(["--jobs", "1"])
    assert not command_line.calls

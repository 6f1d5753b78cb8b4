"""Many runs of one measurement: on all cores, with progress, and resumed where they were interrupted."""

import hashlib
import json
import signal
from importlib import import_module
from pathlib import Path

from joblib import Parallel, delayed
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

ROOT = Path(__file__).parent
RUNS = ROOT / "runs"


def run(name, study, tasks, jobs, fresh, console):
    """The records of `study.measure(**task)` for all tasks, in their order.

    Every finished record is written to runs/NAME.jsonl at once. An interrupted run leaves that file behind and the next
    one goes on from it, unless the code has changed since or `fresh` is set. What is done with the records may be
    interrupted too, so the file stays until `forget`.
    """
    RUNS.mkdir(exist_ok=True)
    path, digest = RUNS / f"{name}.jsonl", _digest()
    if fresh:
        forget(name)
    finished = _load(path, digest)
    waiting = [task for task in tasks if _key(task) not in finished]
    if len(waiting) < len(tasks):
        console.print(f"going on: {len(tasks) - len(waiting)} of {len(tasks)} runs were finished before")
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with path.open("a") as file, Progress(*columns, console=console) as progress:
        bar = progress.add_task(name, total=len(tasks), completed=len(tasks) - len(waiting))
        results = Parallel(n_jobs=jobs, return_as="generator_unordered", batch_size=1)(
            delayed(_measure)(study.__name__, task) for task in waiting
        )
        for task, record in results:
            finished[_key(task)] = record
            file.write(json.dumps({"digest": digest, "task": task, "record": record}) + "\n")
            file.flush()
            progress.advance(bar)
    return [finished[_key(task)] for task in tasks]


def checkpoint(name, *parts):
    """A file for an unfinished part of the study `name`: good until the code changes, gone once the study is done."""
    RUNS.mkdir(exist_ok=True)
    words = "_".join(str(part).replace(" ", "_") for part in (name, *parts, _digest()))
    return RUNS / f"{words}.npz"


def forget(name):
    """Remove what a run of the study has kept, finished or not."""
    for file in [RUNS / f"{name}.jsonl", *RUNS.glob(f"{name}_*.npz*")]:
        file.unlink(missing_ok=True)


def _measure(module, task):
    """The task and its record. Ctrl-C ends it, where trainings and prunings by themselves would stop and return."""

    def interrupt(*_):
        raise _Interruption

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        return task, import_module(module).measure(**task)
    except _Interruption as reason:
        raise KeyboardInterrupt from reason
    finally:
        signal.signal(signal.SIGINT, before)


class _Interruption(BaseException):
    """Ctrl-C by a name that no training or pruning answers to."""


def _load(path, digest):
    finished = {}
    for line in path.read_text().splitlines() if path.exists() else []:
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:  # the run was stopped in the middle of a line
            continue
        if entry["digest"] == digest:
            finished[_key(entry["task"])] = entry["record"]
    return finished


def _key(task):
    return json.dumps(task, sort_keys=True)


def _digest():
    """Of all code that a result depends on."""
    sources = sorted([*(ROOT.parent / "classicnets").rglob("*.py"), *ROOT.glob("*.py")])
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]

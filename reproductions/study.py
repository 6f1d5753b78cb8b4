"""Many runs of one measurement: on all cores, with progress, and resumed where they were interrupted."""

import json
import platform
import re
import shutil
from contextlib import closing
from importlib import import_module
from pathlib import Path

from joblib import Parallel, delayed
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from classicnets import interruption

from .digest import code_digest, digest
from .locks import locked

ROOT = Path(__file__).parent
RUNS = ROOT / "runs"


class NotMeasured(RuntimeError):
    """A task was not measured, and that is not for the study to answer: the process was not one that could."""


def run(name, study, tasks, jobs, fresh, console):
    """The records of `study.measure(**task)` for all tasks, in their order.

    Every finished record is written to runs/NAME.jsonl at once. An interrupted run leaves that file behind and the next
    one goes on from it, unless the code has changed since or `fresh` is set. What is done with the records may be
    interrupted too, so the file stays until `forget`.
    """
    RUNS.mkdir(exist_ok=True)
    path, code = RUNS / f"{name}.jsonl", code_digest(study.__name__)
    if fresh:
        forget(name)
    finished = _load(path, code)
    waiting = [task for task in tasks if _key(task) not in finished]
    if len(waiting) < len(tasks):
        console.print(f"going on: {len(tasks) - len(waiting)} of {len(tasks)} runs were finished before")
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with _appending(path) as file, Progress(*columns, console=console) as progress:
        bar = progress.add_task(name, total=len(tasks), completed=len(tasks) - len(waiting))
        with _measured(study.__name__, waiting, code, jobs) as measured:
            for task, record in measured:
                finished[_key(task)] = _keep(file, code, task, record)
                progress.advance(bar)
    return [finished[_key(task)] for task in tasks]


def alone(name):
    """The right to run the study `name`, from its first seed to `forget`; RuntimeError where another run has it."""
    complaint = f"{name}: expected to be the only run of this study; got another one that has not ended yet"
    return locked(RUNS / f"{name}.lock", 0, complaint)


def checkpoint(name, *parts):
    """A file for an unfinished part of the study `name`: good until the code changes, gone once the study is done."""
    words = re.sub(r"[^a-zA-Z0-9.+-]+", "_", "_".join(map(str, parts)))[:80]  # what every system takes
    difference = digest(repr(parts), code_digest(f"{__package__}.{name}"))
    folder = RUNS / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{words}_{difference}.npz"


def forget(name):
    """Remove what a run of the study has kept, finished or not."""
    (RUNS / f"{name}.jsonl").unlink(missing_ok=True)
    if (RUNS / name).exists():
        shutil.rmtree(RUNS / name)


def _measured(module, tasks, code, jobs):
    """Tasks and records as they are finished, to be closed: from processes here, or from where joblib was told to."""
    parallel = Parallel(n_jobs=jobs, return_as="generator_unordered", batch_size=1)
    return closing(parallel(delayed(_measure)(module, task, code) for task in tasks))


def _measure(module, task, code):
    """The task and its record. Ctrl-C ends it, where trainings and prunings by themselves would stop and return."""
    try:
        study, own = import_module(module), code_digest(module)
    except ImportError as reason:
        study, own = None, f"none ({reason})"
    if own != code:  # of a process that began later than the run, or long before it, or on another machine
        text = f"{module}: expected the code with which this run began, {code}; got {own} on {platform.node()}"
        raise NotMeasured(f"{text}: start again what is older, the run or Dask's workers")
    with interruption.passed_on():
        return task, study.measure(**task)


def _load(path, code):
    finished = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []:
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:  # the run was stopped in the middle of a line
            continue
        if entry["code"] == code:
            finished[_key(entry["task"])] = entry["record"]
    return finished


def _keep(file, code, task, record):
    """Add the record to those of a run; it, as a resumed run would have it."""
    line = json.dumps({"code": code, "task": task, "record": record})
    file.write(line + "\n")
    file.flush()
    return json.loads(line)["record"]


def _appending(path):
    """A stream to add lines to a file, the first of them not to a line that was left in the middle."""
    torn = path.exists() and path.read_bytes()[-1:] not in (b"", b"\n")
    stream = path.open("a", newline="\n", encoding="utf-8")
    stream.write("\n" * torn)
    return stream


def _key(task):
    return json.dumps(task, sort_keys=True)

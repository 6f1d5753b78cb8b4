"""Many runs of one measurement: on all cores, with progress, and resumed where they were interrupted."""

import json
import platform
import re
import shutil
from contextlib import ExitStack, closing, contextmanager
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
    """The records of `study.measure(**task)` for all tasks of one study, in their order, as of `running`."""
    with running({name: (study, tasks)}, jobs, fresh, console) as records:
        return records(name)


@contextmanager
def running(studies, jobs, fresh, console):
    """Measure all tasks of several studies, a dict from names to (study, tasks): all cores have work to the end.

    Gives a function: of a name, the records of `study.measure(**task)` in the order of the tasks, as soon as they are
    there. While it waits it shows progress, and cores that have no more of these tasks go on with the next study's.
    Every finished record is written to runs/NAME.jsonl at once. An interrupted run leaves these files behind and the
    next one goes on from them, unless the code has changed since or `fresh` is set. What is done with the records may
    be interrupted too, so the files stay until `forget`.
    """
    RUNS.mkdir(exist_ok=True)
    with ExitStack() as held:
        runs = {name: _Run(name, *each, fresh, held) for name, each in studies.items()}
        waiting = [(name, run.module, task, run.code) for name, run in runs.items() for task in run.waiting]
        measured = held.enter_context(_measured(waiting, jobs))

        def records(name):
            run, columns = runs[name], (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            if before := len(run.tasks) - len(run.waiting):
                console.print(f"going on: {before} of {len(run.tasks)} runs were finished before")
            with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
                bar = progress.add_task(name, total=len(run.tasks), completed=run.done)
                while run.done < len(run.tasks):
                    whose, task, record = next(measured)
                    runs[whose].keep(task, record)
                    progress.update(bar, completed=run.done)
            return run.records()

        yield records


class _Run:
    """The tasks of one study, and the records that there are of them."""

    def __init__(self, name, study, tasks, fresh, held):
        self.module, self.tasks, self.code = study.__name__, tasks, code_digest(study.__name__)
        if fresh:
            forget(name)
        path = RUNS / f"{name}.jsonl"
        self._finished = _load(path, self.code)
        self.waiting = [task for task in tasks if _key(task) not in self._finished]
        self.done = len(tasks) - len(self.waiting)
        self._file = held.enter_context(_appending(path))

    def keep(self, task, record):
        """Add a record, at once to the file as well."""
        line = json.dumps({"code": self.code, "task": task, "record": record})
        self._file.write(line + "\n")
        self._file.flush()
        self._finished[_key(task)] = json.loads(line)["record"]  # as a resumed run would have it
        self.done += 1

    def records(self):
        """Of all tasks, in their order."""
        return [self._finished[_key(task)] for task in self.tasks]


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


def _measured(waiting, jobs):
    """Names, tasks and records as they are finished, to be closed: from processes here, or where joblib was told to."""
    parallel = Parallel(n_jobs=jobs, return_as="generator_unordered", batch_size=1)
    return closing(parallel(delayed(_named)(*each) for each in waiting))


def _named(name, module, task, code):
    return name, *_measure(module, task, code)


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


def _appending(path):
    """A stream to add lines to a file, the first of them not to a line that was left in the middle."""
    torn = path.exists() and path.read_bytes()[-1:] not in (b"", b"\n")
    stream = path.open("a", newline="\n", encoding="utf-8")
    stream.write("\n" * torn)
    return stream


def _key(task):
    return json.dumps(task, sort_keys=True)

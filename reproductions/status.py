"""What is recorded, by which code, and what of it is old: `python -m reproductions --status`."""

from rich import box
from rich.table import Table

from . import ledger
from .digest import code_digest

HEADER = ("study", "rows", "seeds", "recorded", "by code", "state")


def old(rows):
    """The keys of the measured rows whose code is not today's."""
    return [key for key, row in rows.items() if row["code"] != code_digest(f"{__package__}.{row['study']}")]


def table():
    """What each study and each exploration has recorded: a row for each code and day."""
    title = "what is recorded: old is what today's code did not make"
    text = Table(*HEADER, title=title, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))  # so that names fit into 80 columns
    measured = ledger.results() | ledger.explorations()
    groups, stale = {}, set(old(measured))
    for key, row in measured.items():
        study = row["study"].removeprefix("explorations.")
        name = f"{study}: {key[2]}" if key[1] == ledger.EXPLORATION else study
        groups.setdefault((name, row["date"], row["code"]), []).append(key)
    for (name, date, code), keys in groups.items():
        seeds = sorted({int(measured[key]["seeds"]) for key in keys})
        counts = " to ".join(_short(number) for number in dict.fromkeys((seeds[0], seeds[-1])))
        state = "old" if set(keys) & stale else "current"
        text.add_row(name, str(len(keys)), counts, date, code[:8], state)
    return text


def _short(number):
    """A count, in two digits where it has more than five."""
    return f"{number}" if number < 100_000 else f"{number:.1e}"

"""The ledger as tables: printed beside ours, the statistic that ours is, and the verdict with its reason."""

import re
from dataclasses import asdict

from rich.table import Table

from . import chance, ledger
from .verdicts import WORDS, seeds_to_decide, verdict

HEADER = ("paper", "item", "row", "quantity", "printed", "ours", "statistic", "best", "seeds", "verdict")
SIGNS = {"at most": "<= ", "at least": ">= ", "below": "< ", "above": "> "}
STATISTICS = {"median": "median (95 %)", "mean": "mean (95 %)", "share": "share (95 %)", "estimate": "value (95 %)"}
PROBLEMS = "over problems"  # in the settings of what varies with the problem, to which no seeds add
GAP = re.compile(r"{([^{}]*)}")
ALONE = "ours alone"
HEADER_ALONE = tuple(name for name in HEADER if name not in ("printed", "verdict"))


def lines(keys=None):
    """The ledger as text cells, a list for each row printed or measured: the columns of HEADER.

    keys: some rows of these, or of the explorations.
    """
    printed, measured, reasons = ledger.targets(), ledger.results(), ledger.findings()
    known = measured | ledger.explorations()
    wanted = dict.fromkeys([*printed, *(known if keys else measured)])
    reasons = {key: filled(key, reasons[key], known) for key in wanted if key in reasons and (not keys or key in keys)}
    settings = _settings(printed)
    return [
        _cells(key, printed.get(key), known.get(key), reasons.get(key), settings.get(key))
        for key in wanted
        if not keys or key in keys
    ]


def _cells(key, target, ours, reason, settings):
    word = verdict(target, ours) if target else ALONE
    undecided = word == "not decided"
    reasons = [_what_would_decide(target, ours)] if undecided else []
    reasons += [reason] if reason else []
    text = f"{word}: {'; '.join(reasons)}" if reasons else word
    printed = _printed(target, settings) if target else "-"
    if ours is None:
        return [*key, printed, "-", "-", "-", "-", text]
    return [
        *key,
        printed,
        _with_interval(ours),
        STATISTICS[ours["statistic"]],
        number(ours["best"]),
        str(ours["seeds"]),
        text,
    ]


def _printed(target, settings):
    """The printed value and how far from it ours may be; what no effect would give, and in how many settings it is."""
    text, tolerance = SIGNS.get(target["compare"], "") + target["paper_value"], target["tolerance"]
    text += f" +- {tolerance}" if float(tolerance) else ""
    notes = [f"no effect {target['no_effect']}"] if target["no_effect"] else []
    notes += [f"one of {settings} settings"] if settings else []
    return f"{text} ({', '.join(notes)})" if notes else text


def _what_would_decide(target, ours):
    """In words: seeds, problems, or the size of what it was computed from; rough, as it rests on this value."""
    seeds = seeds_to_decide(target, ours)
    if seeds == float("inf"):
        return "no number of seeds is known that would decide it"
    if ours["statistic"] == "estimate":
        return f"about {seeds / float(ours['seeds']):.2g} times what it was computed from would decide it"
    return f"about {seeds:.3g} {'problems' if PROBLEMS in ours['settings'] else 'seeds'} would decide it"


def _with_interval(ours):
    """The value and its 95 % interval, which is what decides."""
    value, *ends = (number(ours[name]) for name in ("value", "low", "high"))
    return value if ends in ([value, value], ["-", "-"]) else f"{value} ({ends[0]} to {ends[1]})"


def number(text):
    """A number in four digits; what is not known, or infinite, is a dash."""
    return f"{float(text):.4g}" if abs(float(text)) < float("inf") else "-"


def _settings(printed):
    """In how many settings a printed number is measured, by the keys of those rows."""
    claims = [(key[0], row["claim"]) for key, row in printed.items() if row["claim"]]
    return {key: claims.count((key[0], row["claim"])) for key, row in printed.items() if row["claim"]}


def filled(key, text, known):
    """A finding with the numbers in its gaps, taken from these rows.

    A gap is {KEY | NAME}, of an exploration of the same paper, or {ITEM | ROW | QUANTITY} of the ledger. A part more
    says which of its numbers and how it is written, as in {KEY | NAME | high:.2f}, or {KEY | NAME | abs value:.1f}.
    What was not measured yet leaves its gap.
    """

    def number_of(gap):
        names = [part.strip() for part in gap[1].split("|")]
        how = names.pop() if ":" in names[-1] else ":.4g"
        row = known.get((key[0], *([ledger.EXPLORATION] if len(names) == 2 else []), *names))
        return gap[0] if row is None else written(row, how)

    return GAP.sub(number_of, text)


def written(row, how):
    """A number of a row as a gap wants it: "which:form", such as ":.2f" of the value, "high:.2f", "abs value:.1f"."""
    which, form = how.split(":")
    value = float(row[which.removeprefix("abs ") or "value"])
    return format(abs(value) if which.startswith("abs ") else value, form)


def table(rows):
    """A table for the terminal, printed beside ours, for these Results, without the reasons."""
    text = Table(*HEADER[2:7], *HEADER[8:], title="printed beside ours")
    printed = ledger.targets()
    for ours in map(asdict, rows):
        key = ledger.key_of(ours)
        cells = _cells(key, printed.get(key), ours, None, None)
        text.add_row(*cells[2:7], *cells[8:])
    return text


def counts():
    """How many rows there are of each verdict, a dict."""
    words = [cells[-1].split(":")[0].split(";")[0] for cells in lines()]
    return {word: words.count(word) for word in (*WORDS, ALONE) if word in words}


def summary():
    """How many rows of the ledger hold, in one line."""
    return ", ".join(f"{number} {word}" for word, number in counts().items())


def claims():
    """How many printed numbers and claims the rows with a verdict are about, in a sentence."""
    printed = ledger.targets()
    number = len({(key[0], row["claim"]) if row["claim"] else key for key, row in printed.items()})
    return (
        f"The {len(printed)} rows with a verdict are about {number} printed numbers and claims; what is measured in "
        "several settings says so."
    )


def head():
    """What is said before the rows, in Markdown: the counts, and what chance alone would reproduce."""
    legend = f"{summary()}. {claims()} In brackets are the ends of the 95 % interval that the verdict looks at."
    return "\n".join([legend, "", *chance.lines()])


def beside():
    """The ledger in Markdown: its head, and what is printed beside ours."""
    rows = [cells for cells in lines() if cells[-1] != ALONE]
    return "\n".join([head(), "", "## What the papers print", "", *markdown(rows, HEADER)])


def alone():
    """What is ours alone, nothing of it printed, in Markdown."""
    rows = [cells for cells in lines() if cells[-1] == ALONE]
    text = f"{len(rows)} rows. In brackets is the 95 % interval."
    return "\n".join([text, "", *markdown(rows, HEADER_ALONE)])


def markdown(rows, columns):
    """The lines of a table in Markdown: these columns, some of HEADER, of rows of text cells."""
    kept = [HEADER.index(name) for name in columns]
    cells = [[row[place] for place in kept] for row in rows]
    return ["| " + " | ".join(row) + " |" for row in (columns, ["---"] * len(columns), *cells)]

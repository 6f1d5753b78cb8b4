"""Verdicts: what they exclude, how the printed rows are compared, and what chance alone would reproduce."""

import csv
import math
from pathlib import Path

import pytest

from reproductions import chance, ledger, showing, xor_rows
from reproductions.verdicts import COMPARISONS, WORDS, seeds_to_decide, verdict


def target(**changes):
    row = {
        "paper_value": "14",
        "compare": "equal",
        "tolerance": "0",
        "better": "less",
        "no_effect": "",
        "unmeasured": "",
    }
    return row | changes


def measured(value, half=0.0, seeds=10):
    return {"value": value, "low": value - half, "high": value + half, "seeds": seeds}


@pytest.mark.parametrize(
    "ours, half, changes, word",
    [
        (14, 0, {}, "reproduced"),
        (13, 0, {}, "better"),
        (13, 1.5, {}, "differs"),  # 14 may be as true
        (15, 0, {}, "differs"),
        (15, 0, {"better": "more"}, "better"),
        (15, 0, {"better": ""}, "differs"),
        (14.4, 0, {"tolerance": "0.5"}, "reproduced"),
        (14.6, 0, {"tolerance": "0.5"}, "differs"),
        (14, 3, {"no_effect": "20"}, "reproduced"),
        (14, 7, {"no_effect": "20"}, "not decided"),
        (16, 5, {"no_effect": "20"}, "not decided"),  # both are inside
        (18, 3, {"no_effect": "20"}, "differs"),  # only no effect is
        (20, 0, {"no_effect": "20", "tolerance": "9"}, "not decided"),
        (13, 0, {"no_effect": "20"}, "better"),
        (12, 1, {"compare": "at most", "better": ""}, "reproduced"),
        (14, 0, {"compare": "at most"}, "reproduced"),
        (14, 1, {"compare": "at most"}, "not decided"),
        (16, 1, {"compare": "at most"}, "differs"),
        (15, 1, {"compare": "at least", "better": ""}, "reproduced"),
        (13, 1, {"compare": "at least", "better": ""}, "not decided"),
        (12, 1, {"compare": "at least", "better": ""}, "differs"),
        (13, 0, {"compare": "below", "better": ""}, "reproduced"),
        (13, 1, {"compare": "below", "better": ""}, "not decided"),
        (14, 0, {"compare": "below", "better": ""}, "differs"),
        (16, 1, {"compare": "above"}, "reproduced"),
        (15, 1, {"compare": "above"}, "not decided"),
        (14, 0, {"compare": "above"}, "differs"),
        (14.5, 0, {"compare": "at most", "tolerance": "0.5"}, "reproduced"),
        (13.8, 0, {"compare": "below", "tolerance": "0.5"}, "differs"),
        (14, math.inf, {"compare": "below"}, "not decided"),
        (11, 0.5, {"compare": "below", "no_effect": "12"}, "reproduced"),
        (12, 0.5, {"compare": "below", "no_effect": "12"}, "not decided"),  # no effect passes the printed bound too
        (13, 0.5, {"compare": "below", "no_effect": "12"}, "differs"),
        (13, 0.5, {"compare": "below", "no_effect": "15"}, "reproduced"),
        (15, 0.5, {"compare": "above", "no_effect": "16"}, "differs"),
    ],
)
def test_verdict(ours, half, changes, word):
    assert verdict(target(**changes), measured(ours, half)) == word


@pytest.mark.parametrize("word", ["not attempted", "data not available"])
def test_a_row_without_measurement_says_so(word):
    assert verdict(target(unmeasured=word), None) == word


def test_so_many_seeds_would_decide():
    # the interval is 6 long and may be as long as from 14 to 16: nine times the seeds
    assert seeds_to_decide(target(no_effect="16"), measured(14, 3)) == 90
    # our 13 is 1 from the bound and the interval 2 to each side: four times
    assert seeds_to_decide(target(compare="below"), measured(13, 2)) == 40
    assert seeds_to_decide(target(compare="below"), measured(14, 2)) == math.inf


# -- the printed rows -------------------------------------------------------------------------------------------------

TARGETS, RESULTS = ledger.targets(), ledger.results()
each = pytest.mark.parametrize("key", TARGETS, ids=", ".join)


@each
def test_a_printed_row_is_compared_in_a_way_that_can_fail(key):
    row = TARGETS[key]
    paper, tolerance = float(row["paper_value"]), float(row["tolerance"])
    assert row["compare"] in COMPARISONS and row["better"] in ("", "less", "more")
    assert tolerance >= 0 and row["tolerance_from"]
    if row["no_effect"] and row["compare"] == "equal":
        effect = paper - float(row["no_effect"])
        assert tolerance <= abs(effect) / 2 + 1e-9, "no effect is as near"
        assert row["better"] in ("", "more" if effect > 0 else "less"), "the paper would not be glad"


def beside(name):
    """The rows of a file of the tests, by their keys: what is not a key of each."""
    with (Path(__file__).parent / name).open(newline="", encoding="utf-8") as file:
        return {tuple(row.values())[:4]: dict([*row.items()][4:]) for row in csv.DictReader(file)}


# The first made from the papers by somebody who had not seen targets.csv; the second a copy of how rows are compared.
AGAIN, COMPARED = (
    {key: row["paper_value"] for key, row in beside("transcription.csv").items()},
    beside("comparisons.csv"),
)
HOW = [name for name in ledger.PRINTED if name not in (*ledger.KEYS, "paper_value")]


def test_what_is_transcribed_twice_are_the_same_rows():
    assert set(AGAIN) == set(TARGETS)


def unlike(key, row):
    """What a printed row says otherwise than the copy: from the columns to what stands there and here."""
    return {name: (COMPARED[key][name], row[name]) for name in HOW if COMPARED[key][name] != row[name]}


@each
def test_how_a_row_is_compared_is_not_changed_in_passing(key):
    assert key in COMPARED, f"targets.csv: {key} is new; whoever means it copies it into tests/comparisons.csv"
    changed = unlike(key, TARGETS[key])
    assert not changed, (
        f"targets.csv: {key} was changed (before, now): {changed}; "
        "whoever means it changes it in tests/comparisons.csv too, and says why in the message of the commit"
    )


def test_the_copy_of_how_rows_are_compared_has_no_other_rows_or_columns():
    assert set(COMPARED) == set(TARGETS) and all([*row] == HOW for row in COMPARED.values())


@pytest.mark.parametrize("column", HOW)
def test_a_change_of_any_column_is_seen(column):
    key = next(iter(TARGETS))
    assert [*unlike(key, TARGETS[key] | {column: TARGETS[key][column] + " "})] == [column]


@each
def test_a_printed_number_is_the_same_in_a_second_transcription(key):
    if AGAIN[key]:
        assert float(AGAIN[key]) == float(TARGETS[key]["paper_value"])
    else:
        assert "the bound is ours" in TARGETS[key]["note"]  # for words that no number stands beside


def test_bounds_that_are_ours_follow_from_what_is_claimed():
    kinds = {"output bias": 1, "input weight": 4, "hidden bias": 2}  # of the nine weights of an XOR network
    assert xor_rows.AT_RANDOM == pytest.approx(math.prod(kinds.values()) / 9**3)
    expected = {"figs. 3-5": 0.0, "fig. 4": 50.0}  # more than by chance; a half
    assert {key[1]: float(TARGETS[key]["paper_value"]) for key in AGAIN if not AGAIN[key]} == expected
    assert len({(key[1], TARGETS[key]["paper_value"]) for key in AGAIN if not AGAIN[key]}) == len(expected)


@each
def test_a_row_is_measured_or_says_why_not(key):
    assert (key in RESULTS) != (TARGETS[key]["unmeasured"] in ("not attempted", "data not available"))


@each
def test_every_row_that_differs_says_why_and_no_other(key):
    word = verdict(TARGETS[key], RESULTS.get(key))
    assert word in WORDS
    if word != "not decided":
        assert (key in ledger.findings()) == (word not in ("reproduced", "better")), word


def test_findings_belong_to_printed_rows():
    assert set(ledger.findings()) <= set(TARGETS)


@each
def test_no_row_that_no_effect_would_pass_is_called_reproduced(key):
    row = TARGETS[key]
    if key in RESULTS and row["compare"] == "equal" and row["no_effect"]:
        assert verdict(row, chance.moved(RESULTS[key], float(row["no_effect"]))) != "reproduced"
    elif key in RESULTS and row["compare"] in ("below", "above"):
        assert verdict(row, chance.moved(RESULTS[key], float(row["no_effect"] or row["paper_value"]))) != "reproduced"


def test_the_printed_percentages_are_whole_numbers_of_patterns():
    printed = {key[2:]: float(row["paper_value"]) for key, row in TARGETS.items()}
    assert printed["MONK 3 BPWD", "train %"] == round(100 * 114 / 122, 1)
    assert printed["MONK 3 BPWD", "test %"] == round(100 * 420 / 432, 1)


# -- chance -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", chance.tables(), ids=", ".join)
def test_no_effect_reproduces_nothing_of_a_table_and_shuffled_methods_less_than_ours(name):
    targets, rows = chance.tables()[name]
    assert chance.no_effect(targets, rows) == 0
    ours = chance.reproduced(targets, rows)
    assert chance.shuffled(targets, rows) <= max(ours, 0.5 * len(rows))


def test_what_chance_reproduces_is_counted():
    targets = [target(paper_value=str(value), tolerance="0.4", no_effect="9") for value in (1, 2, 3, 4)]
    rows = [measured(value) for value in (1, 2, 3, 3)]
    assert chance.reproduced(targets, rows) == 3
    assert chance.constant(targets, rows) == 1
    assert chance.no_effect(targets, rows) == 0
    # each row fits one of four places (the twins 3 the same one): (1 + 1 + 2) / 4 on average
    assert chance.shuffled(targets, rows) == pytest.approx(1, abs=0.15)
    near = [target(paper_value=str(value), tolerance="0.5", no_effect="9") for value in (1, 2)]
    assert chance.constant(near, [measured(1), measured(2)]) == 2  # one constant, 1.5, would do
    assert chance.moved({"value": "2", "low": "1", "high": "5", "seeds": "3"}, 4.0) == {
        "value": 4.0, "low": 3.0, "high": 7.0, "seeds": "3",
    }  # fmt: skip


def test_chance_stands_in_a_table_of_its_own():
    text = list(chance.lines())
    assert text[2:4] == ["| " + " | ".join(chance.HEADER) + " |", "|" + " --- |" * len(chance.HEADER)]
    assert [line[2:].split(":")[0] for line in text[4:]] == [f"{paper}, {item}" for paper, item, _ in chance.tables()]


# -- showing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, shown", [("0.123456", "0.1235"), ("1400.0", "1400"), ("inf", "-"), ("-inf", "-"), ("nan", "-")]
)
def test_a_number_that_is_not_known_is_a_dash(text, shown):
    assert showing.number(text) == shown


def test_the_terminal_shows_what_fits_without_the_reasons():
    row = ledger.Result("hassibi1993", "table 1", "MONK 1 OBS", "weights", "median", *[13.5] * 6, 0.0, 7, "", "")
    columns = {column.header: [*column.cells] for column in showing.table([row]).columns}
    assert list(columns) == ["row", "quantity", "printed", "ours", "statistic", "seeds", "verdict"]
    assert columns["verdict"] == ["better"] and columns["seeds"] == ["7"]


@pytest.mark.parametrize("low, high, text", [(13, 15, "14 (13 to 15)"), (14, 14, "14"), (-math.inf, math.inf, "14")])
@pytest.mark.parametrize("statistic", ["median", "mean", "share", "estimate"])
def test_brackets_hold_the_interval_that_decides(statistic, low, high, text):
    row = {"statistic": statistic, "value": 14, "low": low, "high": high, "q1": 12, "q3": 16}
    assert showing._with_interval(row) == text


@pytest.mark.parametrize(
    "statistic, settings, value, text",
    [
        ("mean", "", 13, "about 40 seeds would decide it"),
        ("mean", "95 % interval over problems", 13, "about 40 problems would decide it"),
        ("estimate", "", 13, "about 4 times what it was computed from would decide it"),
        ("mean", "", 14, "no number of seeds is known that would decide it"),
    ],
)
def test_what_would_decide_a_row_is_said_in_what_varies(statistic, settings, value, text):
    row = measured(value, 2) | {"statistic": statistic, "settings": settings}
    assert showing._what_would_decide(target(compare="below"), row) == text

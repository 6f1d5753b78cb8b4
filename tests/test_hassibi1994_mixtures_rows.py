"""Hassibi et al. (1994), figs. 1 and 2: what the rows say of curves that are known."""

import numpy as np
import pytest
import rows

from reproductions import hassibi1994_mixtures as study


def path(train, test):
    return {"train": np.array(train, dtype=float), "test": np.array(test, dtype=float)}


def straight(start, end):
    return np.linspace(start, end, 30)


def known(scale):
    """The errors of a data set: OBS has its minimum after 17 deletions, OBD rises, (t - o) ends after 10."""
    dent = scale * (200 + np.abs(np.arange(30) - 17.0))
    lower = np.where(np.arange(30) <= 20, 0.9, 1.1) * scale * 150
    lower[0] = scale * 150
    paths = {
        "OBS": path(lower, dent),
        "OBD": path(np.full(30, scale * 150), scale * straight(217, 246)),
        "OBS with (t - o)": path(lower, np.append(dent[:10] - scale * 17, np.full(20, np.nan))),
    }
    return {name: paths for name in study.NETS}


@pytest.fixture(scope="module")
def shown():
    """Rows of three data sets of one shape, larger and larger, by the last three of their keys."""
    records = [{"reading": reading, "errors": known(scale)} for reading in study.READINGS for scale in (1.0, 1.1, 1.2)]
    return {(row.item, row.row, row.quantity): row for row in study.rows(records)}


@pytest.mark.parametrize("end", study.READINGS.values())
@pytest.mark.parametrize(
    "item, row, quantity, value",
    [
        ("fig. 1", "unpruned", "train error a pattern", 0.165),
        ("fig. 1", "OBS", "deletions at least test error", 17),
        ("fig. 1", "OBS, OBD", "deletions until OBS's train error is no longer lower", 20),
        ("fig. 1", "OBS - OBD", "train error until then, %", -10 * 17 / 23),
        ("fig. 1", "OBS", "test error after 22 deletions, change %", 100 * (205 / 217 - 1)),
        ("fig. 1", "OBD", "test error after 22 deletions, change %", 100 * (239 / 217 - 1)),
        ("fig. 2", "stopped on a third set, unpruned", "test error", 1.1 * 217),
        ("fig. 2", "stopped on a third set, OBS", "least test error", 1.1 * 200),
        ("fig. 2", "stopped on a third set, OBS", "least test error, change %", 100 * (200 / 217 - 1)),
        ("fig. 2", "stopped on a third set, OBS", "deletions at least test error", 17),
        ("fig. 2", "stopped on a third set, OBS", "test error after 17 deletions, change %", 100 * (200 / 217 - 1)),
        ("fig. 2", "stopped on a third set, OBD", "test error after 17 deletions, change %", 100 * (234 / 217 - 1)),
        ("text", "OBS with (t - o), net of fig. 1", "least test error, % against without", 100 * (191 / 200 - 1)),
        ("text", "OBS with (t - o), net of fig. 1", "data sets worse after 17 deletions, %", 100),
    ],
)  # fmt: skip
def test_a_row_of_known_curves(item, row, quantity, value, end, shown):
    measured = shown[item, row + end, quantity]
    assert np.isclose(measured.value, value, atol=1e-4) and measured.seeds == 3


def test_the_printed_rows_are_there_and_the_other_readings_are_ours_alone(shown):
    assert {key[1:] for key in rows.keys(*(("hassibi1994", item) for item in ("fig. 1", "fig. 2", "text")))} <= {*shown}
    assert len(shown) == 6 + 2 * 6 + 3 * 2 + 6 + 6 + 2 * 2  # variances, then deviations: fig. 1, fig. 2, text
    best = {
        key[0::2]: row.best for key, row in shown.items() if row.statistic == "median" and row.row.endswith("unpruned")
    }
    assert best == {("fig. 1", "train error a pattern"): 0.15, ("fig. 2", "test error"): 217}
    assert shown["fig. 2", "stopped on a third set, OBS", "least test error"].best == 200
    statistics = {key[2]: row.statistic for key, row in shown.items()}
    changes = {name: statistic for name, statistic in statistics.items() if "after" in name or "until then" in name}
    assert changes.pop("data sets worse after 17 deletions, %") == "share" and set(changes.values()) == {"mean"}


def test_minima_and_changes_are_taken_path_by_path_and_after_the_end_there_is_nothing():
    paths = [np.linspace(10, 5, 30), np.append([8.0, 4.0], np.full(28, np.nan))]
    ours = [{"net": {"OBS": {"test": path}}} for path in paths]
    assert study.least(ours, "net", "OBS").tolist() == [5, 4]
    assert study.at_least(ours, "net", "OBS").tolist() == [29, 1]
    assert study.after(ours, "net", "OBS", 1)[1] == -50 and np.isnan(study.after(ours, "net", "OBS", 17)[1])
    assert study.last_lower(np.array([[1.0, 2, 1, 3]]), np.array([[1.0, 3, 2, 2]])) == [2]
    assert study.last_lower(np.array([[1.0, 2, 2], [1, 1, 1]]), np.array([[1.0, 3, 2], [1, 0, 0]])) == [1, 0]


def test_the_share_of_data_sets_that_are_worse_counts_paths_that_ended():
    better, worse = straight(200, 190), straight(200, 210)
    tests = [(better, worse), (worse, better), (np.append(better[:17], np.full(13, np.nan)), worse), (worse, worse)]
    errors = [
        {name: {"OBS with (t - o)": path(a, a), "OBS": path(b, b), "OBD": path(b, b)} for name in study.NETS}
        for a, b in tests
    ]
    records = [{"reading": reading, "errors": each} for reading in study.READINGS for each in errors]
    shares = [row.value for row in study.rows(records) if row.quantity == "data sets worse after 17 deletions, %"]
    assert shares == [50.0] * 5


def test_notes_say_how_often_the_printed_minima_are_reached():
    records = [{"reading": reading, "errors": known(1.0)} for reading in study.READINGS for _ in range(2)]
    lines = list(study.notes(records))
    assert len(lines) == 5 * 4 and lines[1] == "  in 2 of 2 data sets, lower by 4.4 % or more in 2"
    assert lines[2].startswith(f"  after 17: OBS {100 * (200 / 234 - 1):+.1f} ")

"""Hassibi & Stork (1993), NETtalk: the printed rows (slow), and a slice with two hidden units and eighty words."""

import numpy as np
import pytest
import rows

from classicnets import MLP
from reproductions import hassibi1993_nettalk as study

# Hours of training and pruning; a slice says nothing about the verdicts.
HELD, SLOW = [], [key for key in rows.keys(("hassibi1993", "text")) if "NETtalk" in key[2]]
BUNDLED = study.CORPORA[0]


@pytest.mark.slow
@pytest.mark.parametrize("key", rows.cases(SLOW))
def test_row(key):
    if BUNDLED not in key[2] and len(study.corpora()) == 1:
        pytest.skip("NETTALK_CORPUS does not name the original corpus")
    assert rows.measured(study, key, study.RECORDED) == rows.recorded(key)


@pytest.fixture(scope="module")
def slice(tmp_path_factory):
    """The records of all methods for a small network."""
    with rows.nettalk_slice(tmp_path_factory.mktemp("runs")) as records:
        yield records


def test_the_network_has_the_papers_weights():
    assert MLP(study.SIZES).n == study.WEIGHTS


def test_a_slice_goes_through_the_papers_stages(slice):
    for record in pruned(slice):
        sizes = {name: state["n_active"] for name, state in record["states"].items()}
        assert sizes["trained"] == 486 and sizes["pruned once"] == sizes["retrained"] <= 300
        assert sizes["pruned again"] == sizes["retrained again"] <= 200 and sizes["never retrained"] <= 200
        for state in record["states"].values():
            assert 0 < state["phonemes"] < 100 and 0 < state["stresses"] < 100
        for curve in record["curves"].values():
            assert curve["n_active"][0] == 486 and len({len(values) for values in curve.values()}) == 1


def pruned(records):
    """All but the control."""
    return [record for record in records if record["run"][0] != "unpruned"]


def test_the_control_is_trained_as_often_and_nothing_is_deleted(slice):
    controls = [record["states"] for record in slice if record["run"][0] == "unpruned"]
    assert len(controls) == 2
    for states in controls:
        assert {state["n_active"] for state in states.values()} == {486}
        assert states["trained"] == states["pruned once"] != states["retrained"] == states["pruned again"]
        assert states["retrained again"]["train"] < states["retrained"]["train"] < states["trained"]["train"]


def test_retraining_lowers_the_training_error(slice):
    for record in pruned(slice):
        errors = {name: state["train"] for name, state in record["states"].items()}
        assert errors["retrained"] < errors["pruned once"] and errors["retrained again"] < errors["pruned again"]


def test_the_surgeon_loses_least_where_nothing_is_retrained(slice):
    errors = {tuple(record["run"]): record["states"]["never retrained"]["train"] for record in slice}
    surgeon, *others = (errors[method, "weight decay"] for method in ("OBS", "OBD", "magnitude"))
    assert surgeon < min(others)


def test_the_test_error_is_the_squared_error_summed_over_all_letters(slice):
    for record in slice:
        for way, last in (("never retrained", "never retrained"), ("retrained", "pruned again")):
            curve, states = record["curves"][way], record["states"]
            for index, name in ((0, "trained"), (-1, last)):
                assert np.isclose(curve["test_error"][index] * record["letters"], states[name]["test"])
                assert np.isclose(curve["train_error"][index], states[name]["train"])


def test_rows_notes_and_words_of_another_file(slice, tmp_path, monkeypatch):
    made = study.rows(slice)
    assert len({(row.item, row.row, row.quantity) for row in made}) == len(made)
    assert len(list(study.notes(slice))) == len(study.RUNS) == len(slice)
    assert all(row.value != 1 for row in made if row.quantity == study.RATIO)
    assert len(list(study.figures(slice, tmp_path))) == 2
    file = tmp_path / "words.tsv"
    file.write_text("able\tebL-\t1>>0\nat\t@t\t1<\n")
    monkeypatch.setenv("NETTALK_CORPUS", str(file))
    assert {task["file"] for task in study.tasks(1)} == {None, str(file)}
    monkeypatch.setenv("NETTALK_CORPUS", str(tmp_path / "wrods.tsv"))
    with pytest.raises(FileNotFoundError, match="NETTALK_CORPUS: expected .*; got .*wrods.tsv"):
        study.tasks(1)
    monkeypatch.setattr(study, "WORDS", 1)
    training, test = study.data(str(file), 0)
    assert {len(training.X), len(test.X)} == {2, 4}

"""Dong et al. (2017), what is measured of a network, on one of 16-8-6-4: which one is seen, pruned and retrained."""

from itertools import count

import numpy as np
import pytest

from classicnets import MLP, accuracy, least_squares, prune_layers
from classicnets.layerwise import layer_hessian
from reproductions import dong2017_lenet300 as study
from reproductions import dong2017_pruned as pruning
from reproductions.dong2017_nets import AUTHORS, Trained

RNG = np.random.default_rng(0)
LABELS = RNG.integers(4, size=500)
DIGITS = RNG.normal(size=(560, 16)) + np.eye(4)[np.append(LABELS, np.arange(60) % 4)].repeat(4, axis=1)
SEED = 7


@pytest.fixture(scope="module")
def measured():
    """A network of some training, what stands for the file's pruned one, and the record of both."""
    net = MLP((16, 8, 6, 4), "relu", "softmax", seed=1)
    t = Trained(net, DIGITS[500:], np.eye(4)[np.arange(60) % 4], DIGITS[:500], LABELS)
    pruning.train_backpropagation(net, t.X, t.T, 0.05, epochs=20, seed=0, **pruning.TRAINING | {"batch": 10})
    stored = prune_layers(net, t.X, pruning.METHODS["magnitude"](0), (0.3, 0.3, 0.3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pruning, "trained", lambda *given: t)
        patch.setattr(pruning, "pruned", lambda: stored)
        patch.setattr(pruning, "process_time", count(100).__next__)  # each look at the clock a second later
        patch.setattr(pruning, "EVERY", 1)
        patch.setattr(pruning, "MOST", 2)
        patch.setattr(pruning, "SMALL", float(np.quantile(worth(t), 0.9)))
        yield t, stored, pruning.measured(AUTHORS, SEED)


def worth(t):
    """By eq. 6, of the first layer (its weights,)."""
    psi = layer_hessian(t.net, t.X, 0)
    B = np.linalg.inv(psi + 1e-6 * np.eye(len(psi)))
    return (t.net.matrices[0] ** 2 / (2 * np.diag(B))).ravel()


def error(t, net):
    return 100 * (1 - accuracy(net, t.X_test, np.eye(4)[t.labels_test]))


def errors(t, method, keep):
    """The errors of the pruned network, and of its mask with the best weights."""
    smaller = prune_layers(t.net, t.X, method, keep)
    return [error(t, smaller), error(t, least_squares(t.net, t.X, smaller.mask))]


@pytest.mark.parametrize("name", pruning.METHODS)
def test_each_method_and_its_mask_with_the_best_weights(measured, name):
    t, _, record = measured
    make, best = pruning.METHODS[name], f"{name}, {pruning.BEST}"
    assert [record[each]["error %"] for each in (name, best)] == pytest.approx(errors(t, make(SEED), pruning.KEEP))
    assert record[name]["seconds"] == 1
    expected = [errors(t, make(0), (1 - share / 100, 1, 1))[0] for share in pruning.FIRST]
    assert [seen["error %"] for seen in record[f"first, {name}"]] == pytest.approx(expected)


def test_of_one_layer_alone_the_best_weights_are_those_of_the_surgeons_mask(measured):
    t, _, record = measured
    surgeon = pruning.METHODS["L-OBS"](0)
    plain, best = zip(*(errors(t, surgeon, (1 - share / 100, 1, 1)) for share in pruning.FIRST), strict=True)
    assert [seen["error %"] for seen in record[f"first, {pruning.BEST}"]] == pytest.approx(best) != plain
    for kept in pruning.SECOND:
        found = [record[f"second {kept}{best}"]["error %"] for best in ("", f", {pruning.BEST}")]
        assert found == pytest.approx(errors(t, surgeon, (1, kept / 100, 1)))


def test_the_network_of_the_file_is_seen_as_it_is_stored(measured):
    t, stored, record = measured
    assert record["stored"]["weights"] == stored.n_active < t.net.n == record["whole"]["weights"]
    assert record["stored"]["error %"] == pytest.approx(error(t, stored))
    assert record["stored"]["lost %"] - record["stored"]["won %"] == pytest.approx(error(t, stored) - error(t, t.net))


def test_small_sensitivities_are_those_of_the_first_layer_and_the_true_rise_is_twice_as_large(measured):
    """Eq. 7 bounds by what is half the rise of the paper's own E."""
    t, _, record = measured
    small = np.quantile(worth(t), 0.9)
    assert record["small %"] == pytest.approx(90, abs=1)
    assert record["small, true rise %"] == pytest.approx(100 * np.mean(2 * worth(t) < small), abs=1)


def test_each_stage_prunes_the_network_that_the_one_before_retrained(measured, monkeypatch):
    t, *_ = measured
    seen = []

    def noted(what, net):
        seen.append((what, net))
        return {}

    monkeypatch.setattr(pruning, "prune_layers", lambda net, *given: noted("pruned", net) or net.copy())
    monkeypatch.setattr(pruning, "_seen", lambda t, net, right: noted("seen", net))
    monkeypatch.setattr(pruning, "_retrained", lambda t, net, seed: noted("retrained", net))
    pruning._stages(t, None)
    names, nets = zip(*seen, strict=True)
    assert names == ("pruned", "seen", "retrained") * 2
    assert nets[0] is t.net and nets[1] is nets[2] is nets[3] is not t.net and nets[4] is nets[5] is not nets[3]


def taught(t, net, monkeypatch, lesson):
    """What _retrained says of a net, and the patterns it showed; the lesson stands for training."""
    shown = []

    def train(net, X, T, rate, **options):
        shown.append(X)
        lesson(net, len(shown))

    monkeypatch.setattr(pruning, "train_backpropagation", train)
    monkeypatch.setattr(pruning, "EVERY", 1)
    monkeypatch.setattr(pruning, "MOST", 4)
    return pruning._retrained(t, net, SEED), np.concatenate(shown)


def test_retraining_shows_all_patterns_in_an_order_of_the_seed_until_there_have_been_most(measured, monkeypatch):
    t, stored, _ = measured
    found, shown = taught(t, stored.copy(), monkeypatch, lambda net, times: None)
    assert found == {"iterations": 4, "back": False, "test error %": pytest.approx(error(t, stored))}
    np.testing.assert_array_equal(shown[:60], t.X[np.random.default_rng(SEED).permutation(60)])
    assert len(np.unique(shown[60:120], axis=0)) == 60 and len(shown) == 4 * pruning.TRAINING["batch"]


def test_retraining_ends_once_no_more_patterns_are_wrong_than_in_the_whole_network(measured, monkeypatch):
    t, *_ = measured

    def recover(net, times):
        if times == 3:
            net.weights = t.net.weights

    worse = t.net.copy()
    worse.weights = -t.net.weights
    found, _ = taught(t, worse, monkeypatch, recover)
    assert found == {"iterations": 3, "back": True, "test error %": pytest.approx(error(t, t.net))}


def test_the_rows_say_what_was_measured(measured):
    """Each printed row by its own number of the record; where the first accuracy is not back, there is no end."""
    _, _, record = measured
    rows = {(row.item, row.row, row.quantity): row for row in study.rows([record])}
    after, retrained = record["stages"][1], record["stages"][1]["retrained"]
    best, most = pruning.BEST, "test error % with 96 % deleted"
    worse = record["OBD"]["error %"] - record["L-OBS"]["error %"]
    expected = {
        ("table 1", "L-OBS as stored by the authors", study.AFTER): record["stored"]["error %"],
        ("table 1", "L-OBS, ours at these shares", study.AFTER): record["as stored"]["error %"],
        ("table 1", "OBD", study.AFTER): record["OBD"]["error %"],
        ("table 1", f"OBD's mask, {best}", study.AFTER): record[f"OBD, {best}"]["error %"],
        ("table 1", "OBD", "error after retraining %"): record["OBD"]["retrained"]["test error %"],
        ("table 1", "L-OBS iterative", study.AFTER): after["error %"],
        ("table 1", "L-OBS iterative", "error after retraining %"): retrained["test error %"],
        ("table 1", "L-OBS iterative", study.BACK): retrained["iterations"],
        ("table 1", "OBD - L-OBS", "error after pruning, points"): worse,
        ("table 2", "second layer, 7.4 % kept", "test error %"): record["second 7.4"]["error %"],
        ("table 2", f"second layer, 7.4 % kept, {best}", "test error %"): record[f"second 7.4, {best}"]["error %"],
        ("fig. 2", "first layer", most): record["first, L-OBS"][-2]["error %"],
        ("fig. 2", f"first layer, {best}", most): record[f"first, {best}"][-2]["error %"],
        ("appendix", "first layer", "sensitivities below 0.001 %"): record["small %"],
        ("appendix", "first layer, true rise", "sensitivities below 0.001 %"): record["small, true rise %"],
        ("appendix", "first layer", "more than 90 % below 1e-3"): record["small %"],
    }
    assert {key: rows[key].value for key in expected} == pytest.approx(expected, rel=1e-5)
    assert not retrained["back"] and rows["table 1", "L-OBS iterative", study.BACK].high == np.inf
    row = rows["table 1", "OBD", study.AFTER]
    share = row.value / 100
    assert row.high - row.low == pytest.approx(2 * 196 * np.sqrt(share * (1 - share) / record["patterns"]), rel=0.02)

"""Dong et al. (2017) on LeNet-300-100: the counts, the printed rows (slow), a slice of 500 digits, the user's files."""

import gzip
from time import process_time

import numpy as np
import pytest
import rows

from classicnets import MLP, LayerwiseDamage, LayerwiseSurgeon, accuracy, prune_layers
from classicnets.datasets.digits import Digits
from reproductions import dong2017_lenet300 as study
from reproductions import dong2017_nets
from reproductions import dong2017_pruned as pruning

KEYS = rows.keys(("dong2017",))
HELD = [key for key in KEYS if key[3] == "weights kept %"]  # the printed shares alone
OWN = [key for key in KEYS if key[2].endswith("our own")]
SLOW = [key for key in KEYS if key not in HELD]


@pytest.mark.parametrize("key", rows.cases(HELD))
def test_counts(key):
    row = next(row for row in study.rows([]) if (row.item, row.row, row.quantity) == key[1:])
    assert rows.verdict_of(key, row) == rows.recorded(key)


@pytest.mark.slow
@pytest.mark.parametrize("key", rows.cases(SLOW))
def test_row(key):
    if key not in OWN and not dong2017_nets.available():
        pytest.skip("LENET_WEIGHTS and MNIST_FOLDER do not name the authors' weights and MNIST's test digits")
    assert rows.measured(study, key, study.RECORDED) == rows.recorded(key)


def test_seven_percent_are_eight_and_a_half():
    """Trap: 6.7, 20 and 65 % of 235,200, 30,000 and 1000 weights are 22,408.4 of 266,200."""
    found = {(row.item, row.row): row.value for row in study.rows([])}
    kept = 0.067 * 235_200 + 0.2 * 30_000 + 0.65 * 1000
    assert found["table 1", "L-OBS"] == pytest.approx(100 * kept / 266_200, abs=1e-4)
    assert 8.4 < found["table 1", "L-OBS"] < 8.5 and 8.4 < found["table 1", "LeNet-5, L-OBS"] < 8.5
    net = MLP(study.SIZES, "relu", "softmax", seed=0)
    assert net.n == 266_610
    smaller = prune_layers(net, np.eye(784)[:9], pruning.METHODS["magnitude"](0), pruning.KEEP)
    assert smaller.n_active == 22_455  # with the biases, weights of their layers like any other


# -- the user's files -------------------------------------------------------------------------------------------------


def test_the_users_files_are_read_as_they_are_stored(tmp_path, monkeypatch):
    """Weights (fan-in, units), biases apart; images of bytes behind 16, labels behind 8 of the files' heads."""
    rng, arrays = np.random.default_rng(0), {}
    for layer, (a, b) in enumerate(zip(study.SIZES, study.SIZES[1:], strict=False), 1):
        for names in (("original_parameters_w_layer{}", "original_parameters_b_layer{}"),
                      ("pruned_parameters_fc{}_weights", "pruned_parameters_fc{}_biases")):  # fmt: skip
            arrays |= {names[0].format(layer): rng.normal(size=(a, b)), names[1].format(layer): rng.normal(size=b)}
    np.savez(tmp_path / "weights.npz", **arrays)
    pixels, labels = rng.integers(0, 256, (3, 784), dtype=np.uint8), np.array([7, 0, 9], dtype=np.uint8)
    for name, head, content in (("images-idx3", 16, pixels), ("labels-idx1", 8, labels)):
        (tmp_path / f"t10k-{name}-ubyte.gz").write_bytes(gzip.compress(b"\0" * head + content.tobytes()))
    monkeypatch.setenv("LENET_WEIGHTS", str(tmp_path / "weights.npz"))
    monkeypatch.setenv("MNIST_FOLDER", str(tmp_path))
    assert study.tasks(1)[0] == {"net": study.AUTHORS, "seed": 0}
    t = dong2017_nets.trained(study.AUTHORS, 0)
    np.testing.assert_allclose(t.X_test, pixels / 255)
    assert t.labels_test.tolist() == [7, 0, 9] and t.X.shape == (5000, 784) and t.X.min() == 0 and t.X.max() == 1
    hidden = np.maximum(t.X_test @ arrays["original_parameters_w_layer1"] + arrays["original_parameters_b_layer1"], 0)
    np.testing.assert_allclose(t.net.layers(t.X_test)[1][:, :-1], hidden, rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(dong2017_nets.pruned().matrices[2][:, -1], arrays["pruned_parameters_fc3_biases"])


# -- a slice --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small():
    """A network trained on 500 digits for three epochs, retrained for ten batches: the Trained and its record."""
    data = study_digits(500)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("LENET_WEIGHTS", raising=False)
        patch.setattr(dong2017_nets, "digits", lambda size: data)
        patch.setattr(dong2017_nets, "RATES", (0.05,) * 3)
        patch.setattr(pruning, "MOST", 10)
        patch.setattr(pruning, "EVERY", 10)
        (task,) = study.tasks(1)
        yield dong2017_nets.trained(task["net"], task["seed"]), study.measure(**task)


def study_digits(number):
    return Digits(*(part[:number] for part in dong2017_nets.digits(28)))


def test_a_slice_goes_the_papers_way(small):
    _, record = small
    assert record["whole"]["error %"] < record["L-OBS"]["error %"] < record["random"]["error %"]
    for name in pruning.METHODS:
        assert record[name]["weights"] == record[f"{name}, {pruning.BEST}"]["weights"] == 22_455
    assert record["shrinking"]["error %"] == pytest.approx(record["L-OBS, least squares"]["error %"])
    assert record["L-OBS, least squares"]["error %"] <= record["L-OBS"]["error %"]


def test_it_is_the_pruned_network_that_is_tested(small):
    """Trap: the authors' script evaluates the original network after pruning."""
    t, record = small
    smaller = prune_layers(t.net, t.X, pruning.METHODS["magnitude"](0), pruning.KEEP)
    T = np.eye(10)[t.labels_test]
    assert record["magnitude"]["error %"] == pytest.approx(100 * (1 - accuracy(smaller, t.X_test, T)))
    assert record["whole"]["error %"] == pytest.approx(100 * (1 - accuracy(t.net, t.X_test, T)))
    assert t.net.mask.all() and smaller.n_active < 0.09 * t.net.n


def test_the_patterns_that_are_kept_as_wrong_are_the_pruned_networks(small):
    t, record = small
    for name in pruning.METHODS:
        wrong = np.unpackbits(np.frombuffer(bytes.fromhex(record[name]["wrong"]), np.uint8))[: len(t.X_test)]
        assert 100 * wrong.mean() == pytest.approx(record[name]["error %"])


def test_of_the_authors_network_one_layer_is_pruned_at_a_time(small, monkeypatch):
    """Table 2 of the second, fig. 2 of the first: all others whole."""
    t, _ = small
    seen = []
    monkeypatch.setattr(pruning, "LayerwiseSurgeon", lambda **options: LayerwiseDamage())  # which takes no inverse
    monkeypatch.setattr(pruning, "_seen", lambda *given: {})
    monkeypatch.setattr(pruning, "prune_layers", lambda net, X, method, keep: seen.append(keep) or net)
    monkeypatch.setattr(pruning, "least_squares", lambda net, X, mask: net)
    monkeypatch.setattr(pruning, "pruned", lambda: t.net)
    monkeypatch.setattr(pruning, "_retrained", lambda *given: {})
    pruning._of_authors(t, pruning._right(t, t.net))
    second = [(1, pytest.approx(kept), 1) for kept in (0.074, 0.038, 0.034)]
    assert seen[:4] == [pruning.STORED, *second]
    assert all(keep[1:] == (1, 1) for keep in seen[4:-2]) and seen[-2:] == [*pruning.STAGES]


def test_retraining_ends_where_no_more_digits_are_wrong_than_before(small, monkeypatch):
    t, _ = small
    monkeypatch.setattr(pruning, "MOST", 20)
    net, wrong = prune_layers(t.net, t.X, pruning.METHODS["OBD"](0), (0.5, 0.8, 1)), []
    found = pruning._retrained(t, net, 0)
    for each in (t.net, net):
        wrong.append(np.count_nonzero(each.outputs(t.X).argmax(axis=1) != t.T.argmax(axis=1)))
    assert found["back"] == (wrong[1] <= wrong[0]) and found["iterations"] % pruning.EVERY == 0
    assert net.n_active < t.net.n, "what was deleted stays deleted"
    assert pruning._retrained(t, t.net.copy(), 0) | {"test error %": 0} == {
        "iterations": 0, "back": True, "test error %": 0,
    }  # fmt: skip


def test_differences_and_their_intervals_are_of_the_same_patterns(small):
    a, b = np.array([True] * 3 + [False] * 5), np.array([True, False, False, True] + [False] * 4)
    value, low, high = study._difference({"wrong": pruning._packed(a)}, {"wrong": pruning._packed(b)}, 8)
    assert value == pytest.approx(100 * (3 - 2) / 8) and low < value < high
    assert study._rise(2 / 8, 1 / 8, 8) == pytest.approx((value, low, high))
    curve = [{"lost %": lost, "won %": 0.0} for lost in (0.1, 0.15, 0.3, 0.1)]
    assert study.most_deleted(curve, 10**9) == [study.FIRST[1]] * 3
    assert study.most_deleted(curve, 1000) == [
        study.FIRST[1],
        0,
        study.FIRST[-1],
    ]  # where the rise may be more, or less


def test_what_own_networks_show_is_in_the_rows(small):
    _, record = small
    found = {(row.row, row.quantity): row.value for row in study.rows([record])}
    assert found["OBD - L-OBS, our own", "error after pruning, points"] == pytest.approx(
        record["OBD"]["error %"] - record["L-OBS"]["error %"], abs=1e-4
    )
    assert found["OBD's mask, least squares, our own", study.AFTER] == pytest.approx(
        record["OBD, least squares"]["error %"], abs=1e-4
    )
    seconds = found["shrinking, all layers", "processor seconds"]
    assert seconds == pytest.approx(record["shrinking"]["seconds"], abs=1e-4)
    assert any("data not available" in note for note in study.notes([record]))


@pytest.mark.slow
@pytest.mark.parametrize("shrinking", [False, True])
def test_the_whole_network_is_pruned_in_ten_seconds_of_processor_time(shrinking):
    net, X = MLP(study.SIZES, "relu", "softmax", seed=0), (dong2017_nets.digits(28).X + 1) / 2
    begin = process_time()
    smaller = prune_layers(net, X, LayerwiseSurgeon(shrinking=shrinking), pruning.KEEP)
    assert smaller.n_active == 22_455 and process_time() - begin < 10

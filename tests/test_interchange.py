"""Networks from scikit-learn, pruned, made smaller and back: outputs, loss and gradient stay what they were."""

import pickle
from inspect import signature

import numpy as np
import oracles
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris, load_wine
from sklearn.neural_network import MLPClassifier, MLPRegressor

from classicnets import (
    MLP,
    Magnitude,
    OptimalBrainSurgeon,
    RecurrentNetwork,
    from_sklearn,
    gradient,
    network_error,
    prune,
    shrink,
    sklearn_decay,
    to_sklearn,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
ACTIVATIONS = {"relu": "relu", "tanh": "tanh", "logistic": "logistic", "identity": "linear"}


def fitted(kind, hidden=(4,), activation="relu", solver="lbfgs", data="three classes", **options):
    """An estimator of scikit-learn, its patterns, what it was fitted to, and that as targets (P, n_out)."""
    iris, wine = load_iris(), load_wine()
    X = (iris.data - iris.data.mean(axis=0)) / iris.data.std(axis=0)
    y = {
        "two classes": np.array(["no", "yes"])[(iris.target > 0).astype(int)],
        "three classes": iris.target_names[iris.target],
        "labels": np.column_stack([iris.target > 0, iris.target < 2, X[:, 0] > 0]).astype(int),
        "number": X[:, 3],
        "numbers": X[:, 2:],
    }
    X = X[:, :2] if data.startswith("number") else X
    if data == "wine":
        X, y = (wine.data - wine.data.mean(axis=0)) / wine.data.std(axis=0), {"wine": wine.target}
    estimator = kind(
        hidden_layer_sizes=hidden, activation=activation, solver=solver, max_iter=25, random_state=0, **options
    )
    estimator.fit(X, y[data])
    binarizer = getattr(estimator, "_label_binarizer", None)
    T = y[data] if binarizer is None else binarizer.transform(y[data])
    return estimator, X, y[data], np.array(T, dtype=float).reshape(len(X), -1)


def outputs(estimator, X):
    """What an estimator puts out (P, n_out): of two classes the probability of the second."""
    if isinstance(estimator, MLPRegressor):
        return estimator.predict(X).reshape(len(X), -1)
    probabilities = estimator.predict_proba(X)
    return probabilities[:, 1:] if estimator.n_outputs_ == 1 else probabilities


def loss_and_gradient(estimator, X, T):
    """scikit-learn's own, the gradient in the order of our weights."""
    layers = len(estimator.coefs_)
    grads = [None] * layers, [None] * layers
    weighted = [None] if "sample_weight" in signature(estimator._backprop).parameters else []  # since 1.7
    loss, *grads = estimator._backprop(X, T, *weighted, [X, *[None] * layers], [None] * layers, *grads)
    return loss, np.concatenate([np.column_stack([W.T, b]).ravel() for W, b in zip(*grads, strict=True)])


CASES = {
    f"{data}, {activation}": (kind, activation, data)
    for activation in ACTIVATIONS
    for kind, data in [
        (MLPClassifier, "two classes"),
        (MLPClassifier, "three classes"),
        (MLPClassifier, "labels"),
        (MLPRegressor, "number"),
        (MLPRegressor, "numbers"),
    ]
}
every_case = pytest.mark.parametrize("kind, activation, data", CASES.values(), ids=CASES)


@every_case
@pytest.mark.parametrize("solver, hidden", [("lbfgs", (4,)), ("adam", (4, 3))])
def test_outputs_loss_and_gradient_are_scikit_learns(kind, activation, data, solver, hidden):
    estimator, X, _, T = fitted(kind, hidden, activation, solver, data, alpha=0.3)
    net, error = from_sklearn(estimator), "squared" if kind is MLPRegressor else "cross-entropy"
    assert net.hidden == ACTIVATIONS[activation] and net.sizes == (X.shape[1], *hidden, T.shape[1])
    assert np.abs(net.forward(X) - outputs(estimator, X)).max() < 1e-12
    loss, slope = loss_and_gradient(estimator, X, T)
    decay = sklearn_decay(estimator, len(X))
    assert np.abs(gradient(net, X, T, error, decay) - slope).max() < 1e-12
    ours = network_error(net, X, T, error) / (T.shape[1] if kind is MLPRegressor else 1)
    assert abs(ours + (decay * net.weights**2).sum() / 2 - loss) < 1e-12
    if data != "numbers":
        assert abs(network_error(net, X, T, error, decay) - loss) < 1e-12
    if data != "numbers" and solver == "lbfgs":  # which minimized just that
        assert np.isclose(network_error(net, X, T, error, decay), estimator.loss_, rtol=1e-9)


@every_case
def test_pruned_by_obs_made_smaller_and_back(kind, activation, data):
    estimator, X, y, T = fitted(kind, (4,), activation, data=data, alpha=0.1)
    net, error = from_sklearn(estimator), "squared" if kind is MLPRegressor else "cross-entropy"
    decay, before = sklearn_decay(estimator, len(X)), pickle.dumps(estimator)
    path = prune(net, X, T, OptimalBrainSurgeon(1e-6), error=error, weight_decay=decay, at_once=2)
    found = set()
    for index in range(0, len(path), 3):
        pruned = path.network(index)
        for smaller in (pruned, shrink(pruned)):
            back = to_sklearn(smaller, estimator)
            assert np.abs(outputs(back, X) - pruned.forward(X)).max() < 1e-12
            assert np.array_equal(from_sklearn(back).weights, smaller.weights)
            found.add(smaller.sizes[1])
    assert len(found) > 1 and pickle.dumps(estimator) == before
    again = pickle.loads(pickle.dumps(back))
    assert np.array_equal(again.predict(X), back.predict(X)) and again.score(X, y) == back.score(X, y)
    assert clone(back).get_params()["hidden_layer_sizes"] == smaller.sizes[1:-1]
    assert clone(back).set_params(max_iter=2, solver="adam").fit(X, y).coefs_[0].shape[1] == smaller.sizes[1]
    if kind is MLPClassifier and data == "three classes":
        assert (again.predict(X) == again.classes_[pruned.forward(X).argmax(axis=1)]).all()


def test_what_was_made_smaller_can_be_fitted_on_in_scikit_learn():
    estimator, X, y, _ = fitted(MLPClassifier, (5,), solver="adam", early_stopping=False)
    net = from_sklearn(estimator)
    net.delete(np.concatenate(net.hidden_units()[:2]))
    back = to_sklearn(shrink(net), estimator)
    back.partial_fit(X, y)
    assert back.coefs_[0].shape == (4, 3) and estimator.coefs_[0].shape == (4, 5)
    assert hasattr(estimator, "_optimizer")
    warm = to_sklearn(shrink(net), estimator).set_params(warm_start=True, max_iter=1).fit(X, y)
    assert warm.coefs_[0].shape == (4, 3)
    estimator, X, y, _ = fitted(MLPClassifier, (5,), solver="adam", early_stopping=True)
    estimator.best_validation_score_ = 1.0  # so that the weights of the best validation are those from before
    warm = to_sklearn(shrink(net), estimator).set_params(warm_start=True, max_iter=1).fit(X, y)
    assert np.array_equal(warm.coefs_[0], shrink(net).matrices[0][:, :-1].T)


def test_wine_by_both_ways_of_pruning_keeps_its_probabilities():
    estimator, X, y, T = fitted(MLPClassifier, (6, 4), "tanh", data="wine", alpha=1.0)
    decay = sklearn_decay(estimator, len(X))
    for method in (Magnitude(), OptimalBrainSurgeon(1e-4)):
        path = prune(
            from_sklearn(estimator), X, T, method, error="cross-entropy", weight_decay=decay, at_once=9, down_to=20
        )
        smaller = shrink(path.network())
        assert smaller.n < path.network().n
        assert np.abs(to_sklearn(smaller, estimator).predict_proba(X) - path.network().forward(X)).max() < 1e-12


def test_the_layers_may_be_others_than_the_estimators():
    estimator, X, _, _ = fitted(MLPClassifier, (4,))
    net = MLP((4, 3, 2, 3), "relu", "softmax", seed=0)
    assert np.abs(to_sklearn(net, estimator).predict_proba(X) - net.forward(X)).max() < 1e-12


def test_without_hidden_layers_the_hidden_activation_does_not_matter():
    estimator, X, *_ = fitted(MLPClassifier, ())
    net = MLP((4, 3), "tanh", "softmax", seed=0)
    assert estimator.activation == "relu"
    assert np.abs(to_sklearn(net, estimator).predict_proba(X) - net.forward(X)).max() < 1e-12


def test_a_network_without_hidden_layers_and_single_precision():
    estimator, X, _, _ = fitted(MLPClassifier, (), data="two classes")
    net = from_sklearn(estimator)
    assert net.sizes == (4, 1) and np.abs(net.forward(X) - outputs(estimator, X)).max() < 1e-12
    assert np.array_equal(outputs(to_sklearn(net, estimator), X), outputs(estimator, X))
    single = MLPRegressor(hidden_layer_sizes=(3,), max_iter=5, random_state=0).fit(
        X.astype(np.float32), X[:, 0].astype(np.float32)
    )
    assert single.coefs_[0].dtype == np.float32
    net = from_sklearn(single)
    assert np.abs(to_sklearn(net, single).predict(X) - net.forward(X)[:, 0]).max() < 1e-12


def test_what_is_no_fitted_network_of_scikit_learn_is_refused():
    fine, X, y, _ = fitted(MLPClassifier)
    net = from_sklearn(fine)
    for call in (from_sklearn, lambda e: sklearn_decay(e, 9), lambda e: to_sklearn(net, e)):
        for stranger in (None, X, net, MLPClassifier, "MLPClassifier", load_iris()):
            with pytest.raises(
                TypeError, match="^estimator: expected an MLPClassifier or MLPRegressor of scikit-learn"
            ):
                call(stranger)
        with pytest.raises(ValueError, match=r"^estimator: expected one that is fitted; got MLPClassifier\(\)"):
            call(MLPClassifier())
        odd = pickle.loads(pickle.dumps(fine))
        odd.out_activation_ = "exp"  # of the loss "poisson", which older versions have not
        with pytest.raises(ValueError, match="^estimator: expected outputs that are one of identity, .*; got exp"):
            call(odd)
        odd = pickle.loads(pickle.dumps(fine)).set_params(activation="swish")
        with pytest.raises(ValueError, match="^estimator: expected one of identity, .*; got 'swish'"):
            call(odd)
        few, narrow, other = fine.coefs_[:1], [fine.coefs_[0][:, :2], fine.coefs_[1]], fine.intercepts_[::-1]
        for name, bad in {"coefs_": few, "coefs_ ": narrow, "intercepts_": other, "intercepts_ ": []}.items():
            odd = pickle.loads(pickle.dumps(fine))
            setattr(odd, name.strip(), bad)
            with pytest.raises(ValueError, match="^estimator: expected weights and biases that fit each other; got "):
                call(odd)
    for bad in (-1, None, np.nan):
        with pytest.raises(ValueError, match="^estimator: expected a finite number of at least 0; got "):
            sklearn_decay(pickle.loads(pickle.dumps(fine)).set_params(alpha=bad), 9)
    broken = pickle.loads(pickle.dumps(fine))
    broken.intercepts_[0][1] = np.nan
    with pytest.raises(ValueError, match="^estimator: expected finite numbers; got NaN or infinity"):
        from_sklearn(broken)
    for bad in (0, -1, 1.5, None, 10**400):
        with pytest.raises(ValueError, match="^patterns: expected a whole number (of at least 1|from 1 to 10+); got "):
            sklearn_decay(fine, bad)


def test_a_network_that_does_not_fit_the_estimator_is_refused():
    fine, *_ = fitted(MLPClassifier)
    for other in (
        MLP((5, 4, 3), "relu", "softmax"),
        MLP((4, 4, 2), "relu", "softmax"),
        MLP((4, 4, 3), "tanh", "softmax"),
        MLP((4, 4, 3), "relu", "logistic"),
    ):
        with pytest.raises(ValueError, match="^net: expected 4 inputs, 3 outputs, relu hidden, softmax output, as the"):
            to_sklearn(other, fine)
    for stranger in (None, RecurrentNetwork((4, 4, 3)), fine):
        with pytest.raises(TypeError, match="^net: expected an MLP; got "):
            to_sklearn(stranger, fine)


# -- made smaller ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hidden", ["tanh", "logistic", "relu", "scaled tanh", "linear"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.8, 0.95])
@pytest.mark.parametrize("seed", range(5))
def test_a_shrunk_network_has_the_same_outputs_and_only_units_that_matter(hidden, share, seed):
    net, X, _ = oracles.problem((4, 6, 5, 3), hidden, "linear", deleted=share, seed=seed)
    before, smaller = net.copy(), shrink(net)
    assert np.array_equal(before.weights, net.weights) and np.array_equal(before.mask, net.mask)
    O = net.forward(X)
    assert np.abs(smaller.forward(X) - O).max() <= 1e-15 * max(1, np.abs(O).max())
    assert smaller.sizes[0] == 4 and smaller.sizes[-1] == 3 and smaller.n_active <= net.n_active
    masks = smaller.mask_matrices
    for below, above, units in zip(masks, masks[1:], smaller.sizes[1:-1], strict=False):
        leads, seen = above[:, :-1].any(axis=0), below.any(axis=1)
        assert leads.all() or (units == 1 and not leads.any() and not seen.any())
    twice = shrink(smaller)
    assert twice.sizes == smaller.sizes and np.array_equal(twice.weights, smaller.weights)


def test_weights_masks_and_constants_of_a_shrunk_network():
    net = MLP((2, 3, 1), "tanh", "linear", seed=0)
    net.matrices = [np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]) / 10, np.array([[1.0, 2, 3, 4]])]
    net.delete([0, 3, 4, 11])  # an input of the first unit; both of the second; the way out of the third
    smaller = shrink(net)
    assert smaller.sizes == (2, 1, 1) and smaller.hidden == "tanh" and smaller.output == "linear"
    assert np.array_equal(smaller.mask, [False, True, True, True, True])
    assert np.array_equal(smaller.weights, [0, 0.2, 0.3, 1, 4 + 2 * np.tanh(0.6)])
    net.delete([14 - 2])  # the bias above: nothing can take the second unit's constant over
    assert shrink(net).sizes == (2, 2, 1)


def test_of_a_layer_that_nothing_is_left_of_one_unit_stays_without_weights():
    net = MLP((3, 4, 4, 2), "logistic", "softmax", seed=0)
    X = np.random.default_rng(0).normal(size=(5, 3))
    net.delete(np.arange(net.n)[net.views(np.arange(net.n))[1].ravel()])
    net.revive(net.views(np.arange(net.n))[1][:, -1])
    smaller = shrink(net)
    assert smaller.sizes == (3, 1, 1, 2) and smaller.n_active == 2  # the two biases of the outputs
    assert np.allclose(smaller.forward(X), net.forward(X), rtol=0, atol=1e-15)


def test_a_net_without_hidden_layers_is_shrunk_to_itself_and_other_kinds_are_refused():
    net = MLP((3, 2), seed=0)
    net.delete([1])
    assert np.array_equal(shrink(net).weights, net.weights) and np.array_equal(shrink(net).mask, net.mask)
    for stranger in (None, RecurrentNetwork((2, 2, 1)), MLP):
        with pytest.raises(TypeError, match="^net: expected an MLP; got "):
            shrink(stranger)


def test_a_shrunk_network_still_has_the_same_derivatives():
    net, X, T = oracles.problem((4, 6, 3), "relu", "softmax", deleted=0)
    gone = net.hidden_units()[1]
    net.delete(gone)
    left = np.delete(np.arange(net.n), gone)
    slope = gradient(net, X, T, "cross-entropy")[left]
    assert np.allclose(gradient(shrink(net), X, T, "cross-entropy"), slope, rtol=0, atol=1e-15)

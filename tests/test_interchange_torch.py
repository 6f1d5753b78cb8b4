"""Networks from PyTorch, pruned, made smaller and back: outputs and gradient stay what they were."""

import copy
import pickle

import numpy as np
import oracles
import pytest

from classicnets import (
    MLP,
    OptimalBrainSurgeon,
    RecurrentNetwork,
    from_torch,
    gradient,
    network_error,
    prune,
    shrink,
    to_torch,
)

torch = pytest.importorskip("torch")
nn, masks = torch.nn, pytest.importorskip("torch.nn.utils.prune")

HIDDEN = {"tanh": nn.Tanh, "logistic": nn.Sigmoid, "relu": nn.ReLU, "linear": nn.Identity}
OUTPUT = {**HIDDEN, "softmax": lambda: nn.Softmax(dim=-1)}


def sequential(hidden="tanh", output="linear", sizes=(4, 5, 4, 3), bias=True):
    """A Sequential of double precision with random weights."""
    torch.manual_seed(0)
    parts = []
    for fan_in, units in zip(sizes, sizes[1:], strict=False):
        parts += [nn.Linear(fan_in, units, bias=bias, dtype=torch.float64), HIDDEN[hidden]()]
    return nn.Sequential(*parts[:-1], OUTPUT[output]())


X = np.random.default_rng(0).normal(size=(20, 4))
LABELS = np.arange(20) % 3


def outputs(module, X=X):
    with torch.no_grad():
        return module(torch.tensor(X)).numpy()


def gradient_of(module, loss):
    """torch's gradient in the order of our weights; with masks, that of the weights that are kept."""
    module.zero_grad()
    loss.backward()
    slopes = []
    for layer in module:
        if isinstance(layer, nn.Linear):
            W, b = (getattr(layer, f"{name}_orig", getattr(layer, name)).grad for name in ("weight", "bias"))
            slopes.append(torch.column_stack([W, b]).numpy().ravel())
    return np.concatenate(slopes)


@pytest.mark.parametrize("output", OUTPUT)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_in_and_out_with_the_same_outputs(hidden, output):
    module = sequential(hidden, output)
    net = from_torch(module)
    assert (net.sizes, net.hidden, net.output) == ((4, 5, 4, 3), hidden, output) and net.mask.all()
    assert np.abs(net.forward(X) - outputs(module)).max() < 1e-12
    back = to_torch(net)
    assert np.abs(outputs(back) - outputs(module)).max() < 1e-12
    assert all(parameter.dtype == torch.float64 for parameter in back.parameters())
    again = from_torch(back)
    assert np.array_equal(again.weights, net.weights) and again.settings == net.settings
    with torch.no_grad():
        module[0].weight[:] = 0  # copies, both of them
    assert net.weights.all() and np.abs(outputs(back) - net.forward(X)).max() < 1e-12


@pytest.mark.parametrize("hidden", HIDDEN)
def test_logits_loss_and_gradient_are_torchs(hidden):
    module, T = sequential(hidden), np.eye(3)[LABELS]
    net, loss = (
        from_torch(module, output="softmax"),
        nn.CrossEntropyLoss()(module(torch.tensor(X)), torch.tensor(LABELS)),
    )
    assert np.abs(net.forward(X) - outputs(nn.Sequential(module, nn.Softmax(dim=-1)))).max() < 1e-12
    assert abs(network_error(net, X, T, "cross-entropy") - loss.item()) < 1e-12
    assert np.abs(gradient(net, X, T, "cross-entropy") - gradient_of(module, loss)).max() < 1e-12
    net, loss = from_torch(module, output="logistic"), nn.BCEWithLogitsLoss(reduction="sum")
    loss = loss(module(torch.tensor(X)), torch.tensor(T)) / len(X)
    assert abs(network_error(net, X, T, "cross-entropy") - loss.item()) < 1e-12
    assert np.abs(gradient(net, X, T, "cross-entropy") - gradient_of(module, loss)).max() < 1e-12
    back = to_torch(net)[:-1]
    assert np.abs(outputs(back) - outputs(module)).max() < 1e-12


@pytest.mark.parametrize("hidden", HIDDEN)
def test_pruned_by_obs_made_smaller_and_back(hidden):
    module, T = sequential(hidden), np.eye(3)[LABELS]
    net = from_torch(module, output="softmax")
    path = prune(net, X, T, OptimalBrainSurgeon(1e-3), error="cross-entropy", weight_decay=1e-3, at_once=3)
    found = set()
    for index in range(0, len(path), 2):
        pruned = path.network(index)
        for smaller in (pruned, shrink(pruned)):
            for permanent in (False, True):
                back = to_torch(smaller, permanent=permanent)
                assert np.abs(outputs(back) - pruned.forward(X)).max() < 1e-12
                assert masks.is_pruned(back) == (not permanent and smaller.n_active < smaller.n)
                again = from_torch(back)
                assert np.array_equal(again.weights, smaller.weights)
                assert np.array_equal(again.mask, np.ones(smaller.n) > 0 if permanent else smaller.mask)
            found.add(smaller.sizes)
    assert len(found) > 1
    twin = pickle.loads(pickle.dumps(to_torch(pruned)))
    assert np.array_equal(outputs(twin), outputs(to_torch(pruned)))
    for part in (twin[0], twin[2]):
        for name, _ in list(part.named_buffers()):
            masks.remove(part, name.removesuffix("_mask"))
    assert np.abs(outputs(twin) - pruned.forward(X)).max() < 1e-12


def test_torch_trains_a_masked_network_and_what_is_deleted_stays_so():
    net, _, T = oracles.problem((4, 5, 3), "relu", "linear", deleted=0.4, patterns=20)
    module, before = to_torch(net), network_error(net, X, T)
    loss = ((module(torch.tensor(X)) - torch.tensor(T)) ** 2).sum() / 2 / len(X)
    slope = gradient_of(module, loss)
    assert np.abs(slope - np.where(net.mask, gradient(net, X, T), 0)).max() < 1e-12
    optimizer = torch.optim.SGD(module.parameters(), lr=0.01, momentum=0.9, weight_decay=0.1)
    for _ in range(20):
        optimizer.zero_grad()
        (((module(torch.tensor(X)) - torch.tensor(T)) ** 2).sum() / 2 / len(X)).backward()
        optimizer.step()
    trained = from_torch(module)  # whose masked weights are stale until the next forward pass
    assert network_error(trained, X, T) < before
    assert np.array_equal(trained.mask, net.mask) and not trained.weights[~net.mask].any()
    assert np.abs(trained.forward(X) - outputs(module)).max() < 1e-12


def test_masks_and_missing_biases_are_deleted_weights_and_zeros_are_not():
    module = sequential(bias=False, sizes=(4, 3, 2))
    with torch.no_grad():
        module[0].weight[1, 2] = 0
    net = from_torch(module)
    assert np.array_equal(net.mask, ~net.is_bias) and np.abs(net.forward(X) - outputs(module)).max() < 1e-12
    module = sequential(sizes=(4, 3, 2))
    masks.l1_unstructured(module[0], "weight", amount=5)
    masks.random_unstructured(module[0], "bias", amount=1)
    masks.ln_structured(module[2], "weight", amount=1, n=2, dim=0)
    net = from_torch(module)
    assert net.n_active == net.n - 5 - 1 - 3 and np.abs(net.forward(X) - outputs(module)).max() < 1e-12
    masks.remove(module[0], "weight")
    assert from_torch(module).n_active == net.n_active + 5
    assert np.abs(from_torch(module).forward(X) - outputs(module)).max() < 1e-12
    whole = to_torch(MLP((4, 3, 2), seed=0))
    assert not masks.is_pruned(whole)


def test_a_sequential_within_what_does_nothing_and_single_precision():
    inner = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Dropout(0.5))
    module = nn.Sequential(nn.Flatten(), inner, nn.Identity(), nn.Sequential(nn.Linear(5, 2), nn.Softmax(dim=1))).eval()
    net = from_torch(module)
    assert (net.sizes, net.hidden, net.output) == ((4, 5, 2), "relu", "softmax")
    double = copy.deepcopy(module).double()
    assert np.abs(net.forward(X) - outputs(double)).max() < 1e-12
    assert np.abs(net.forward(X) - outputs(module, X.astype(np.float32))).max() < 1e-6
    unit, layer = nn.Tanh(), nn.Linear(4, 4)  # the same one twice
    module = nn.Sequential(layer, unit, layer, unit, nn.Linear(4, 2), unit).double()
    net = from_torch(module)
    assert (net.sizes, net.hidden, net.output) == ((4, 4, 4, 2), "tanh", "tanh")
    assert np.abs(net.forward(X) - outputs(module)).max() < 1e-12
    net = from_torch(nn.Sequential(nn.Linear(4, 3), nn.Sigmoid()))
    assert (net.sizes, net.output) == ((4, 3), "logistic")
    net = from_torch(nn.Sequential(nn.Linear(4, 3), nn.Sigmoid()), output="logistic")
    assert net.output == "logistic"


REFUSED = {
    "a convolution": (lambda: [nn.Conv1d(1, 1, 1), nn.Linear(4, 2)], r"Linear .*; got Conv1d\(.* as '0'"),
    "a normalisation": (lambda: [nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Linear(3, 2)], r"Linear .*; got BatchNorm1d\("),
    "another unit": (
        lambda: [nn.Linear(4, 3), nn.LeakyReLU(), nn.Linear(3, 2)],
        r"Linear .*; got LeakyReLU\(.* as '1'",
    ),
    "logarithms": (lambda: [nn.Linear(4, 3), nn.LogSoftmax(dim=1)], r"Linear .*; got LogSoftmax\(dim=1\) as '1'"),
    "over the patterns": (lambda: [nn.Linear(4, 3), nn.Softmax(dim=0)], r"Linear .*; got Softmax\(dim=0\) as '1'"),
    "a unit before all": (lambda: [nn.Tanh(), nn.Linear(4, 2)], r"Linear .*; got Tanh\(\) as '0'"),
    "two in a row": (lambda: [nn.Linear(4, 2), nn.Tanh(), nn.Tanh()], r"Linear .*; got Tanh\(\) as '2'"),
    "lazy": (lambda: [nn.LazyLinear(3)], r"Linear .*; got LazyLinear\("),
    "of one's own": (lambda: [Linear(4, 3)], r"Linear .*; got Linear\(.* as '0'"),
    "within": (lambda: [nn.Sequential(nn.Linear(4, 3), nn.GELU())], r"Linear .*; got GELU\(.* as '0.1'"),
    "flat patterns": (lambda: [nn.Flatten(0), nn.Linear(4, 3)], r"Linear .*; got Flatten\(.* as '0'"),
    "two kinds": (
        lambda: [nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 2)],
        "one activation for all hidden layers, no softmax; got tanh, relu",
    ),
    "softmax below": (
        lambda: [nn.Linear(4, 3), nn.Softmax(dim=1), nn.Linear(3, 2)],
        "one activation for all hidden layers, no softmax; got softmax",
    ),
    "dropout": (lambda: [nn.Linear(4, 3), nn.Dropout(0.5)], "eval mode, where Dropout does nothing; got Dropout"),
    "no layer": (list, "at least one Linear layer; got none"),
    "sizes": (lambda: [nn.Linear(4, 3), nn.Linear(4, 2)], r"layers that fit; got Linear\(.* on 3 units"),
    "NaN": (lambda: [nn.Linear(4, 3), *[_broken()]], "finite numbers; got NaN"),
}


class Linear(nn.Linear):
    """Somebody's own layer, which does something else."""

    def forward(self, x):
        return 2 * super().forward(x)


def _broken():
    layer = nn.Linear(3, 2)
    nn.init.constant_(layer.weight, float("nan"))
    return layer


@pytest.mark.parametrize("make, message", REFUSED.values(), ids=REFUSED)
def test_what_an_mlp_cannot_be_is_refused_by_name(make, message):
    with pytest.raises(ValueError, match=f"^module: expected {message}"):
        from_torch(nn.Sequential(*make()))


def test_other_things_and_options_are_refused():
    for stranger in (None, X, MLP((2, 1)), nn.Linear(4, 2), nn.Sequential, "Sequential"):
        with pytest.raises(TypeError, match="^module: expected a torch.nn.Sequential; got "):
            from_torch(stranger)
    for bad in ("tanh", "linear", 1, True):
        with pytest.raises(ValueError, match="^output: expected one of softmax, logistic; got "):
            from_torch(sequential(), output=bad)
    with pytest.raises(ValueError, match="^output: expected None for outputs that are tanh already; got 'softmax'"):
        from_torch(sequential(output="tanh"), output="softmax")
    for stranger in (None, RecurrentNetwork((2, 2, 1)), sequential()):
        with pytest.raises(TypeError, match="^net: expected an MLP; got "):
            to_torch(stranger)
    for bad in (None, 1, "yes"):
        with pytest.raises(ValueError, match="^permanent: expected True or False; got "):
            to_torch(MLP((2, 1)), permanent=bad)
    with pytest.raises(ValueError, match="^net: expected units that torch has, .*; got scaled tanh"):
        to_torch(MLP((2, 2, 1), hidden="scaled tanh"))

"""Networks from scikit-learn and PyTorch and back, with the same outputs; neither is needed for anything else here.

Both have a matrix and a vector of biases for each layer, as an MLP has with its biases in the last column. What goes in
is copied; what comes out is float64, so that the outputs agree to rounding.
"""

import sys
from copy import deepcopy
from itertools import pairwise

import numpy as np

from . import checks
from .mlp import MLP

FROM_SKLEARN = {"identity": "linear", "logistic": "logistic", "tanh": "tanh", "relu": "relu", "softmax": "softmax"}
FROM_TORCH = {"Tanh": "tanh", "Sigmoid": "logistic", "ReLU": "relu", "Softmax": "softmax"}
TO_TORCH = {ours: theirs for theirs, ours in FROM_TORCH.items()}


def from_sklearn(estimator):
    """The MLP of a fitted MLPClassifier or MLPRegressor of scikit-learn: a copy, with the same outputs.

    These are what predict_proba and predict give: of two classes one logistic output, the probability of the second. A
    target is 1 for the class (a column of classes_, or the second of two) and 0 for the others, as `one_hot(labels)`
    makes them, of two classes `one_hot(labels)[:, 1:]`; or what a regressor is to predict. `sklearn_decay` says which
    weight decay alpha is.

    TypeError for anything else, ValueError for one that is not fitted, whose weights are not finite or do not fit each
    other, or whose outputs are exponentials (loss "poisson").
    """
    sizes, hidden, output = _sklearn_settings(estimator)
    net = MLP(sizes, hidden, output)
    pairs = zip(estimator.coefs_, estimator.intercepts_, strict=True)
    net.matrices = [checks.finite_matrix("estimator", np.column_stack([W.T, b])) for W, b in pairs]
    return net


def sklearn_decay(estimator, patterns):
    """The weight decay (n,) of an estimator's training: alpha / patterns, and 0 for the biases.

    `patterns`: how many alpha was divided by, all for the solver "lbfgs", those of one batch for the others (at most
    200 where batch_size is "auto"). With it, and cross-entropy for a classifier, `gradient` of the network is the slope
    that scikit-learn follows, and `network_error` its loss; but of a regressor with k > 1 outputs the loss that it
    shows has the squared error divided by k, which its slope has not.
    """
    sizes, hidden, output = _sklearn_settings(estimator)
    decay = checks.not_negative("estimator", estimator.alpha) / checks.size("patterns", patterns)
    return np.where(MLP(sizes, hidden, output).is_bias, 0.0, decay)


def to_sklearn(net, estimator):
    """A copy of a fitted estimator with the weights of `net`, made from it by pruning, or by `shrink`ing it after that.

    The layers may have other sizes than the estimator's, but for inputs and outputs. Deleted weights are zeros, which
    scikit-learn does not keep: to fit it on would bring them back. TypeError unless `net` is an MLP, ValueError where
    it does not fit the estimator.
    """
    checks.instance("net", net, MLP, "an MLP")
    sizes, *activations = _sklearn_settings(estimator)
    hidden = net.hidden if net.sizes[1:-1] else activations[0]  # without hidden units it does not matter
    wanted, came = (sizes[0], sizes[-1], *activations), (net.sizes[0], net.sizes[-1], hidden, net.output)
    if came != wanted:
        kind = "{} inputs, {} outputs, {} hidden, {} output"
        raise ValueError(f"net: expected {kind.format(*wanted)}, as the estimator; got {kind.format(*came)}")
    twin = deepcopy(estimator).set_params(hidden_layer_sizes=net.sizes[1:-1])
    twin.coefs_ = [matrix[:, :-1].T.copy() for matrix in map(np.asarray, net.matrices)]
    twin.intercepts_ = [matrix[:, -1].copy() for matrix in map(np.asarray, net.matrices)]
    twin.n_layers_ = len(net.sizes)
    # What a training that goes on would take the old weights from.
    vars(twin).pop("_optimizer", None)
    twin._best_coefs, twin._best_intercepts = deepcopy((twin.coefs_, twin.intercepts_))
    return twin


def from_torch(module, output=None):
    """The MLP of a torch.nn.Sequential of Linear layers, each followed by Tanh, Sigmoid, ReLU or nothing: a copy.

    The hidden layers must have one activation; the outputs may have any, or Softmax. Many torch networks end without
    theirs, because the loss has it: `output` says so, "softmax" for CrossEntropyLoss, "logistic" for BCEWithLogitsLoss.
    Identity, Flatten and, in eval mode, Dropout are passed over; a Sequential within is gone through. Masks of
    torch.nn.utils.prune become the mask, and where there is no bias it is deleted; other zeros are weights like any.

    TypeError for anything but a Sequential, ValueError for other modules in it, and for layers that do not fit.
    """
    nn = sys.modules.get("torch.nn")  # not imported by anyone, it has made no object
    checks.instance("module", module, getattr(nn, "Sequential", ()), "a torch.nn.Sequential")
    layers, activations = [], []
    for name, part in _parts(nn, module):
        kind = type(part).__name__ if type(part).__module__.startswith("torch.nn.") else ""
        if kind == "Linear":
            layers.append(part)
            activations.append("linear")
        elif not (layers and activations[-1] == "linear" and _acts(kind, part)):
            raise ValueError(f"module: expected {_ORDER}; got {checks.shown(part)} as {name!r}")
        else:
            activations[-1] = FROM_TORCH[kind]
    return _of_layers(layers, *_hidden_and_output(activations, output))


_ORDER = "Linear layers, each with at most one of Tanh, Sigmoid, ReLU and, at the end, Softmax(dim=-1)"


def to_torch(net, permanent=False):
    """The torch.nn.Sequential of an MLP, of float64: a copy, with the same outputs.

    Deleted weights are masked by torch.nn.utils.prune, so that training leaves them at zero; with `permanent` they are
    plain zeros. For losses that take what a softmax or logistic output unit gets, leave its last module out: [:-1].
    TypeError unless `net` is an MLP, ValueError for "scaled tanh" units, which torch has not.
    """
    checks.instance("net", net, MLP, "an MLP")
    permanent = checks.flag("permanent", permanent)
    if "scaled tanh" in (net.hidden, net.output):
        raise ValueError(f"net: expected units that torch has, {', '.join(TO_TORCH)} or linear; got scaled tanh")
    import torch.nn.utils.prune

    parts = []
    for layer, (matrix, mask) in enumerate(zip(net.matrices, net.mask_matrices, strict=True), 2):
        parts.append(_linear(torch, np.array(matrix), np.array(mask), permanent))
        name = net.output if layer == len(net.sizes) else net.hidden
        if name != "linear":
            parts.append(torch.nn.Softmax(dim=-1) if name == "softmax" else getattr(torch.nn, TO_TORCH[name])())
    return torch.nn.Sequential(*parts)


def _sklearn_settings(estimator):
    """Sizes, hidden and output activation of an estimator, checked."""
    neural, wanted = sys.modules.get("sklearn.neural_network"), "an MLPClassifier or MLPRegressor of scikit-learn"
    kinds = (neural.MLPClassifier, neural.MLPRegressor) if neural else ()
    checks.instance("estimator", estimator, kinds, wanted)
    if not hasattr(estimator, "coefs_"):
        raise ValueError(f"estimator: expected one that is fitted; got {checks.shown(estimator)}")
    if estimator.out_activation_ not in FROM_SKLEARN:
        wanted = ", ".join(FROM_SKLEARN)
        raise ValueError(f"estimator: expected outputs that are one of {wanted}; got {estimator.out_activation_}")
    checks.choose("estimator", estimator.activation, FROM_SKLEARN)
    shapes = [np.shape(part) for part in (*estimator.coefs_, *estimator.intercepts_)]
    sizes = (*shapes[0][:1], *(shape[-1] for shape in shapes[: len(estimator.coefs_)]))
    if shapes != [*pairwise(sizes), *((units,) for units in sizes[1:])]:
        raise ValueError(f"estimator: expected weights and biases that fit each other; got {shapes}")
    return sizes, FROM_SKLEARN[estimator.activation], FROM_SKLEARN[estimator.out_activation_]


def _parts(nn, module, prefix=""):
    """The modules that do something, in order, with their names: those of a Sequential within one by one."""
    for name, part in module._modules.items():  # named_children() passes over a module that comes twice
        flat = type(part) is nn.Flatten and (part.start_dim, part.end_dim) == (1, -1)
        if type(part) is nn.Dropout and part.training:
            raise ValueError(f"module: expected eval mode, where Dropout does nothing; got {part} as {prefix + name!r}")
        if type(part) is nn.Sequential:
            yield from _parts(nn, part, f"{prefix}{name}.")
        elif not flat and type(part) not in (nn.Identity, nn.Dropout):
            yield f"{prefix}{name}", part


def _acts(kind, part):
    """Whether a module is an activation of ours; a softmax over the outputs and not over the patterns."""
    return kind in FROM_TORCH and (kind != "Softmax" or part.dim in (-1, 1))


def _hidden_and_output(activations, output):
    """The activations of all hidden units and of the outputs; ValueError where they are no such two."""
    if not activations:
        raise ValueError("module: expected at least one Linear layer; got none")
    *hidden, last = activations
    if len(set(hidden)) > 1 or "softmax" in hidden:
        raise ValueError(f"module: expected one activation for all hidden layers, no softmax; got {', '.join(hidden)}")
    if output is not None:
        checks.choose("output", output, dict.fromkeys(("softmax", "logistic")))
        if last not in ("linear", output):
            raise ValueError(f"output: expected None for outputs that are {last} already; got {output!r}")
        last = output
    return hidden[0] if hidden else "tanh", last


def _of_layers(layers, hidden, output):
    """The MLP of Linear layers."""
    sizes = [layers[0].in_features, *(layer.out_features for layer in layers)]
    for layer, units in zip(layers, sizes, strict=False):
        if layer.in_features != units:
            raise ValueError(f"module: expected layers that fit; got {checks.shown(layer)} on {units} units")
    net, matrices, masks = MLP(sizes, hidden, output), [], []
    for layer in layers:
        (W, kept), (b, kept_b) = _weights_and_mask(layer, "weight"), _weights_and_mask(layer, "bias")
        matrices.append(checks.finite_matrix("module", np.column_stack([W, b])))
        masks.append(np.column_stack([kept, kept_b]).ravel())
    net.matrices = matrices
    net.mask = np.concatenate(masks)
    return net


def _weights_and_mask(layer, name):
    """The weights or biases of a Linear layer, and which are there, whatever is kept for the next forward pass."""
    values, mask = getattr(layer, f"{name}_orig", getattr(layer, name)), getattr(layer, f"{name}_mask", None)
    if values is None:
        return np.zeros(layer.out_features), np.zeros(layer.out_features, dtype=bool)
    values = values.detach().cpu().double().numpy()
    return values, np.ones(values.shape, dtype=bool) if mask is None else mask.detach().cpu().numpy() != 0


def _linear(torch, matrix, mask, permanent):
    """A Linear layer with these weights, the biases their last column, and masks where some are deleted."""
    layer = torch.nn.Linear(matrix.shape[1] - 1, len(matrix), dtype=torch.float64)
    parts = {"weight": np.s_[:, :-1], "bias": np.s_[:, -1]}
    for name, part in parts.items():
        values, kept = torch.tensor(matrix[part]), torch.tensor(mask[part])
        getattr(layer, name).data = values
        if not permanent and not kept.all():
            torch.nn.utils.prune.custom_from_mask(layer, name, kept)
    return layer

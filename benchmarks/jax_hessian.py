"""The algorithm of classicnets.hessian in jitted JAX: a rival that differentiates nothing, as one would write it there.

Patterns come last in all arrays, as in ours: of the layouts tried the fastest. For each pair of layers the curvatures
A_uv = d2e / da_u da_v come down by one recursion, and their products with those of the inputs are summed by XLA.
"""

import numpy as np

PAIRS_TO_STORE = 5e7  # numbers; with more input pairs than this, one product for each pair of units instead


def compiled(sizes):
    """A jitted function of flat weights, X (P, n_in), T (P, n_out): the Hessian (n, n) of the squared error.

    The hidden units are tanh, the outputs logistic, and each unit's bias comes last.
    """
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    layers = len(sizes) - 1

    def hessian(w, X, T):
        W, begin, z = [], 0, [X.T]
        for fan_in, units in zip(sizes, sizes[1:], strict=False):
            W.append(w[begin : begin + units * (fan_in + 1)].reshape(units, fan_in + 1))
            begin += W[-1].size
        ones = jnp.ones((1, len(X)))
        for matrix in W:
            z[-1] = jnp.concatenate([z[-1], ones])
            z.append((jnp.tanh if len(z) < layers else jax.nn.sigmoid)(matrix @ z[-1]))
        delta, A, f1 = _curvatures(jnp, W, z, T.T)
        rows = []
        for l in range(layers):
            below = [_between(jnp, A[l, m], z[l], z[m]) + _paths(jnp, W, f1, delta[l], l, m, z[m]) for m in range(l)]
            rows.append([*below, _own(jnp, A[l, l], z[l], l == layers - 1)])
        blocks = [[rows[l][m] if m <= l else rows[m][l].T for m in range(layers)] for l in range(layers)]
        return jnp.block(blocks)

    return jax.jit(hessian)


def _curvatures(jnp, W, z, t):
    """The deltas of each layer (U, P), A of each pair of layers (U, V, P), and f' of the hidden units."""
    o, top = z[-1], len(W) - 1
    f1 = o * (1 - o) / t.shape[1]
    delta = {top: (o - t) * f1}
    own, A, slopes = f1 * o * (1 - o) + delta[top] * (1 - 2 * o), {}, {}
    for l in range(top - 1, -1, -1):
        y, w = z[l + 1][:-1], W[l + 1][:, :-1]
        slopes[l], sent = 1 - y * y, w.T @ delta[l + 1]
        for r in range(top, l, -1):
            if l == top - 1:
                A[r, l] = own[:, None] * w[:, :, None] * slopes[l]
            else:  # A[r, s] as it stands above the diagonal too
                A[r, l] = jnp.einsum("rsp,sv->rvp", A[r, l + 1], w) * slopes[l]
        A[l, l] = jnp.einsum("ru,rvp->uvp", w, A[l + 1, l]) * slopes[l][:, None]
        diagonal = np.arange(len(y))
        A[l, l] = A[l, l].at[diagonal, diagonal].add(-2 * y * slopes[l] * sent)
        delta[l] = slopes[l] * sent
    A[top, top] = own
    return delta, A, slopes


def _own(jnp, A, z, top):
    """A layer with itself: each pair of units and each pair of inputs once, then spread out."""
    U, (J, P) = len(A), z.shape
    one, other = (np.arange(U), np.arange(U)) if top else np.tril_indices(U)
    A = A if top else A[one, other]
    if J * (J + 1) // 2 * P <= PAIRS_TO_STORE:
        j, k = np.tril_indices(J)
        places = np.zeros((J, J), int)
        places[j, k] = places[k, j] = np.arange(len(j))
        sums = (A @ (z[j] * z[k]).T)[:, places]
    else:
        sums = jnp.stack([(row * z) @ z.T for row in A])
    if top:
        H = jnp.zeros((U, J, U, J)).at[one, :, one].set(sums)
    else:
        pairs = np.zeros((U, U), int)
        pairs[one, other] = pairs[other, one] = np.arange(len(one))
        H = sums[pairs].transpose(0, 2, 1, 3)
    return H.reshape(U * J, U * J)


def _between(jnp, A, z, y):
    (U, V, P), J, K = A.shape, len(z), len(y)
    if J * K * P <= PAIRS_TO_STORE:
        sums = A.reshape(U * V, P) @ (z[:, None] * y).reshape(J * K, P).T
        return sums.reshape(U, V, J, K).transpose(0, 2, 1, 3).reshape(U * J, V * K)
    return jnp.einsum("uvp,jp,kp->ujvk", A, z, y).reshape(U * J, V * K)


def _paths(jnp, W, f1, delta, l, m, y):
    """delta_u dz_j/da_v y_k, for units u of layer l, inputs j of it, and units v of layer m below."""
    U, J, V, K = len(delta), W[l].shape[1], len(f1[m]), len(y)
    if m == l - 1:
        sums = (delta[:, None] * f1[m]).reshape(U * V, -1) @ y.T
        v = np.arange(V)
        return jnp.zeros((U, J, V, K)).at[:, v, v].set(sums.reshape(U, V, K)).reshape(U * J, V * K)
    G = W[m + 1][:, :-1, None] * f1[m]  # da_s / da_v, from the layer above v upwards
    for s in range(m + 2, l):
        G = jnp.einsum("rs,svp->rvp", W[s][:, :-1], f1[s - 1][:, None] * G)
    paths = (delta[:, None, None] * (f1[l - 1][:, None] * G)).reshape(U * (J - 1) * V, -1) @ y.T
    sums = jnp.zeros((U, J, V, K)).at[:, :-1].set(paths.reshape(U, J - 1, V, K))
    return sums.reshape(U * J, V * K)

"""shamrai2025_cartpole: the cart-pole and its law, one layer pruned and no other, the closed loops; the printed row."""

from itertools import product

import numpy as np
import pytest
import rows

from classicnets import MLP
from classicnets.pruning.shamrai2025 import forward_constants, norm_constants
from reproductions import cartpole_loops, cartpole_nets, cartpole_pruned
from reproductions import shamrai2025_cartpole as study

HELD, SLOW = rows.keys(("shamrai2025",)), []


@pytest.mark.parametrize("key", rows.cases(HELD))
def test_row(key):
    with rows.heirs_slice(study) as records:
        (row,) = [row for row in study.rows(records) if (row.paper, row.item, row.row, row.quantity) == key]
    assert rows.verdict_of(key, row) == rows.recorded(key) == "reproduced"
    assert row.seeds == 100 * (64 + 256 + 16) * 3


def test_the_slice_holds_and_attains_the_bounds():
    with rows.heirs_slice(study) as records:
        (record,) = records
    assert record["attained"] < 1e-12 and record["all layers"]["violating"] == 0
    for layer in study.LAYERS.values():
        for method in study.METHODS:
            part = record[f"{layer}, {method}"]
            shares = part["share %"]
            assert shares["by (b)"] <= shares["by (a)"] <= shares["can go"]
            assert 1 <= part["bound / actual"]["a"] <= part["bound / actual"]["b"] * (1 + 1e-12)


def test_a_bound_that_is_too_small_is_seen_to_fail():
    net = cartpole_pruned.MLP((4, 3, 1), "tanh", "linear", seed=0)
    Z = cartpole_nets.states(np.random.default_rng(0), 50)
    pruned = cartpole_pruned.pruned_policies(net, Z, 1, "magnitude")
    assert not cartpole_pruned.compared(net, pruned, Z, 1)["violating"].any()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cartpole_pruned, "forward_constants", lambda *given: 0.1 * study.pruning.norm_constants(*given))
        assert cartpole_pruned.compared(net, pruned, Z, 1)["violating"].any()


# -- the plant --------------------------------------------------------------------------------------------------------


def test_a_step_of_the_cart_pole_by_its_two_equations_of_motion():
    """Newton's for the cart and the pole together, and for the pole about its end, put in as they are."""
    g, M, m, l, h = (getattr(cartpole_nets, name) for name in ("GRAVITY", "CART", "POLE", "HALF", "STEP"))
    s, u = np.array([[0.3, -0.5, 0.15, 0.8]]), np.array([4.0])
    (_, v, q, w), after = s[0], cartpole_nets.next_states(s, u)[0]
    a, turning = (after[1] - v) / h, (after[3] - w) / h
    assert (M + m) * a + m * l * (turning * np.cos(q) - w**2 * np.sin(q)) == pytest.approx(4.0, rel=1e-12)
    assert 4 / 3 * l * turning + a * np.cos(q) == pytest.approx(g * np.sin(q), rel=1e-12)
    np.testing.assert_allclose(after[[0, 2]], [0.3 + h * v, q + h * w], rtol=1e-14)


def test_the_law_is_the_least_of_all_linear_ones():
    """By its Bellman equation, and by trying others on the linearised cart-pole."""
    (K, P), (A, b) = cartpole_nets.law(), cartpole_nets.linearised()
    Q, r, loop = cartpole_nets.STATE_COST, cartpole_nets.FORCE_COST, A - np.outer(b, K)
    np.testing.assert_allclose(Q + r * np.outer(K, K) + loop.T @ P @ loop, P, rtol=1e-6, atol=1e-6)
    rng, s = np.random.default_rng(0), np.array([0.5, 0.2, 0.1, -0.3])

    def paid(gain, total=0.0):
        state = s
        for _ in range(400):
            total += state @ Q @ state + r * (gain @ state) ** 2
            state = A @ state - b * (gain @ state)
        return total

    assert paid(K) == pytest.approx(s @ P @ s, rel=1e-6)
    assert all(paid(K * (1 + 0.05 * rng.normal(size=4))) > paid(K) for _ in range(20))


# -- one layer --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", study.METHODS)
@pytest.mark.parametrize("layer", study.LAYERS)
def test_only_the_weights_of_the_layer_change(method, layer):
    """Trap: the Surgeon's answer may not reach another layer, nor a bias, or the theorem says nothing."""
    net = MLP((4, 5, 3, 1), "tanh", "linear", seed=1)
    X = cartpole_nets.states(np.random.default_rng(1), 60)
    policies = cartpole_pruned.pruned_policies(net, X, layer, method)
    assert len(policies) == net.sizes[layer] * net.sizes[layer + 1]
    for number, policy in enumerate(policies, 1):
        for other, (before, after) in enumerate(zip(net.matrices, policy.matrices, strict=True)):
            change = np.asarray(after) - before
            assert not change[:, -1].any() and (other == layer or not change.any())
        assert np.count_nonzero(np.asarray(policy.matrices[layer])[:, :-1]) == np.size(policy.matrices[layer]) - (
            net.sizes[layer + 1] + number
        )


def test_the_surgeon_of_a_unit_leaves_least_squares():
    """Its other weights are those that, with the bias where it was, keep closest to what the unit got."""
    net = MLP((4, 3, 1), "tanh", "linear", seed=2)
    X = cartpole_nets.states(np.random.default_rng(2), 80)
    policy = cartpole_pruned.pruned_policies(net, X, 0, "Surgeon")[5]
    for before, after in zip(net.matrices[0], policy.matrices[0], strict=True):
        left = np.flatnonzero(np.asarray(after)[:-1])
        wanted = np.linalg.lstsq(X[:, left], X @ np.asarray(before)[:-1])[0]
        np.testing.assert_allclose(np.asarray(after)[left], wanted, atol=1e-4)


# -- the closed loop --------------------------------------------------------------------------------------------------


def test_contraction_and_gain_of_the_law_are_those_of_the_linearised_loop():
    (K, P), (A, b) = cartpole_nets.law(), cartpole_nets.linearised()
    root = np.linalg.cholesky(P).T
    loop = np.linalg.norm(root @ (A - np.outer(b, K)) @ np.linalg.inv(root), 2)
    ours = cartpole_loops.lipschitz(lambda s: -s @ K, np.zeros((1, 4)), root)
    np.testing.assert_allclose(ours, (loop, np.linalg.norm(root @ b)), rtol=1e-6)
    assert loop < 1


def test_a_policy_beside_itself_stays_together_and_one_without_force_falls():
    net, X = cartpole_nets.fitted("tanh", 0)
    same, none = (cartpole_loops.closed_loop(net, other, 0) for other in (net, still(net)))
    assert same["upright %"] == 100 and same["cost / whole"] == 1 and max(same["curves"]["apart"]) == 0
    assert none["upright %"] < 50 and none["cost / whole"] > 10


def still(net):
    other = net.copy()
    other.delete(np.arange(net.n))
    return other


# -- what is made of it -----------------------------------------------------------------------------------------------


def test_the_largest_force_is_that_at_the_worst_corner_of_the_region():
    corners = np.array(list(product((-1, 1), repeat=4))) * cartpole_nets.REGION
    assert cartpole_nets.largest_force() == pytest.approx(np.abs(corners @ cartpole_nets.law()[0]).max(), rel=1e-12)


def test_how_many_can_go_is_where_the_first_is_above():
    for values, number in (([0.01, 0.05, 0.06, 0.01], 2), ([0.06], 0), ([0.01, 0.02], 2)):
        assert cartpole_pruned.last_within(values) == number


def test_the_largest_of_all_states_is_compared_and_halfway_is_reported():
    """By hand: the worst state of each policy, and of four policies the second."""
    net = MLP((4, 2, 2, 1), "tanh", "linear", seed=3)
    Z = cartpole_nets.states(np.random.default_rng(3), 40)
    pruned = cartpole_pruned.pruned_policies(net, Z, 1, "magnitude")
    seen = cartpole_pruned.compared(net, pruned, Z, 1)
    found = cartpole_pruned.summary(seen)
    for number, policy in enumerate(pruned):
        assert seen["actual"][number] == np.abs(policy.forward(Z) - net.forward(Z)).max()
        norm = np.linalg.norm((policy.matrices[1] - net.matrices[1])[:, :-1], 2)
        for form, constants in (("a", forward_constants), ("b", norm_constants)):
            assert seen[form][number] == pytest.approx(constants(net, Z, 1).max() * norm, rel=1e-12)
            if number == 1:
                assert found["bound / actual"][form] == pytest.approx(seen[form][1] / seen["actual"][1])
    assert found["checked"] == 4 * 40


def test_of_all_layers_a_quarter_goes(monkeypatch):
    net, Z, seen = MLP((4, 5, 3, 1), "tanh", "linear", seed=4), cartpole_nets.states(np.random.default_rng(4), 30), []
    bound = cartpole_pruned.change_bound
    monkeypatch.setattr(cartpole_pruned, "change_bound", lambda *given: seen.append(given[1]) or bound(*given))
    cartpole_pruned.all_layers(net, Z, Z)
    assert [changed.n_active for changed in seen] == [net.n - net.n // 4]


def test_the_geometric_bound_is_of_the_largest_numbers_in_the_laws_norm_and_may_be_seen_to_fail(monkeypatch):
    """The region's states as they are drawn, and the norm of P as s' P s has it: |root s|, root' root = P."""
    net, seen = MLP(cartpole_nets.SIZES, "tanh", "linear", seed=5), []
    other = net.copy()
    other.delete(np.flatnonzero(np.abs(net.weights) < 0.05))
    monkeypatch.setattr(cartpole_loops, "STEPS", 20)
    bound = cartpole_loops.trajectory_bound
    monkeypatch.setattr(cartpole_loops, "trajectory_bound", lambda *given: seen.append(given) or 0 * bound(*given))
    found = cartpole_loops.closed_loop(net, other, 5)
    assert not found["within"] and max(found["curves"]["apart"]) > 0
    rng = np.random.default_rng([5, 2])
    cartpole_nets.states(rng, cartpole_loops.STARTS)
    region, P = cartpole_nets.states(rng, cartpole_loops.SAMPLED), cartpole_nets.law()[1]
    root = np.linalg.cholesky(P).T
    np.testing.assert_allclose(root.T @ root, P, rtol=1e-10)
    contraction, gain, deviation, steps = seen[0]
    assert (contraction, gain) == pytest.approx(cartpole_loops.lipschitz(cartpole_loops.policy(net), region, root))
    forces = [cartpole_loops.policy(each)(region) for each in (net, other)]
    assert deviation == np.abs(forces[0] - forces[1]).max() and steps == cartpole_loops.STEPS

"""mixtures: the two classes of Hassibi et al. (1994), their moments and their likelihood."""

import numpy as np
import pytest

from classicnets import gaussian_mixtures

# The paper's numbers once more, and what follows from them: means of the classes, variances within a class.
A = [(1, 1, 0, 1, 0.5), (0, 0, 1, 0, 0.5)], [(0.99, 1.0, 0.88, 0.70, 0.95), (1.28, 0.60, 0.52, 0.93, 0.93)]
B = [(0, 1, 0, 0, 0.5), (1, 0, 1, 1, 0.5)], [(0.84, 0.68, 1.28, 1.02, 0.89), (0.52, 1.25, 1.09, 0.64, 1.13)]
MANY = 200_000


@pytest.fixture(scope="module")
def many():
    ((X, T),) = gaussian_mixtures(seed=0, sizes=(MANY,))
    return X, T[:, 0]


def test_a_training_and_a_test_set_of_1000_patterns_with_five_inputs():
    sets = gaussian_mixtures(seed=0)
    assert [(X.shape, T.shape) for X, T in sets] == [((1000, 5), (1000, 1))] * 2
    assert all(set(T.ravel()) == {0.0, 1.0} and T.dtype == X.dtype == np.float64 for X, T in sets)
    assert not np.isin(sets[0][0], sets[1][0]).any()


def test_the_classes_are_equally_likely(many):
    assert abs(many[1].mean() - 0.5) < 4 * 0.5 / np.sqrt(MANY)


@pytest.mark.parametrize("target, mixture", [(0, A), (1, B)])
def test_mean_and_covariance_of_each_class(many, target, mixture):
    X, (means, variances) = many[0][many[1] == target], np.array(mixture)
    covariance = np.diag(variances.mean(axis=0)) + np.outer(*2 * [(means[0] - means[1]) / 2])
    bound = 5 * 2.5 / np.sqrt(len(X))  # five standard errors of a product of two inputs
    assert np.abs(X.mean(axis=0) - means.mean(axis=0)).max() < bound
    assert np.abs(np.cov(X.T) - covariance).max() < bound


@pytest.mark.parametrize("target, mixture", [(0, A), (1, B)])
def test_each_class_is_an_equal_mixture_of_the_two_gaussians(many, target, mixture):
    X, (means, variances) = many[0][many[1] == target], np.array(mixture)
    # All third moments, unlike mean and covariance, tell which variances go with which means.
    expected = sum(m**3 + 3 * m * v for m, v in zip(means, variances, strict=True)) / 2
    assert np.abs((X**3).mean(axis=0) - expected).max() < 5 * 12 / np.sqrt(len(X))
    logs = [-0.5 * ((X - m) ** 2 / v + np.log(v)).sum(axis=1) for m, v in zip(means, variances, strict=True)]
    first = 1 / (1 + np.exp(logs[1] - logs[0]))  # how likely a pattern is to be of the first Gaussian
    assert abs(first.mean() - 0.5) < 5 * 0.5 / np.sqrt(len(X))


def test_the_best_classifier_has_a_squared_error_of_a_fifth_a_pattern(many):
    """What no network can beat on many patterns, from the densities: 200 in the sum over 1000."""
    X, t = many
    densities = [
        sum(np.exp(-0.5 * ((X - m) ** 2 / v).sum(axis=1)) / np.sqrt(np.prod(v)) for m, v in zip(*mixture, strict=True))
        for mixture in (A, B)
    ]
    assert abs(1000 * np.mean((t - densities[1] / sum(densities)) ** 2) - 200) < 2


def test_the_printed_variances_taken_for_standard_deviations():
    ((X, T),) = gaussian_mixtures(seed=0, sizes=(MANY,), deviations=True)
    for target, mixture in ((0, A), (1, B)):
        means, deviations = np.array(mixture)
        variance = (deviations**2).mean(axis=0) + ((means[0] - means[1]) / 2) ** 2
        assert np.allclose(X[T[:, 0] == target].var(axis=0), variance, rtol=0.03)


def test_the_same_seed_gives_the_same_sets_and_another_others():
    first, again, other = (gaussian_mixtures(seed, sizes=(20, 10, 5)) for seed in (1, 1, 2))
    for (X, T), (X_again, T_again), (X_other, _) in zip(first, again, other, strict=True):
        assert np.array_equal(X, X_again) and np.array_equal(T, T_again) and not np.array_equal(X, X_other)
    assert [len(X) for X, _ in first] == [20, 10, 5]


@pytest.mark.parametrize("sizes", [(0,), (10, -1), (2.5,), ("3",), (True,)])
def test_sizes_are_whole_numbers_of_at_least_1(sizes):
    with pytest.raises(ValueError, match="^sizes: expected a whole number of at least 1; got "):
        gaussian_mixtures(0, sizes)

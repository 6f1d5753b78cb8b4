"""tables: the three tables of the UCI repository, their division and their scaling."""

from importlib.resources import files

import numpy as np
import pytest

from classicnets.datasets import breast_cancer, diabetes, divide, gaussian_mixtures, housing, standardize
from classicnets.datasets.processes import finnoff
from classicnets.datasets.tables import consecutive

CANCER_NAMES = (
    "clump_thickness cell_size cell_shape adhesion epithelial_size bare_nuclei chromatin nucleoli mitoses".split()
)
DIABETES_NAMES = "pregnancies glucose blood_pressure skin_thickness insulin body_mass_index pedigree age".split()
HOUSING_NAMES = "crim zn indus chas nox rm age dis rad tax ptratio black lstat".split()
TABLES = [
    (breast_cancer, CANCER_NAMES, 699, [5, 1, 1, 1, 2, 1, 3, 1, 1], 0),
    (diabetes, DIABETES_NAMES, 768, [6, 148, 72, 35, 0, 33.6, 0.627, 50], 1),
    (housing, HOUSING_NAMES, 506, [0.00632, 18, 2.31, 0, 0.538, 6.575, 65.2, 4.09, 1, 296, 15.3, 396.9, 4.98], 24),
]
ALL = pytest.mark.parametrize("load", [breast_cancer, diabetes, housing])

# -- the tables -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("load, names, patterns, first, target", TABLES)
def test_shapes_names_and_first_rows(load, names, patterns, first, target):
    data = load()
    assert data.X.shape == (patterns, len(names)) and data.T.shape == (patterns, 1)
    assert data.X.dtype == data.T.dtype == np.float64 and np.isfinite(data.X).all() and np.isfinite(data.T).all()
    assert data.input_names == tuple(names)
    assert data.X[0].tolist() == first and data.T[0].tolist() == [target]


@pytest.mark.parametrize("load, positive", [(breast_cancer, 241), (diabetes, 268)])
def test_classes_are_0_and_1_in_their_known_numbers(load, positive):
    assert set(load().T.ravel()) == {0, 1} and load().T.sum() == positive


def test_the_cells_are_whole_numbers_from_1_to_10_and_only_the_sixth_misses_16_values_now_its_median_1():
    X = breast_cancer().X
    assert np.array_equal(X, X.round()) and X.min() == 1 and X.max() == 10
    rows = (files("classicnets.datasets") / "data" / "breast_cancer.csv").read_text().split("\n")[1:700]
    cells = [row.split(",") for row in rows]
    missing = [(i, j) for i, row in enumerate(cells) for j, cell in enumerate(row) if not cell]
    assert len(missing) == 16 and {j for _, j in missing} == {5} and missing[0] == (23, 5)
    assert sorted(float(row[5]) for row in cells if row[5])[683 // 2] == 1
    assert all(X[place] == 1 for place in missing)
    assert all(X[i, j] == float(row[j]) for i, row in enumerate(cells) for j in range(9) if row[j])


def test_zeros_for_what_was_not_recorded_of_diabetes_stand_as_they_are():
    X = diabetes().X
    assert [(X[:, j] == 0).sum() for j in range(1, 6)] == [5, 35, 227, 374, 11] and X[:, 7].min() == 21


def test_house_prices_are_cut_off_at_50_and_35_tracts_lie_on_the_river():
    X, T, _ = housing()
    assert T.min() == 5 and T.max() == 50 and (T == 50).sum() == 16 and round(T.mean(), 3) == 22.533
    assert set(X[:, 3]) == {0, 1} and X[:, 3].sum() == 35


@ALL
def test_the_tables_cannot_be_changed_for_those_who_ask_next(load):
    data = load()
    for array in (data.X, data.T):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7
    (X, T), = divide(data, [3])  # fmt: skip
    X[:], T[:] = 7, 7  # copies, ours to change
    standardize(data.X, data.X)[:] = 7
    assert load() is data and not (data.X == 7).all(axis=1).any()


@ALL
def test_every_table_is_described_beside_it(load):
    text = (files("classicnets.datasets") / "descr" / f"{load.__name__}.md").read_text()
    assert f"{len(load().X)} " in text and "Source: " in text


# -- division -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [(506,), (168, 169, 169), (1, 505), (10, 20), np.array([500, 6])])
def test_a_division_is_disjoint_and_keeps_inputs_and_targets_together(sizes):
    X, T = np.arange(506.0)[:, None] * [1, -1], np.arange(506.0)[:, None] + 1000
    parts = divide((X, T), sizes, seed=0)
    assert [len(x) for x, _ in parts] == [len(t) for _, t in parts] == list(sizes)
    for x, t in parts:
        assert np.array_equal(x, (t - 1000) * [1, -1]) and t.shape[1] == 1
    drawn = np.concatenate([t for _, t in parts]).ravel() - 1000
    assert len(set(drawn)) == sum(sizes) and set(drawn) <= set(range(506))
    assert not np.array_equal(drawn, np.sort(drawn))  # a random order


def test_the_same_seed_divides_the_same_way_and_another_differently():
    def order(seed):
        return np.concatenate(
            [t for _, t in divide(([[i] for i in range(40)], [[i] for i in range(40)]), (30, 10), seed)]
        )

    assert np.array_equal(order(1), order(1)) and not np.array_equal(order(1), order(2))
    assert not np.array_equal(order(None), order(None))


def test_every_pattern_is_as_likely_in_every_part():
    counts = np.zeros(10)
    for seed in range(1000):
        counts[divide((np.arange(10)[:, None], np.arange(10)[:, None]), (3, 7), seed)[0][0].ravel()] += 1
    assert np.abs(counts - 300).max() < 4.5 * np.sqrt(1000 * 0.3 * 0.7)


@pytest.mark.parametrize("sizes", [(0, 5), (-1,), (2.0,), (None,), ("3",), (True,)])
def test_sizes_are_whole_numbers_of_at_least_1(sizes):
    with pytest.raises(ValueError, match="^sizes: expected a whole number of at least 1; got "):
        divide(diabetes(), sizes)


def test_sizes_add_up_to_no_more_than_there_are():
    with pytest.raises(ValueError, match="^sizes: expected at most 768 patterns in all; got 769$"):
        divide(diabetes(), (256, 256, 257))


ONES = np.ones((8, 3))
FINITE = "expected finite numbers; got NaN or infinity"


@pytest.mark.parametrize(
    "data, message",
    [
        ((ONES[:5], ONES), "data: expected as many targets as patterns; got 5 patterns and 8 targets"),
        ((ONES, ONES[:4]), "data: expected as many targets as patterns; got 8 patterns and 4 targets"),
        ((ONES,), r"data: expected \(X, T\); got \(array"),
        (ONES, r"data: expected \(X, T\); got an array of shape \(8, 3\) of float64"),
        ((ONES * np.nan, ONES), rf"data\[0\]: {FINITE}"),
        ((ONES, np.ma.masked_array(ONES, ONES > 0)), r"data\[1\]: expected numbers .*; got a masked array"),
        ((ONES, ONES[:, 0]), r"data\[1\]: expected shape \(P, k\); got \(8,\)"),
        (([[1, 2], [3]], ONES), r"data\[0\]: expected numbers of shape \(P, k\); got list"),
        ((ONES, ONES.astype(str)), r"data\[1\]: expected numbers of shape \(P, k\); got ndarray with '1.0'"),
    ],
)
def test_data_that_cannot_be_divided(data, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        divide(data, (3,), 0)


@pytest.mark.parametrize("sizes", [5, "12", {1, 2}, None])
def test_sizes_that_are_no_sequence(sizes):
    with pytest.raises(ValueError, match=r"^sizes: expected whole numbers of at least 1, as in \(100, 50\); got "):
        divide((ONES, ONES), sizes)


@pytest.mark.parametrize("seed", [-1, 1.0, "a", True, (), [0, "a"]])
@pytest.mark.parametrize(
    "draw",
    [
        lambda seed: divide((ONES, ONES), (3,), seed),
        lambda seed: gaussian_mixtures(seed, (3,)),
        lambda seed: finnoff("id_8_n", seed),
    ],
)
def test_seeds_that_are_none(draw, seed):
    with pytest.raises(ValueError, match="^seed: expected a whole number of at least 0; got "):
        draw(seed)


def test_consecutive_parts_are_in_order_and_what_is_left_over_is_in_none():
    X, T = np.arange(20).reshape(10, 2), np.arange(10)[:, None]
    parts = consecutive(X, T, (3, 1, 4))
    assert [t.ravel().tolist() for _, t in parts] == [[0, 1, 2], [3], [4, 5, 6, 7]]
    assert all(np.array_equal(x, X[t.ravel()]) for x, t in parts)


# -- scaling --------------------------------------------------------------------------------------------------------


@ALL
def test_each_column_of_like_gets_mean_0_and_variance_1_and_others_the_same_scale(load):
    (X, T), (other, _) = divide(load(), (100, 50), seed=3)
    for values in (X, T):
        scaled = standardize(values, values)
        assert np.allclose(scaled.mean(axis=0), 0, atol=1e-12) and np.allclose(scaled.var(axis=0), 1, rtol=1e-12)
    scaled = standardize(other, X)
    for j in range(X.shape[1]):
        mean = sum(X[:, j]) / 100
        spread = (sum((x - mean) ** 2 for x in X[:, j]) / 100) ** 0.5
        assert np.allclose(scaled[:, j], (other[:, j] - mean) / spread, rtol=1e-10, atol=1e-12)
    assert not np.allclose(scaled.mean(axis=0), 0, atol=1e-3)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("constant", [0.0, 3.0, 0.1, -0.7, 1e6 / 3])
@pytest.mark.parametrize("patterns", [1, 3, 233])
def test_a_constant_column_is_only_shifted_even_if_its_mean_is_rounded(constant, patterns):
    like = np.column_stack([np.full(patterns, constant), np.arange(patterns)])
    scaled = standardize(np.array([[constant, 0.0], [constant + 2, 1.0]]), like)
    assert np.allclose(scaled[:, 0], [0, 2], rtol=1e-9, atol=1e-9) and np.isfinite(scaled).all()


OVERFLOW = r"values, like: expected numbers whose squares do not overflow; got up to "


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "values, like, message",
    [
        (ONES * np.nan, ONES, f"values: {FINITE}"),
        (ONES, ONES * np.inf, f"like: {FINITE}"),
        (ONES, ONES[:, :2], r"values: expected shape \(P, 2\); got \(8, 3\)"),
        (ONES, ONES[:0], "like: expected at least one pattern; got none"),
        (ONES[:0], ONES, "values: expected at least one pattern; got none"),
        (ONES, None, r"like: expected numbers of shape \(P, k\); got NoneType"),
        (np.ma.masked_array(ONES, ONES > 0), ONES, r"values: expected numbers of shape \(P, 3\); got a masked array"),
        (ONES, np.arange(24.0).reshape(8, 3) * 1e306, OVERFLOW),
        (ONES * 1e308, np.arange(24.0).reshape(8, 3) * 1e-3, OVERFLOW),
    ],
)
def test_what_cannot_be_standardized(values, like, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        standardize(values, like)

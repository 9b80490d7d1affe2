"""Features brought to mean 0 and standard deviation 1."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.datasets import (
    Standardisation,
    load_dataset,
    parse_csv,
    why_hard_to_learn,
    why_standardise,
)


def test_figures_worked_by_hand() -> None:
    fitted = Standardisation.fit(np.array([[1.0, 10.0], [3.0, 10.0], [5.0, 40.0]]))
    assert fitted.mean.tolist() == [3.0, 20.0]
    np.testing.assert_allclose(fitted.scale, [np.sqrt(8 / 3), np.sqrt(200)], rtol=1e-15)
    np.testing.assert_allclose(
        fitted.apply(np.array([[1.0, 40.0]])), [[-2 / np.sqrt(8 / 3), np.sqrt(2)]], rtol=1e-15
    )


def test_real_data_come_to_mean_0_and_deviation_1() -> None:
    inputs = load_dataset("iris").inputs
    standard = Standardisation.fit(inputs).apply(inputs)
    np.testing.assert_allclose(standard.mean(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(standard.std(axis=0), 1, rtol=1e-14)


def test_a_constant_feature_becomes_0() -> None:
    inputs = np.full((7, 2), 0.1)
    inputs[:, 1] = range(7)
    fitted = Standardisation.fit(inputs)
    assert fitted.scale[0] == 1
    assert fitted.mean[0] == 0.1
    assert (fitted.apply(inputs)[:, 0] == 0).all()


@given(
    arrays.arrays(
        np.float64, st.tuples(st.integers(1, 6), st.integers(1, 4)), elements=st.floats(-1e6, 1e6)
    )
)
def test_undone_it_is_as_it_was(inputs: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> None:
    fitted = Standardisation.fit(inputs)
    standard = fitted.apply(inputs)
    assert np.isfinite(standard).all()
    np.testing.assert_allclose(fitted.undo(standard), inputs, rtol=1e-12, atol=1e-9)


def test_what_is_refused() -> None:
    one = np.ones(1)
    with pytest.raises(ValueError, match="1 means and 2 scales"):
        Standardisation(one, np.ones(2))
    for wrong in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match=r"of feature 1: .* expected finite numbers"):
            Standardisation(one, np.array([wrong]))
    with pytest.raises(ValueError, match="at least one sample"):
        Standardisation.fit(np.empty((0, 2)))
    with pytest.raises(ValueError, match=r"of feature 1: .* scale inf"):
        Standardisation.fit(np.array([[1e300], [-1e300]]))


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        (([1, 2, 3], [5, 1, 2]), None),
        (([1, 2, 3], [5000, 7000, 6000]), "b is about 2,800 times as large as a"),
        (([0.01, 0.02], [1, -1]), "b is about 63 times as large as a"),
        (([0, 1, 1], [5, 6, 7]), None),
        (([0, 1, 1], [1990, 2000, 2005]), "b is far from 0, at about 2000"),
        (([100, 104], [3, 3]), "a is far from 0, at about 102"),
        (([5, 5.001], [3, 9]), "a is far from 0, at about 5"),
        (([7, 7], [3, 3]), None),
    ],
)
def test_why_inputs_should_be_standardised(
    columns: tuple[list[float], list[float]], why: str | None
) -> None:
    assert why_standardise(np.array(columns, np.float64).T, ("a", "b")) == why


def test_why_targets_are_hard_to_learn() -> None:
    prices = parse_csv(b"a,price\n1,250000\n2,310000\n3,180000\n", "own")
    assert why_hard_to_learn(prices) == [
        "target price goes up to 310,000, which learns badly: divide it by 100,000 in the file"
    ]
    assert why_hard_to_learn(parse_csv(b"a,y\n1,900\n2,-1000\n", "own")) == []
    assert why_hard_to_learn(parse_csv(b"a,y\n1,small\n2,large\n", "own")) == []
    assert why_hard_to_learn(parse_csv(b"a\n1\n2\n", "own", inputs=["a"])) == []

"""Data sets as values, and how they are split."""

import numpy as np
import pytest

from engine.datasets import Dataset, generate, split


def dataset(n_samples: int = 10, n_outputs: int = 1, **changed: object) -> Dataset:
    parts: dict[str, object] = {
        "name": "made",
        "inputs": np.arange(2.0 * n_samples).reshape(n_samples, 2),
        "targets": np.zeros((n_samples, n_outputs)),
        "features": ("a", "b"),
        "classes": None,
        "task": "regression",
    }
    return Dataset(**(parts | changed))  # type: ignore[arg-type] # one table for all the parts


def test_its_arrays_cannot_be_written_to_and_are_its_own() -> None:
    inputs = np.ones((3, 2))
    made = dataset(3, inputs=inputs)
    inputs[0, 0] = 7
    assert made.inputs[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        made.targets[0, 0] = 1


@pytest.mark.parametrize(
    ("task", "n_outputs", "n_classes"),
    [("regression", 3, None), ("binary", 1, 2), ("multiclass", 4, 4), ("binary", 3, 3)],
)
def test_the_number_of_classes(task: str, n_outputs: int, n_classes: int | None) -> None:
    assert dataset(n_outputs=n_outputs, task=task).n_classes == n_classes


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"inputs": np.full((10, 2), np.nan)}, r"inputs\[1\]\[1\] is not a finite number"),
        ({"targets": np.array([[0.0]] * 9 + [[np.inf]])}, r"targets\[10\]\[1\] is not a finite"),
        ({"inputs": np.empty((0, 2)), "targets": np.empty((0, 1))}, "at least one sample"),
        ({"targets": np.zeros((9, 1))}, "9 rows of targets for 10 samples"),
        ({"features": ("a",)}, "1 names of features, expected 2"),
        ({"task": "guess"}, "task 'guess' is unknown"),
        ({"task": "binary", "classes": ("a", "b", "c")}, "3 names of classes, expected 2"),
        ({"classes": ("a",)}, "1 names of classes, expected None"),
        ({"inputs": np.zeros(10)}, "inputs: expected 2 dimensions"),
    ],
)
def test_what_is_refused(changed: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        dataset(**changed)  # type: ignore[arg-type] # the table names the parts


@pytest.mark.parametrize(
    ("n_samples", "test_percent", "n_training"),
    [(500, 50, 250), (10, 10, 9), (10, 90, 1), (7, 50, 3), (3, 10, 2), (2, 10, 1), (2, 90, 1)],
)
def test_a_split_leaves_no_row_out_and_takes_none_twice(
    n_samples: int, test_percent: int, n_training: int
) -> None:
    training, test = split(dataset(n_samples), test_percent, seed=4)
    assert len(training) == n_training
    assert sorted([*training, *test]) == list(range(n_samples))


def test_the_seed_decides_who_is_on_which_side() -> None:
    made = dataset(100)
    first, again, other = (split(made, 30, seed) for seed in (1, 1, 2))
    assert np.array_equal(first[0], again[0])
    assert np.array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])


def test_both_sides_mix_the_classes_of_a_file_that_is_sorted() -> None:
    made = generate("spiral")
    training, test = split(made, 50, seed=0)
    for rows in (training, test, training[:50]):
        assert 0.3 < made.targets[rows].mean() < 0.7


def test_without_a_test_set_all_rows_are_for_training() -> None:
    training, test = split(dataset(5), 0, seed=0)
    assert sorted(training) == [0, 1, 2, 3, 4]
    assert not len(test)


@pytest.mark.parametrize("percent", [-1, 91, 100])
def test_a_percentage_that_leaves_nothing(percent: int) -> None:
    with pytest.raises(ValueError, match="expected 0 to 90"):
        split(dataset(), percent, seed=0)


def test_a_single_sample_is_not_split() -> None:
    with pytest.raises(ValueError, match="a single sample cannot be split"):
        split(dataset(1), 10, seed=0)
    assert split(dataset(1), 0, seed=0)[0].tolist() == [0]

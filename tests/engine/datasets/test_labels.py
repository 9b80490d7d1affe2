"""Numbers that are names of classes in a CSV file, and numbers that are none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.datasets import Dataset, parse_csv


def read(labels: str, network_task: str = "binary", **meaning: Any) -> Dataset:
    """The data of a file with the labels, separated by spaces, as its last column."""
    rows = [f"{row};{label}" for row, label in enumerate(labels.split())]
    data = "\n".join(["a;y", *rows]).encode()
    return parse_csv(data, "own", network_task=network_task, **meaning)


@pytest.mark.parametrize(
    ("labels", "classes", "targets"),
    [
        ("1 2 2 1", ("1", "2"), [0, 1, 1, 0]),
        ("-1 1 1", ("-1", "1"), [0, 1, 1]),
        ("1.0 2.0 1", ("1", "2"), [0, 1, 0]),
        ("2,0 1,0 2", ("1", "2"), [1, 0, 1]),
        ("10 9 10", ("9", "10"), [1, 0, 1]),
        ("0 2", ("0", "2"), [0, 1]),
        ("-0.0 3", ("0", "3"), [0, 1]),
        ("1e3 7", ("7", "1000"), [1, 0]),
        ("0 1 1", None, [0, 1, 1]),
        ("1.0 0.0", None, [1, 0]),
    ],
)
@pytest.mark.parametrize("network_task", ["binary", "multiclass"])
def test_two_whole_numbers_are_classes_for_a_network_that_answers_with_one(
    labels: str, classes: tuple[str, ...] | None, targets: list[float], network_task: str
) -> None:
    dataset = read(labels, network_task)
    assert (dataset.task, dataset.classes) == ("binary", classes)
    assert dataset.targets[:, 0].tolist() == targets


@pytest.mark.parametrize(
    ("labels", "network_task"),
    [
        ("1 2 2 1", "regression"),
        ("0.5 1.5 0.5", "binary"),
        ("1 2.5 1", "binary"),
        ("1 2 3 1 2 3", "binary"),
        ("2 2 2", "binary"),
        ("84 193 153 78", "multiclass"),
        ("1.5 2 3 1.5 2 3", "multiclass"),
    ],
)
def test_other_numbers_stay_numbers(labels: str, network_task: str) -> None:
    dataset = read(labels, network_task)
    assert (dataset.task, dataset.classes) == ("regression", None)
    assert dataset.targets[:, 0].tolist() == [float(label) for label in labels.split()]


def test_whole_numbers_that_come_again_are_classes_for_several_outputs() -> None:
    dataset = read("5 0 2 5 2 0", "multiclass")
    assert (dataset.task, dataset.classes) == ("multiclass", ("0", "2", "5"))
    assert dataset.targets.argmax(axis=1).tolist() == [2, 0, 1, 2, 1, 0]
    assert dataset.targets.sum(axis=1).tolist() == [1] * 6


def test_what_is_asked_for_goes_before_what_is_found_out() -> None:
    assert read("1 2 2", classes=False).task == "regression"
    assert read("0 1 1", classes=False).task == "regression"
    three = read("1 2 3.5", "regression", classes=True)
    assert (three.task, three.classes) == ("multiclass", ("1", "2", "3.5"))
    two = read("1 2 2", "regression", classes=True)
    assert (two.task, two.targets.tolist()) == ("binary", [[0], [1], [1]])
    each = read("1 2 2", classes=True, one_hot=True)
    assert (each.task, each.targets.tolist()) == ("multiclass", [[1, 0], [0, 1], [0, 1]])


def test_one_number_is_one_class_however_it_is_spelled() -> None:
    spelled = read("1 1.0 01 +1 2 2e0", classes=True)
    assert spelled.classes == ("1", "2")
    assert spelled.targets[:, 0].tolist() == [0, 0, 0, 0, 1, 1]
    assert read("1,0 2 2,0 1", classes=True).targets[:, 0].tolist() == [0, 1, 1, 0]
    # Versions, say, are no numbers.
    texts = read("1.10 1.1 beta alpha gamma delta")
    assert texts.classes == ("1.1", "1.10", "alpha", "beta", "delta", "gamma")
    assert read("1_0 2_0 1_0").classes == ("1_0", "2_0")


@pytest.mark.parametrize(
    ("labels", "known", "classes", "targets"),
    [
        ("1 2 2", ("2", "1"), ("2", "1"), [1, 0, 0]),
        ("2 2", ("1", "2"), ("1", "2"), [1, 1]),
        ("1 2", ("1.0", "2.0"), ("1.0", "2.0"), [0, 1]),
        ("0 1 1", ("1", "0"), ("1", "0"), [1, 0, 0]),
        ("0 1 1", ("1", "2"), ("0", "1"), [0, 1, 1]),
        ("0 1 1", ("no", "yes"), None, [0, 1, 1]),
        ("3 4", ("1", "2"), ("3", "4"), [0, 1]),
        ("3 4", ("no", "yes"), ("3", "4"), [0, 1]),
        ("yes yes no", ("yes", "no"), ("yes", "no"), [0, 0, 1]),
        ("yes yes", ("no", "yes"), ("no", "yes"), [1, 1]),
    ],
)
def test_classes_that_are_known_keep_their_order(
    labels: str, known: tuple[str, ...], classes: tuple[str, ...] | None, targets: list[float]
) -> None:
    dataset = read(labels, known=known)
    assert (dataset.task, dataset.classes) == ("binary", classes)
    assert dataset.targets[:, 0].tolist() == targets


def test_some_of_more_classes_that_are_known() -> None:
    dataset = read("5 2 5", "multiclass", known=("0", "2", "5"))
    assert dataset.classes == ("0", "2", "5")
    assert dataset.targets.tolist() == [[0, 0, 1], [0, 1, 0], [0, 0, 1]]


def test_a_single_class_is_refused_unless_it_is_known() -> None:
    with pytest.raises(ValueError, match="'3' in every row; expected at least two classes, or one"):
        read("3 3", known=("1", "2"))
    with pytest.raises(ValueError, match=r"'3' in every row; expected at least two classes$"):
        read("3 3", classes=True)


@pytest.mark.parametrize(
    ("dataset", "words"),
    [
        (read("1 2 2"), "target y: two classes, 1 and 2"),
        (read("0 1 1"), "target y: two classes, 0 and 1"),
        (read("b a c"), "target y: 3 classes, a, b and c"),
        (read("1 2.5 2"), "target y: numbers from 1 to 2.5"),
        (read("1 2 2", classes=False), "target y: numbers from 1 to 2"),
        (parse_csv(b"1,a\n2,b\n", "own"), "target column 2: two classes, a and b"),
        (
            read(" ".join(map(str, range(30))), classes=True),
            "target y: 30 classes, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 …",
        ),
    ],
)
def test_what_was_decided_is_one_line(dataset: Dataset, words: str) -> None:
    assert dataset.describe_target() == words


@given(
    st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=2, unique=True),
    st.lists(st.booleans(), min_size=2, max_size=30),
)
def test_any_two_whole_numbers_counted_one_by_one(pair: list[int], answers: list[bool]) -> None:
    answers = [False, True, *answers]
    low, high = sorted(pair)
    labels = [high if answer else low for answer in answers]
    dataset = read(" ".join(map(str, labels)))
    assert dataset.targets[:, 0].tolist() == [float(answer) for answer in answers]
    if {low, high} != {0, 1}:
        named = np.array(dataset.classes)[dataset.targets[:, 0].astype(int)]
        assert [int(float(name)) for name in named] == labels

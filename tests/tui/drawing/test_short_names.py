"""Names cut so that they can still be distinguished."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.drawing.cells import distinct_names

IRIS = ("sepal length", "sepal width", "petal length", "petal width")


@pytest.mark.parametrize(
    ("width", "names"),
    [
        (12, IRIS),
        (8, ("sepal l…", "sepal w…", "petal l…", "petal w…")),
        (7, ("sep len", "sep wid", "pet len", "pet wid")),
        (5, ("se le", "se wi", "pe le", "pe wi")),
    ],
)
def test_two_words_are_shortened_in_both(width: int, names: tuple[str, ...]) -> None:
    assert distinct_names(IRIS, width) == names


def test_a_number_at_the_end_stays_and_a_unit_goes() -> None:
    assert distinct_names(("measurement1", "measurement2"), 8) == ("measur…1", "measur…2")
    assert distinct_names(("sepal length (cm)", "sepal width (cm)"), 7) == ("sep len", "sep wid")


def test_names_that_cannot_be_distinguished_give_none() -> None:
    assert distinct_names(tuple(f"x{number}" for number in range(100, 200)), 2) is None
    assert distinct_names(("same", "same"), 3) == ("sa…", "sa…")


@given(st.lists(st.text(min_size=1, max_size=14), min_size=1, max_size=6), st.integers(1, 12))
def test_different_names_stay_different_and_fit(names: list[str], width: int) -> None:
    short = distinct_names(tuple(names), width)
    if short is not None:
        assert len(set(short)) == len(set(names))
        assert all(cell_len(name) <= width for name in short)

"""The small pictures of the activations."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engine.nn.activation_table import ACTIVATIONS
from engine.nn.activations import activation
from tui.drawing.braille import braille_rows
from tui.views.thumbnails import mini_curve


def heights(rows: list[str]) -> list[list[int]]:
    """For each column of dots the rows that are set, counted from the bottom."""
    bits = [(0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80)]
    high = 4 * len(rows)
    return [
        [
            high - 1 - (4 * row + down)
            for row, text in enumerate(rows)
            for down in range(4)
            if (ord(text[column // 2]) - 0x2800) & bits[down][column % 2]
        ]
        for column in range(2 * len(rows[0]))
    ]


def test_every_dot_has_its_bit() -> None:
    assert braille_rows(np.ones((4, 2), dtype=np.bool_)) == ["⣿"]
    assert braille_rows(np.zeros((8, 2), dtype=np.bool_)) == ["⠀", "⠀"]
    dots = np.zeros((4, 16), dtype=np.bool_)
    for place in range(8):
        dots[place // 2, 2 * place + place % 2] = True
    assert braille_rows(dots) == ["⠁⠈⠂⠐⠄⠠⡀⢀"]


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize(("width", "height"), [(12, 2), (1, 1), (30, 5), (0, 2), (3, 0)])
def test_a_picture_has_its_size(name: str, width: int, height: int) -> None:
    rows = mini_curve(activation(name), width, height)
    assert [len(row) for row in rows] == [width] * height
    assert all("⠀" <= cell <= "⣿" for row in rows for cell in row)


@pytest.mark.parametrize(
    "name", ["sigmoid", "tanh", "relu", "identity", "softplus", "hard_sigmoid"]
)
def test_a_rising_curve_rises_without_a_gap(name: str) -> None:
    columns = heights(mini_curve(activation(name), 12, 2))
    assert all(columns)
    for left, right in pairwise(columns):
        assert min(left) <= min(right)
        assert max(left) <= max(right)
        assert min(right) - max(left) <= 1
    assert max(columns[-1]) - min(columns[0]) >= 5


def test_relu_is_flat_and_then_straight() -> None:
    columns = heights(mini_curve(activation("relu"), 12, 2))
    assert len({tuple(column) for column in columns[:11]}) == 1
    assert max(columns[-1]) == 7


def test_a_step_has_two_levels_and_nothing_between() -> None:
    columns = heights(mini_curve(activation("step"), 12, 2))
    assert [len(column) for column in columns] == [1] * 24
    assert {column[0] for column in columns[:12]} == {0}
    assert {column[0] for column in columns[12:]} == {7}


def test_a_dip_is_seen() -> None:
    for name in ("gelu", "silu", "mish", "hard_swish"):
        columns = heights(mini_curve(activation(name), 12, 2))
        lowest = min(min(column) for column in columns[4:12])
        assert lowest < max(columns[0])
        assert lowest < min(columns[-1])


def test_softmax_is_falling_bars_and_log_softmax_hangs() -> None:
    rising = [len(column) for column in heights(mini_curve(activation("softmax"), 12, 2)) if column]
    assert rising == sorted(rising, reverse=True)
    assert rising[0] == 8
    hanging = [column for column in heights(mini_curve(activation("log_softmax"), 12, 2)) if column]
    assert all(7 in column for column in hanging)
    assert len(hanging[0]) < len(hanging[-1])


def test_other_parameters_give_other_pictures() -> None:
    steep = mini_curve(activation("leaky_relu(0.5)"), 12, 2)
    assert steep != mini_curve(activation("leaky_relu"), 12, 2)

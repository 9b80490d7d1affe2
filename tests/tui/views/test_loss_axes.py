"""The axes of the Loss view: round ends near the data, and ticks that say where they stand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.views.loss.axes import epoch_axis, loss_axis, power_axis

FALLING = [0.7 * 0.97**epoch for epoch in range(125)]


@pytest.mark.parametrize(
    ("n_epochs", "end"),
    [
        (0, 1),
        (1, 1),
        (3, 3),
        (7, 8),
        (10, 10),
        (11, 12),
        (13, 15),
        (124, 150),
        (200_000, 200_000),
        (200_001, 250_000),
    ],
)
def test_the_axis_of_epochs_ends_at_a_round_number(n_epochs: int, end: int) -> None:
    axis = epoch_axis(n_epochs)
    assert (axis.low, axis.high) == (0, end)
    assert axis.ticks[0].label == f"{end:,} epoch{'s' * (end > 1)}"
    for tick in axis.ticks[1:]:
        assert float(tick.label.replace(",", "")) == tick.position


@given(st.integers(1, 10**7))
def test_the_epochs_fill_most_of_their_axis(n_epochs: int) -> None:
    assert n_epochs <= epoch_axis(n_epochs).high <= n_epochs / 0.7


@given(st.floats(1e-6, 1e6))
def test_the_losses_reach_the_upper_part_of_their_axis(largest: float) -> None:
    axis = loss_axis([np.array([largest, largest / 100])], [])
    assert axis.low == 0
    assert largest <= axis.high * (1 + 1e-9)
    assert largest >= 0.7 * axis.high
    assert len(axis.ticks) <= 7


@given(st.floats(1e-9, 1e6), st.floats(4, 1e9))
def test_losses_that_fall_to_a_quarter_fill_most_of_the_axis_of_powers(
    least: float, factor: float
) -> None:
    axis = power_axis([np.array([least * factor, least])])
    assert math.log10(factor) >= 0.7 * (axis.high - axis.low)
    for tick in axis.ticks:
        assert float(tick.label) == pytest.approx(10**tick.position, rel=1e-3)


def test_the_axes_stand_still_as_the_loss_falls() -> None:
    axes = set()
    for n_epochs in range(101, 125):
        losses = np.array(FALLING[:n_epochs])
        axes.add((loss_axis([losses], []).high, epoch_axis(n_epochs).high))
    assert axes == {(0.8, 120), (0.8, 150)}


@given(st.lists(st.floats(1e-300, 1e290), min_size=1, max_size=20))
def test_powers_of_ten_hold_every_loss(losses: list[float]) -> None:
    axis = power_axis([np.array(losses)])
    assert axis.low - 1e-9 <= math.log10(min(losses))
    assert math.log10(max(losses)) <= axis.high + 1e-9
    assert axis.low < axis.high
    assert [axis.ticks[0].position, axis.ticks[1].position] == [axis.low, axis.high]

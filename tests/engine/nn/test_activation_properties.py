"""Properties of the activation functions for any sums."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.nn.activation_table import ACTIVATIONS
from engine.nn.activations import activation

finite = st.floats(allow_nan=False, allow_infinity=False)
rows = st.lists(st.floats(-1000, 1000), min_size=1, max_size=12)


@given(st.sampled_from(list(ACTIVATIONS)), st.lists(rows, min_size=1, max_size=3))
def test_shape_is_kept_and_the_sums_are_not_written_to(
    name: str, values: list[list[float]]
) -> None:
    width = min(map(len, values))
    z = np.array([row[:width] for row in values])
    before = z.copy()
    z.setflags(write=False)
    with np.errstate(all="ignore"):
        activations = activation(name).forward(z)
    assert activations.shape == z.shape
    assert activations.dtype == np.float64
    assert not np.shares_memory(activations, z)
    assert (z == before).all()


@given(st.sampled_from(list(ACTIVATIONS)), rows)
def test_activations_are_within_the_limits(name: str, values: list[float]) -> None:
    function = activation(name)
    with np.errstate(all="ignore"):
        activations = function.forward(np.array([values]))
    lowest, highest = function.limits
    # Only a minimum is a rounded number.
    slack = 4e-16 if name in ("gelu", "gelu_tanh", "silu", "mish") else 0.0
    assert (activations >= lowest - slack).all()
    assert (activations <= highest).all()


MONOTONE = [
    name
    for name in ACTIVATIONS
    if name
    not in (
        *("gelu", "gelu_tanh", "silu", "mish", "hard_swish", "softmax", "log_softmax"),
        *("sin", "gaussian"),
    )
]


@given(st.sampled_from(MONOTONE), finite, finite)
def test_a_larger_sum_never_gives_a_smaller_activation(name: str, one: float, other: float) -> None:
    with np.errstate(all="ignore"):
        less, more = activation(name).forward(np.sort(np.array([one, other]))).tolist()
    assert less <= more + 4e-16 * abs(more)


@given(rows)
def test_softmax_adds_up_to_one_and_keeps_the_order(values: list[float]) -> None:
    with np.errstate(all="ignore"):
        activations = activation("softmax").forward(np.array([values]))[0]
        logs = activation("log_softmax").forward(np.array([values]))[0]
    assert activations.sum() == pytest.approx(1, abs=4e-16 * len(values))
    assert (np.diff(activations[np.argsort(values)]) >= -4e-16).all()
    assert np.exp(logs) == pytest.approx(activations, rel=1e-12, abs=1e-300)


@given(rows, st.integers(-512, 512))
def test_softmax_is_the_same_for_shifted_sums(values: list[float], shift: int) -> None:
    z = np.round(np.array([values]) * 1024) / 1024  # so that adding the shift is exact
    with np.errstate(all="ignore"):
        softmax = activation("softmax")
        assert (softmax.forward(z + shift) == softmax.forward(z)).all()

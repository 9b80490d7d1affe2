"""The plane of two inputs: every point against a separate pass, and where sums are zero."""

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import ACTIVATIONS, Activation, Layer, Network, Session, examples
from engine.analysis.decision_map import decision_map, feature_range, zero_lines
from tests.engine.strategies import FloatArray, any_number, plain_number, sessions, vectors

CONTINUOUS = tuple(name for name in ACTIVATIONS if name not in ("step", "thresholded_relu"))
"""A grid and a separate pass round differently, so they may disagree where a function jumps."""

LARGE_GRIDS = [
    ((2, 4, 2, 1), 150, 120),
    ((3, 40, 2), 1500, 2),
    ((3, 300, 2), 37, 29),
    ((2, 9, 1), 1, 5000),
    ((2, 2, 9, 3), 5000, 1),
]
"""Each is computed in several chunks: whole rows, pieces of a row, or single columns."""

BOX = ((-2.0, 3.0), (-1.0, 4.0))


def network(*sizes: int, activation: str = "tanh") -> Network:
    generator = np.random.default_rng(7)
    return Network(
        Layer(generator.normal(size=(n, n_inputs)), generator.normal(size=n), activation)
        for n_inputs, n in itertools.pairwise(sizes)
    )


def point(session: Session, sample: int, values: dict[int, float]) -> FloatArray:
    """The inputs of a sample with some features at other values."""
    inputs: FloatArray = session.inputs[sample].copy()
    for feature, value in values.items():
        inputs[feature] = value
    return inputs


def plane(*rows: tuple[list[float], float], inputs: list[float] | None = None) -> Session:
    """One layer whose neurons have the given weights and bias."""
    weights, bias = [row[0] for row in rows], [row[1] for row in rows]
    parts: dict[str, Any] = {} if inputs is None else {"inputs": [inputs]}
    return Session(Network([Layer(weights, bias, "sigmoid")]), **parts)


@st.composite
def maps(
    draw: st.DrawFn, numbers: st.SearchStrategy[float] = plain_number
) -> tuple[Session, tuple[int, int], int]:
    """A session of two features or more, two of them, and a sample."""
    session = draw(
        sessions(numbers, CONTINUOUS).filter(lambda session: session.network.n_features > 1)
    )
    first, second = draw(st.permutations(range(session.network.n_features)))[:2]
    return session, (first, second), draw(st.integers(0, session.n_samples - 1))


@given(st.data(), maps())
def test_every_point_is_the_pass_of_that_point(
    data: st.DataObject, given: tuple[Session, tuple[int, int], int]
) -> None:
    session, features, sample = given
    across, up = data.draw(vectors(3)), data.draw(vectors(2))
    layer_index = data.draw(st.integers(0, len(session.network.layers) - 1))
    drawn = decision_map(session, features, across, up, sample, layer_index)
    np.testing.assert_array_equal(drawn.across, across)
    np.testing.assert_array_equal(drawn.up, up)
    assert drawn.features == features
    for row, column in np.ndindex(2, 3):
        values = {features[0]: float(across[column]), features[1]: float(up[row])}
        alone = session.network.forward(point(session, sample, values))
        outs, expected = drawn.layers[layer_index], alone.layers[layer_index].activations
        np.testing.assert_allclose(drawn.outputs[row, column], alone.outputs[0], 1e-9, 1e-9)
        np.testing.assert_allclose(outs[row, column], expected[0], 1e-9, 1e-9)


@pytest.mark.parametrize("layer_index", [None, 0, 1, 2])
def test_the_layer_asked_for_is_kept_and_no_other(layer_index: int | None) -> None:
    session = Session(network(3, 5, 4, 2))
    drawn = decision_map(session, (2, 0), [1, 2, 3], [4, 5], layer_index=layer_index)
    assert drawn.outputs.shape == (2, 3, 2)
    assert [outs.shape for outs in drawn.layers] == [
        (2, 3, n) if place == layer_index else (0, 0, n) for place, n in enumerate((5, 4, 2))
    ]
    for array in (drawn.across, drawn.up, drawn.outputs, *drawn.layers):
        assert not array.flags.writeable


def test_every_layer_is_kept_when_asked_for() -> None:
    session = Session(network(3, 5, 4, 2))
    grid = (session, (2, 0), np.linspace(-3, 3, 70), np.linspace(-2, 2, 60))
    drawn = decision_map(*grid, every_layer=True)
    for place, outs in enumerate(drawn.layers):
        alone = decision_map(*grid, layer_index=place).layers[place]
        np.testing.assert_allclose(outs, alone, rtol=1e-12, atol=1e-14)
        assert not outs.flags.writeable
    np.testing.assert_array_equal(drawn.layers[-1], drawn.outputs)


@pytest.mark.parametrize(("sizes", "n_across", "n_up"), LARGE_GRIDS, ids=str)
def test_a_large_grid_is_computed_in_parts_of_bounded_size(
    sizes: tuple[int, ...], n_across: int, n_up: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A function that is not computed in place, so that it can be counted.
    session = Session(network(*sizes, activation="sigmoid"))
    across, up = np.linspace(-2, 2, n_across), np.linspace(-3, 1, n_up)

    shapes: list[tuple[int, int]] = []
    forward = Activation.forward

    def counted(self: Activation, z: FloatArray) -> FloatArray:
        shapes.append((z.shape[0], z.shape[1]))
        return forward(self, z)

    monkeypatch.setattr(Activation, "forward", counted)
    drawn = decision_map(session, (0, 1), across, up, layer_index=0)
    assert len(shapes) > len(sizes) - 1
    assert all(n_points <= 256 or n_neurons * n_points <= 14_000 for n_neurons, n_points in shapes)
    assert sum(n_points for _, n_points in shapes) == n_across * n_up * (len(sizes) - 1)
    assert drawn.outputs.shape == (n_up, n_across, sizes[-1])


@pytest.mark.parametrize("every_layer", [False, True])
@pytest.mark.parametrize("activation", ["tanh", "relu", "identity", "softmax", "elu"])
@pytest.mark.parametrize(("sizes", "n_across", "n_up"), LARGE_GRIDS, ids=str)
def test_the_parts_of_a_large_grid_come_together(
    sizes: tuple[int, ...], n_across: int, n_up: int, activation: str, every_layer: bool
) -> None:
    inputs = np.full((1, sizes[0]), 0.5)
    session = Session(network(*sizes, activation=activation), inputs)
    across, up = np.linspace(-2, 2, n_across), np.linspace(-3, 1, n_up)
    points = np.repeat(inputs, n_across * n_up, axis=0)
    points[:, 0], points[:, 1] = np.tile(across, n_up), np.repeat(up, n_across)
    expected = session.network.forward(points)
    drawn = decision_map(session, (0, 1), across, up, layer_index=0, every_layer=every_layer)
    for place in range(len(sizes) - 1) if every_layer else [0]:
        np.testing.assert_allclose(
            drawn.layers[place].reshape(-1, sizes[place + 1]),
            expected.layers[place].activations,
            rtol=1e-10,
            atol=1e-11,
        )
    np.testing.assert_allclose(
        drawn.outputs.reshape(-1, sizes[-1]), expected.outputs, rtol=1e-10, atol=1e-11
    )


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation(name: str) -> None:
    """At sums that rounding cannot push over a jump."""
    session = Session(network(2, 3, 2, activation=name))
    across, up = np.linspace(-2, 2, 7), np.linspace(-2, 2, 5)
    drawn = decision_map(session, (0, 1), across, up)
    points = [(x, y) for y in up for x in across]
    expected = session.network.forward(points).outputs
    np.testing.assert_allclose(drawn.outputs.reshape(-1, 2), expected, rtol=1e-11, atol=1e-12)


def test_the_corners_of_xor() -> None:
    drawn = decision_map(examples.load("xor-step"), (0, 1), [0, 1], [0, 1])
    np.testing.assert_array_equal(drawn.outputs[:, :, 0], [[0, 1], [1, 0]])


def test_the_other_inputs_are_those_of_the_sample() -> None:
    session = Session(network(3, 4, 1), np.array([[0, 0, 1.5], [0, 0, -2.5]]))
    for sample in (0, 1):
        drawn = decision_map(session, (0, 1), [0.5], [0.25], sample)
        alone = session.network.forward([0.5, 0.25, session.inputs[sample, 2]])
        np.testing.assert_allclose(drawn.outputs[0, 0], alone.outputs[0], rtol=1e-12)


def test_the_session_is_left_as_it_was() -> None:
    session = Session(network(3, 4, 1), np.array([[1.0, 2.0, 3.0]]))
    before = session.trace.outputs.copy()
    across = np.array([5.0, 6.0])
    drawn = decision_map(session, (0, 1), across, [7])
    across[0] = 9
    assert drawn.across[0] == 5
    np.testing.assert_array_equal(session.inputs, [[1, 2, 3]])
    np.testing.assert_array_equal(session.trace.outputs, before)


def test_an_empty_grid_gives_empty_arrays() -> None:
    session = Session(network(2, 3, 1))
    assert decision_map(session, (0, 1), [], [1, 2]).outputs.shape == (2, 0, 1)
    assert decision_map(session, (0, 1), [1, 2], []).outputs.shape == (0, 2, 1)


def test_nan_and_infinity_propagate_without_a_warning() -> None:
    session = plane(([1e308, 1e308], 0), ([0.0, 1.0], 0))
    outputs = decision_map(session, (0, 1), [math.nan, 1e308, -1e308], [0, 1e308]).outputs
    assert np.isnan(outputs[0, 0]).all()
    np.testing.assert_array_equal(outputs[1, 1:], [[1, 1], [math.nan, 1]])


@pytest.mark.parametrize(
    ("features", "sample", "layer_index", "message"),
    [
        ((0, 0), 0, None, "a map needs two different inputs"),
        ((0, 2), 0, None, "input 3 does not exist; they count from 1 to 2"),
        ((-1, 0), 0, None, "input 0 does not exist; they count from 1 to 2"),
        ((0, 1), 1, None, "sample 2 does not exist; they count from 1 to 1"),
        ((0, 1), 0, 2, "layer 3 does not exist; they count from 1 to 2"),
        ((0, 1), 0, -1, "layer 0 does not exist; they count from 1 to 2"),
    ],
)
def test_what_does_not_exist_is_refused(
    features: tuple[int, int], sample: int, layer_index: int | None, message: str
) -> None:
    session = Session(network(2, 3, 1))
    with pytest.raises(ValueError, match=message):
        decision_map(session, features, [0], [0], sample, layer_index)
    if layer_index is None:
        with pytest.raises(ValueError, match=message):
            zero_lines(session, features, *BOX, sample)


def inside(place: tuple[float, float]) -> bool:
    return all(low <= value <= high for value, (low, high) in zip(place, BOX, strict=True))


def on_the_border(place: tuple[float, float]) -> bool:
    return any(value in limits for value, limits in zip(place, BOX, strict=True))


@given(maps())
def test_at_both_ends_of_a_line_the_sum_is_zero(
    given: tuple[Session, tuple[int, int], int],
) -> None:
    session, features, sample = given
    layer = session.network.layers[0]
    for neuron, start, end in zero_lines(session, features, *BOX, sample):
        assert start != end
        for place in (start, end):
            assert inside(place)
            assert on_the_border(place)
            inputs = point(session, sample, dict(zip(features, place, strict=True)))
            terms = [*(layer.weights[neuron] * inputs), layer.bias[neuron]]
            assert abs(math.fsum(terms)) <= 1e-14 * (1 + sum(map(abs, terms)))


@given(maps())
def test_a_neuron_has_a_line_where_its_sum_changes_sign_between_corners(
    given: tuple[Session, tuple[int, int], int],
) -> None:
    session, features, sample = given
    corners = [
        point(session, sample, dict(zip(features, corner, strict=True)))
        for corner in itertools.product(*BOX)
    ]
    z = session.network.forward(corners).layers[0].pre_activations
    lines = {line.neuron for line in zero_lines(session, features, *BOX, sample)}
    clearly = 1e-9
    for neuron, sums in enumerate(z.T):
        if sums.min() < -clearly and sums.max() > clearly:
            assert neuron in lines
        elif sums.min() > clearly or sums.max() < -clearly:
            assert neuron not in lines


@pytest.mark.parametrize(
    ("weights", "bias", "ends"),
    [
        ([2.0, 0.0], -1.0, {(0.5, -1.0), (0.5, 4.0)}),
        ([0.0, -2.0], 1.0, {(-2.0, 0.5), (3.0, 0.5)}),
        ([0.0, 1.0], 1.0, {(-2.0, -1.0), (3.0, -1.0)}),
        ([1.0, 1.0], 0.0, {(-2.0, 2.0), (1.0, -1.0)}),
        ([1.0, -1.0], -1.0, {(0.0, -1.0), (3.0, 2.0)}),
        ([1.0, -1.0], 1.0, {(-2.0, -1.0), (3.0, 4.0)}),
        ([1.0, -4.0], 0.0, {(-2.0, -0.5), (3.0, 0.75)}),
        ([-4.0, 1.0], 0.0, {(-0.25, -1.0), (1.0, 4.0)}),
    ],
    ids=str,
)
def test_lines_by_hand(weights: list[float], bias: float, ends: set[tuple[float, float]]) -> None:
    (line,) = zero_lines(plane((weights, bias)), (0, 1), *BOX)
    assert line.neuron == 0
    assert {line.start, line.end} == ends


@pytest.mark.parametrize(
    ("weights", "bias"),
    [
        ([0.0, 0.0], 1.0),
        ([0.0, 0.0], 0.0),
        ([1.0, 0.0], 2.5),
        ([0.0, 1.0], -4.5),
        ([1.0, 1.0], 3.5),
        ([1.0, 1.0], 3.0),
        ([1e-300, 1e-308], 1e300),
        ([5e-324, 0.0], 1.0),
    ],
    ids=str,
)
def test_no_line_where_it_reads_neither_passes_by_or_touches_a_corner(
    weights: list[float], bias: float
) -> None:
    assert zero_lines(plane((weights, bias)), (0, 1), *BOX) == []


def test_lines_are_told_apart_by_their_neuron() -> None:
    session = plane(([1.0, 0.0], 9.0), ([1.0, 0.0], 0.0), ([0.0, 0.0], 0.0), ([0.0, 1.0], 0.0))
    assert [line.neuron for line in zero_lines(session, (0, 1), *BOX)] == [1, 3]


def test_the_fixed_inputs_move_a_line_and_the_features_may_be_swapped() -> None:
    session = plane(([1.0, 5.0, 2.0], 0.0), inputs=[0.0, 9.0, 0.0])
    assert zero_lines(session, (0, 2), *BOX) == []
    session = session.evolve(inputs=[[9.0, 0.2, 9.0]])
    ((_, *ends),) = zero_lines(session, (0, 2), *BOX)
    assert sorted(ends) == [(-2.0, 0.5), (1.0, -1.0)]
    ((_, *ends),) = zero_lines(session, (2, 0), *BOX)
    assert sorted(ends) == [(-2.0, 3.0), (0.0, -1.0)]


@given(st.lists(st.tuples(vectors(3, any_number), any_number), min_size=1, max_size=3), any_number)
def test_lines_of_any_numbers_stay_inside(
    rows: list[tuple[FloatArray, float]], other: float
) -> None:
    session = plane(*((w.tolist(), b) for w, b in rows), inputs=[0.0, 0.0, other])
    for _, start, end in zero_lines(session, (0, 1), *BOX):
        assert inside(start)
        assert inside(end)


@pytest.mark.parametrize("limits", [(1, 1), (2, -1), (-math.inf, 0), (0, math.nan)], ids=str)
def test_a_range_that_is_none_is_refused(limits: tuple[float, float]) -> None:
    session = plane(([1.0, 1.0], 0.0))
    for ranges in ((limits, (0, 1)), ((0, 1), limits)):
        with pytest.raises(ValueError, match="expected two numbers, the lower first"):
            zero_lines(session, (0, 1), *ranges)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0], (-1, 1)),
        ([0, 1], (-1, 2)),
        ([-1, 1], (-2, 2)),
        ([3], (-1, 4)),
        ([-0.9, 0.9], (-1, 1)),
        ([120, 60], (-1, 200)),
        ([-7, 950], (-8, 2000)),
        ([2.2, -2.5], (-3, 3)),
        ([999e20], (-1, 2e23)),
        ([1.7e308, -1.7e308], (-4e307, 4e307)),
    ],
    ids=str,
)
def test_ranges_are_round_and_hold_the_samples(
    values: list[float], expected: tuple[float, float]
) -> None:
    inputs = np.array([[0.25, value] for value in values])
    session = Session(network(2, 1), inputs)
    assert feature_range(session, 1) == expected
    assert feature_range(session, 0) == (-1, 1)
    low, high = expected
    assert math.isfinite(high - low)


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=4))
def test_a_range_holds_all_samples_with_room_and_no_more_than_it_needs(
    values: list[float],
) -> None:
    session = Session(network(1, 1), np.array(values)[:, np.newaxis])
    low, high = feature_range(session, 0)
    assert low < min(values)
    assert high > max(values)
    if not low < 0 < high:
        assert high - low <= 2.3 * (max(values) - min(values))
        return
    assert low <= -1
    assert high >= 1
    assert high <= max(1, 2.5 * 1.1 * max(values) * (1 + 1e-12))
    assert -low <= max(1, 2.5 * 1.1 * -min(values) * (1 + 1e-12))


def test_the_range_stands_still_while_a_sample_moves_below_its_limit() -> None:
    ranges = {
        feature_range(Session(network(1, 1), np.array([[value], [0.0]])), 0)
        for value in np.linspace(3.7, 5.4, 26)
    }
    assert ranges == {(-1, 6)}


def test_the_range_of_a_feature_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="input 3 does not exist; they count from 1 to 2"):
        feature_range(Session(network(2, 1)), 2)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([11.0, 14.8], (10, 16)),
        ([150.0, 200.0], (140, 210)),
        ([1000.0, 1000.5], (999.9, 1000.6)),
        ([-7.2, -5.0], (-7.5, -4.5)),
        ([0.2, 0.3], (0.18, 0.32)),
        ([1.0, 3.0], (-1, 4)),
        ([5.0, 5.0], (-1, 6)),
    ],
)
def test_samples_far_from_0_have_limits_of_their_own(
    values: list[float], expected: tuple[float, float]
) -> None:
    session = Session(network(1, 1), np.array(values)[:, np.newaxis])
    assert feature_range(session, 0) == expected


@given(st.floats(1e-300, 1e300), st.floats(1e-12, 2), st.sampled_from([1, -1]))
def test_limits_around_close_samples_leave_room(nearest: float, apart: float, sign: int) -> None:
    values = [sign * nearest, sign * nearest * (1 + apart)]
    low, high = feature_range(Session(network(1, 1), np.array(values)[:, np.newaxis]), 0)
    assert low < min(values) < max(values) < high
    assert np.isfinite(high - low)

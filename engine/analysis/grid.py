"""The first layer's sums and all outputs over a grid of two inputs.

The sums of the first layer are split by what they depend on; from there on the layers compute as in
training, a part of the grid at a time.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.nn.arrays import FloatArray
from engine.nn.layer import Layer
from engine.nn.passes import LayerPass, forward
from engine.nn.values import Value
from engine.session.derived import running_derived_features
from engine.session.session import Session

if TYPE_CHECKING:
    from engine.datasets.features import DerivedFeature

_MAX_IN_ONE_GO = 100_000
"""Up to this many numbers of all layers are computed where they stay; beyond, a chunk at a time."""
_CHUNK = 14_000
"""This many numbers of all layers: few enough to stay in the processor's cache, in arrays of less
than 128 KB, which do not go back to the system after every frame, but …"""
_MIN_POINTS = 256
"""… never fewer points than this, as the product of a large layer with only a few is slow."""


class NonlinearTerm(NamedTuple):
    """What a derived input adds that is not a multiple of the input it is derived from.

    Attributes
    ----------
    axis
        0 for the first of the two varying inputs, 1 for the second.
    weights
        (n_neurons,).
    derived_feature
        Computed from that input alone, which it calls its first.
    """

    axis: int
    weights: FloatArray
    derived_feature: DerivedFeature

    def of(self, values: FloatArray) -> FloatArray:
        """Return the derived input for values of the varying one, both (n,).

        Parameters
        ----------
        values
            (n,), of the varying input.

        Returns
        -------
        FloatArray
        """
        return self.derived_feature.values(values[:, np.newaxis])


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class FirstSums(Value):
    """z = fixed + weights·(x, y) + product·x·y + the nonlinear terms, in the first layer.

    Attributes
    ----------
    fixed
        (n_neurons,), the sums with both inputs at 0, without the nonlinear terms.
    weights
        (n_neurons, 2), of x and y.
    product
        (n_neurons,), the weight of x·y; None where no input is derived from both.
    nonlinear_terms
        What inputs derived from one of both add.
    """

    fixed: FloatArray
    weights: FloatArray
    product: FloatArray | None
    nonlinear_terms: tuple[NonlinearTerm, ...]

    @property
    def has_nonlinear_term(self) -> NDArray[np.bool_]:
        """Which neurons have a sum whose zeros are not a straight line, (n_neurons,)."""
        curved = [term.weights for term in self.nonlinear_terms]
        if self.product is not None:
            curved.append(self.product)
        is_nonlinear: NDArray[np.bool_] = np.zeros(len(self.fixed), bool)
        for weights in curved:
            is_nonlinear |= weights != 0
        return is_nonlinear


def first_sums(session: Session, features: tuple[int, int], sample: int) -> FirstSums:
    """Return the sums as the two features, from 0, vary; other inputs are those of `sample`.

    Inputs derived from them follow.

    Parameters
    ----------
    session
        The network with its samples and names.
    features
        The two inputs that vary, from 0: across, then up.
    sample
        The sample, from 0, whose other inputs are kept.

    Returns
    -------
    FirstSums

    Raises
    ------
    ValueError
        For a feature or sample that does not exist, and when both features are the same.
    """
    for feature in features:
        check_feature(session, feature)
    if features[0] == features[1]:
        raise ValueError("a map needs two different inputs")
    if not 0 <= sample < session.n_samples:
        raise ValueError(
            f"sample {sample + 1} does not exist; they count from 1 to {session.n_samples}"
        )
    # Not from the session's trace: during training it is not computed yet, and only the map would
    # need it.
    inputs = session.inputs[sample].copy()
    inputs[list(features)] = 0
    layer = session.network.layers[0]
    weights = layer.weights[:, list(features)]
    product, nonlinear_terms = None, []
    for column, derived_feature in running_derived_features(session, features):
        inputs[column] = 0
        own = layer.weights[:, column]
        axes = [axis for axis, feature in enumerate(features) if feature in derived_feature.of]
        if len(axes) == 2:
            product = own
        elif len(derived_feature.of) == 2:
            # A product with an input that is fixed is a multiple of the one that varies.
            (other,) = (source for source in derived_feature.of if source not in features)
            weights[:, axes[0]] += own * inputs[other]
        else:
            nonlinear_terms.append(
                NonlinearTerm(axes[0], own, dataclasses.replace(derived_feature, of=(0,)))
            )
    return FirstSums(layer.weights @ inputs + layer.bias, weights, product, tuple(nonlinear_terms))


def check_feature(session: Session, feature: int) -> None:
    """Raise ValueError when there is no such input, from 0.

    Parameters
    ----------
    session
        The network with its samples and names.
    feature
        The input, from 0.
    """
    n_features = session.network.n_features
    if not 0 <= feature < n_features:
        raise ValueError(f"input {feature + 1} does not exist; they count from 1 to {n_features}")


def activations_over_grid(
    layers: tuple[Layer, ...], first: FirstSums, x: FloatArray, y: FloatArray, kept: Collection[int]
) -> dict[int, FloatArray]:
    """Return the activations of each layer in `kept`, from 0, (n_neurons, n_up, n_across).

    The caller silences NumPy's overflow warnings.

    Parameters
    ----------
    layers
        Those of the network, from the first to the last.
    first
        The sums of the first of them.
    x, y
        The values of the first input, (n_across,), and of the second, (n_up,).
    kept
        Indices of layers, from 0.
    """
    # The first sums are one part per column plus one per row, so no point needs a product of its
    # own. Neurons come first throughout, as NumPy is fastest on long rows of points.
    z_across = np.multiply.outer(first.weights[:, 0], x)
    z_up = np.multiply.outer(first.weights[:, 1], y) + first.fixed[:, np.newaxis]
    for term in first.nonlinear_terms:
        values, z = (x, z_across) if term.axis == 0 else (y, z_up)
        z += np.multiply.outer(term.weights, term.of(values))
    n_neurons, n_points = sum(layer.n_neurons for layer in layers), len(y) * len(x)
    if n_neurons * n_points <= _MAX_IN_ONE_GO:
        maps = dict(enumerate(_blocks(layers, n_points)))
        _activate(_passes(layers, [*maps.values()]), first.product, x, y, z_across, z_up)
    else:
        maps = dict(zip(kept, _blocks([layers[place] for place in kept], n_points), strict=True))
        passes: dict[int, list[LayerPass]] = {}
        for rows, columns in _chunks(len(y), len(x), max(_MIN_POINTS, _CHUNK // n_neurons)):
            part_x, part_y = x[columns], y[rows]
            size = len(part_y) * len(part_x)
            if size not in passes:
                passes[size] = _passes(layers, _blocks(layers, size))
            chunk = passes[size]
            _activate(chunk, first.product, part_x, part_y, z_across[:, columns], z_up[:, rows])
            start = rows.start * len(x) + columns.start
            for place, values in maps.items():
                values[:, start : start + size] = chunk[place].a
    return {place: maps[place].reshape(layers[place].n_neurons, len(y), len(x)) for place in kept}


def _activate(
    passes: list[LayerPass],
    product: FloatArray | None,
    x: FloatArray,
    y: FloatArray,
    z_across: FloatArray,
    z_up: FloatArray,
) -> None:
    """Compute the activations of all layers, given the two parts of the first sums."""
    sums = passes[0].z.reshape(len(z_up), len(y), len(x))
    np.add(z_up[:, :, np.newaxis], z_across[:, np.newaxis], out=sums)
    if product is not None:
        sums += product[:, np.newaxis, np.newaxis] * np.multiply.outer(y, x)
    passes[0].activate(passes[0].z, passes[0].a)
    forward(passes[1:], passes[0].a)


def _passes(layers: Sequence[Layer], blocks: Sequence[FloatArray]) -> list[LayerPass]:
    """New passes that write to the blocks; the activations take the place of the sums."""
    passes = [layer.new_pass() for layer in layers]
    for layer, block in zip(passes, blocks, strict=True):
        layer.z = layer.a = block
    return passes


def _blocks(layers: Sequence[Layer], n_points: int) -> list[FloatArray]:
    """New arrays (n_neurons, n_points), one for each layer.

    They are parts of one, as several large ones, freed every frame, go back to the system each
    time.
    """
    ends = np.cumsum([layer.n_neurons for layer in layers])
    return np.split(np.empty((ends[-1], n_points)), ends[:-1])


def _chunks(n_rows: int, n_columns: int, most: int) -> Iterator[tuple[slice, slice]]:
    """Split a grid into chunks of at most `most` points: whole rows, or pieces of one row."""
    width = min(n_columns, most) or 1
    height = most // width
    for top in range(0, n_rows, height):
        for left in range(0, n_columns, width):
            yield (
                slice(top, min(top + height, n_rows)),
                slice(left, min(left + width, n_columns)),
            )

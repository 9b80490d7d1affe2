"""The sums of the first layer as two of its inputs run, taken apart by what they depend on."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.activations import FloatArray
from engine.derived_inputs import running_followers
from engine.session import Session

if TYPE_CHECKING:
    from engine.datasets.features import DerivedFeature


class Bend(NamedTuple):
    """What a derived input adds that is no multiple of the input it is made of.

    axis: 0 for the first of the two running inputs, 1 for the second. weights: (n_neurons,).
    follower: made of that input alone, which it calls the first.
    """

    axis: int
    weights: FloatArray
    follower: DerivedFeature

    def of(self, values: FloatArray) -> FloatArray:
        """Return the derived input for values of the running one, (n,) both."""
        return self.follower.values(values[:, np.newaxis])


@dataclass(frozen=True, eq=False, slots=True)
class FirstSums:
    """z = fixed + weights·(x, y) + product·x·y + the bends, for the neurons of the first layer.

    fixed: with both inputs at 0, but for the bends, (n_neurons,). weights: of x and y, (n_neurons,
    2). product: of x·y, (n_neurons,), or None where no input is derived from both.
    """

    fixed: FloatArray
    weights: FloatArray
    product: FloatArray | None
    bends: tuple[Bend, ...]

    @property
    def is_bent(self) -> NDArray[np.bool_]:
        """Whether the zeros of each neuron's sum are no straight line, (n_neurons,)."""
        curved = [bend.weights for bend in self.bends]
        if self.product is not None:
            curved.append(self.product)
        bent: NDArray[np.bool_] = np.zeros(len(self.fixed), bool)
        for weights in curved:
            bent |= weights != 0
        return bent


def first_sums(session: Session, features: tuple[int, int], sample: int) -> FirstSums:
    """Return the sums as the two features, from 0, run; other inputs are those of `sample`.

    Inputs derived from them follow. Raises ValueError for a feature or sample that does not exist,
    and for twice the same feature.
    """
    for feature in features:
        check_feature(session, feature)
    if features[0] == features[1]:
        raise ValueError("a map needs two different inputs")
    if not 0 <= sample < session.n_samples:
        raise ValueError(
            f"sample {sample + 1} does not exist; they count from 1 to {session.n_samples}"
        )
    # Not from its trace, which nothing but the map may need: a session in training has none yet.
    inputs = session.inputs[sample].copy()
    inputs[list(features)] = 0
    layer = session.network.layers[0]
    weights = layer.weights[:, list(features)]
    product, bends = None, []
    for column, follower in running_followers(session, features):
        inputs[column] = 0
        own = layer.weights[:, column]
        axes = [axis for axis, feature in enumerate(features) if feature in follower.of]
        if len(axes) == 2:
            product = own
        elif len(follower.of) == 2:
            # A product with an input that stands still is a multiple of the one that runs.
            (other,) = (source for source in follower.of if source not in features)
            weights[:, axes[0]] += own * inputs[other]
        else:
            bends.append(Bend(axes[0], own, dataclasses.replace(follower, of=(0,))))
    return FirstSums(layer.weights @ inputs + layer.bias, weights, product, tuple(bends))


def check_feature(session: Session, feature: int) -> None:
    """Raise ValueError when there is no such input, from 0."""
    n_features = session.network.n_features
    if not 0 <= feature < n_features:
        raise ValueError(f"input {feature + 1} does not exist; they count from 1 to {n_features}")

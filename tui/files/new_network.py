"""New networks, with a title and a note on how to reproduce them."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote

from engine.nn.activations import Activation, activation
from engine.nn.initialisation import initialisation_named, new_network
from engine.nn.random_inputs import random_inputs
from engine.session.session import Session
from engine.text import printable
from tui.terminal import shortened

_MAX_LAYERS = 1_000
"""The maximum in a file."""
_MAX_SIZES_LENGTH = 60
_SIZES_FOR_DATA = (1, 8, 1)


def session_for_data(name: str) -> Session:
    """Return a session whose one hidden layer can learn much; data give it inputs and outputs."""
    activations = [activation("tanh"), activation("identity")]
    network = new_network(_SIZES_FOR_DATA, activations, "xavier", 0)
    return Session(network, title=f"Learning from {shortened(printable(name), _MAX_SIZES_LENGTH)}")


def new_session(
    sizes: Sequence[int],
    activations: Sequence[Activation],
    initialisation: str,
    seed: int,
    n_samples: int | None = None,
) -> Session:
    """Return a session with a newly drawn network of `sizes` (features first).

    activations: one for each layer. initialisation: such as "uniform" or "uniform(0.5)". n_samples:
    how many samples with random inputs it has, None for none. Raises ValueError for more layers
    than a file may have, and as `new_network` and `random_inputs`.
    """
    if len(sizes) > _MAX_LAYERS + 1:
        raise ValueError(f"{len(sizes) - 1:,} layers are too many; at most {_MAX_LAYERS:,}")
    drawn = initialisation = initialisation_named(initialisation)
    network = new_network(sizes, activations, initialisation, seed)
    counts = "-".join(map(str, sizes))
    names = ",".join(activation.text for activation in activations)
    again = [f"nn-play new {counts} --activations", quote(names), "--init", quote(initialisation)]
    inputs = None
    if n_samples is not None:
        inputs = random_inputs(n_samples, sizes[0], seed=seed)
        again.append(f"--samples {n_samples}")
    # Zeros are not drawn, so the seed does not matter.
    if initialisation.partition("(")[0] != "zeros" or inputs is not None:
        drawn += f", seed {seed}"
        again.append(f"--seed {seed}")
    return Session(
        network,
        inputs,
        title=f"New {shortened(counts, _MAX_SIZES_LENGTH)} network: {drawn}",
        note=f"The same numbers again: {' '.join(again)}",
    )

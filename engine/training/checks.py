"""What a network must be to be trained."""

from __future__ import annotations

from engine.network import Network


def check_finite(network: Network) -> None:
    """Raise ValueError, naming the place, when a weight or bias is NaN or infinite."""
    for number, layer in enumerate(network.layers, start=1):
        if layer.not_finite:
            raise ValueError(f"layer {number}: {layer.not_finite} is not a finite number")


def check_sizes(network: Network, trained: Network) -> None:
    """Raise ValueError when the sizes are not those of the network being trained."""
    if network.sizes != trained.sizes:
        wanted, given = ("-".join(map(str, some.sizes)) for some in (trained, network))
        raise ValueError(
            f"the network being trained is {wanted}, the other {given}; start another run"
        )

"""Weights and biases as layers in a row: which way each matrix lies, told by the shapes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from engine.activations import FloatArray

_LETTERS = re.compile("[A-Za-z]+")


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """Weights and bias of one layer as they stand in the listing.

    is_fixed: whether rows are neurons in any case, as a plain list is the weights of one neuron.
    activation: what the listing calls it, or None.
    """

    name: str
    weights: FloatArray
    bias: FloatArray | None
    is_fixed: bool
    activation: str | None = None

    def turned(self, by_column: bool) -> FloatArray:
        """Return the weights with one row per neuron, (n_neurons, n_inputs)."""
        return self.weights.T if by_column and not self.is_fixed else self.weights

    def fits(self, by_column: bool, n_inputs: int | None, *, shared_bias: bool = False) -> bool:
        """Return whether the shapes go together; shared_bias: one bias may serve all neurons."""
        weights = self.turned(by_column)
        return (n_inputs is None or weights.shape[1] == n_inputs) and (
            self.bias is None
            or self.bias.size == weights.shape[0]
            or (shared_bias and self.bias.size == 1)
        )


def stacked(parts: Sequence[Part]) -> list[Part]:
    """Return plain lists, each the weights of one neuron, as the layers whose neurons they are.

    Those whose names differ in their numbers only are one layer where that chains; else all of
    them are, where they have one length. A list of one number is a layer of its own.
    """
    alike = [list(group) for _, group in groupby(parts, key=_kind)]
    layers = [_stack(group) for group in alike]
    if ways_to_chain(layers, None):
        return layers
    return [_stack(parts)] if len({_kind(part)[0] for part in parts} | {0}) == 2 else [*parts]


def _kind(part: Part) -> tuple[int, tuple[str, ...] | str]:
    """Of a neuron its number of weights and its name without numbers, of others 0 and the name."""
    is_neuron = part.is_fixed and len(part.weights) == 1 and part.weights.size > 1
    if not is_neuron or (part.bias is not None and part.bias.size > 1):
        return 0, part.name
    return part.weights.size, tuple(_LETTERS.findall(part.name))


def _stack(neurons: Sequence[Part]) -> Part:
    if len(neurons) == 1:
        return neurons[0]
    biases = [np.zeros(1) if part.bias is None else part.bias for part in neurons]
    activations = {part.activation for part in neurons}
    return Part(
        f"{neurons[0].name} to {neurons[-1].name}",
        np.vstack([part.weights for part in neurons]),
        None if all(part.bias is None for part in neurons) else np.concatenate(biases),
        is_fixed=True,
        activation=activations.pop() if len(activations) == 1 else None,
    )


def ways_to_chain(parts: Sequence[Part], n_inputs: int | None) -> list[tuple[bool, ...]]:
    """Return how the matrices can lie so that the shapes chain: all alike, else the only mixed way.

    n_inputs: what the first layer reads, or None. Each way says for each part whether it has one
    column per neuron; the first has one row per neuron where that is possible. None chain: [].
    """
    both = ((False,) * len(parts), (True,) * len(parts))
    alike = [way for way in both if _chains(parts, way, n_inputs)]
    if alike:
        return alike
    mixed = _mixed(parts, n_inputs)
    first, second = next(mixed, None), next(mixed, None)
    if first is not None:
        return [first] if second is None else []
    return [way for way in both if _chains(parts, way, n_inputs, shared_bias=True)]


def _chains(
    parts: Sequence[Part], way: Sequence[bool], n_inputs: int | None, *, shared_bias: bool = False
) -> bool:
    for part, turned in zip(parts, way, strict=True):
        if not part.fits(turned, n_inputs, shared_bias=shared_bias):
            return False
        n_inputs = part.turned(turned).shape[0]
    return True


def _mixed(parts: Sequence[Part], n_inputs: int | None) -> Iterator[tuple[bool, ...]]:
    """Every way that chains; a square or plain list is not turned, as that changes no shape."""
    if not parts:
        yield ()
        return
    part, *rest = parts
    n_rows, n_columns = part.weights.shape
    for turned in (False,) if part.is_fixed or n_rows == n_columns else (False, True):
        if part.fits(turned, n_inputs):
            for way in _mixed(rest, part.turned(turned).shape[0]):
                yield (turned, *way)


def why_no_chain(parts: Sequence[Part]) -> str:
    """Return in one line that the parts do not chain, with the shapes of the first ones."""
    shapes = ", ".join(
        f"{part.name} {part.weights.shape[0]}×{part.weights.shape[1]}"
        + (f" with {part.bias.size} biases" if part.bias is not None else "")
        for part in parts[:6]
    )
    return f"the shapes do not go together, whichever way the weights lie: {shapes}"

"""In which order named layers follow each other: each must fit the one before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from engine.formats.tensors.pairs import Ends, Pair

_MAX_STEPS = 400_000
"""Of the search: less than a second."""


def orders_of(pairs: Sequence[Pair], ends: Sequence[Ends]) -> list[list[int]]:
    """Return up to two orders of the layers, as indices, in which each fits the one before.

    Layers whose names differ only in their numbers are ordered by these; a layer named as the first
    or the last one is that. The given order comes first if it is valid.

    Parameters
    ----------
    pairs
        Weights and bias of each layer.
    ends
        How many inputs and neurons each layer has.

    Returns
    -------
    list[list[int]]

    Raises
    ------
    ValueError
        When there are too many possibilities to search.
    """
    precede = _before(pairs)
    found: list[list[int]] = []
    for steps, order in enumerate(_walks(ends, precede)):
        if order is not None:
            found.append(order)
        if len(found) == 2:
            break
        if steps > _MAX_STEPS:
            raise ValueError("the names of the layers do not show their order")
    return found


def _before(pairs: Sequence[Pair]) -> list[int]:
    """For every layer the set of those that must come before it, as bits."""
    ranks = {-1: 0, 0: 0, 1: 0}
    families: dict[tuple[str, ...], list[int]] = {}
    for index, pair in enumerate(pairs):
        ranks[pair.rank] |= 1 << index
        families.setdefault(pair.family, []).append(index)
    lower = {-1: 0, 0: ranks[-1], 1: ranks[-1] | ranks[0]}
    before = [lower[pair.rank] for pair in pairs]
    for members in families.values():
        members.sort(key=lambda index: pairs[index].numbers)
        for previous, index in pairwise(members):
            before[index] |= 1 << previous
    return before


def _walks(ends: Sequence[Ends], before: Sequence[int]) -> Iterator[list[int] | None]:
    """Yield every order in which all layers fit, and None for each step in between."""
    turns = [iter(range(len(ends)))]
    order: list[int] = []
    taken = 0
    while turns:
        index = next(turns[-1], None)
        if index is None:
            turns.pop()
            if order:
                taken ^= 1 << order.pop()
            continue
        yield None
        if taken >> index & 1 or before[index] & ~taken:
            continue
        if order and ends[order[-1]][1] != ends[index][0]:
            continue
        if len(order) + 1 == len(ends):
            yield [*order, index]
            continue
        order.append(index)
        taken |= 1 << index
        turns.append(iter(range(len(ends))))

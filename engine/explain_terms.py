"""The products of a sum as text, as many of them as there is room for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

_SHORTEST_TERM = len("0·0 + ")


def terms_in(
    product: Callable[[int], str],
    n_terms: int,
    room: int | None,
    place: int = 0,
    least: int = 2,
    *,
    counted: bool = True,
) -> str:
    """Return the products joined by "+": all of them, or as many as `room` characters hold.

    product: from a place, counted from 0, to its text. place: the one that is there in any case;
    then come the last one and the first ones, `least` in all however little room there is. Those
    left out are counted, as in "… 3 more …", or stand as "…" only.
    """
    if n_terms <= least or room is None or n_terms <= room // _SHORTEST_TERM:
        text = " + ".join(map(product, range(n_terms)))
        if n_terms <= least or room is None or len(text) <= room:
            return text
    shown: dict[int, str] = {}
    text = ""
    for number, one in enumerate(_by_importance(n_terms, place), start=1):
        shown[one] = product(one)
        longer = _joined(shown, n_terms, counted=counted)
        if number > least and len(longer) > room:
            break
        text = longer
    return text


def _by_importance(n_terms: int, place: int) -> Iterator[int]:
    yield place
    if place != n_terms - 1:
        yield n_terms - 1
    yield from (one for one in range(n_terms - 1) if one != place)


def _joined(shown: dict[int, str], n_terms: int, *, counted: bool) -> str:
    """The terms shown in their order, with the number of those left out between them."""
    if len(shown) == 1:
        return f"{next(iter(shown.values()))} + {_gap(n_terms - 1, counted=counted)}"
    parts = []
    following = 0
    for place in sorted(shown):
        if place > following:
            parts.append(_gap(place - following, counted=counted))
        parts.append(shown[place])
        following = place + 1
    if following < n_terms:
        parts.append(_gap(n_terms - following, counted=counted))
    return " + ".join(parts)


def _gap(n_left_out: int, *, counted: bool) -> str:
    return f"… {n_left_out} more …" if counted else "…"

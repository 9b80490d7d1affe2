"""The parts of a line that can be drawn: finite, and within the canvas."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.activations import FloatArray

Run = tuple[list[float], list[float]]
"""x and y of the points of one unbroken stretch, each from 0 to 1."""

_FAR = 1e3


def visible_runs(x: FloatArray, y: FloatArray) -> list[Run]:
    """Return the stretches of a line that lie between 0 and 1 in x and in y.

    x, y: (n_points,), with x rising. The line breaks where it is not finite, and ends where it
    leaves the canvas.
    """
    with np.errstate(invalid="ignore"):
        drawable = np.isfinite(y) & (x >= 0) & (x <= 1)
    # A slope this steep is upright on any screen, and its crossings are computed without overflow.
    near = np.clip(y, -_FAR, _FAR)
    runs: list[Run] = []
    for start, stop in _stretches(drawable):
        xs, ys = x[start:stop], near[start:stop]
        if ys.min() >= 0 and ys.max() <= 1:
            runs.append((xs.tolist(), ys.tolist()))
        else:
            runs.extend(_clipped(xs.tolist(), ys.tolist()))
    return runs


def _stretches(flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    """Where the flags are set without a break: each as its start and the place after its end."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _clipped(xs: list[float], ys: list[float]) -> Iterator[Run]:
    """The stretches of a finite line that lie between 0 and 1 in y."""
    run: Run = ([], [])
    for place in range(len(xs) - 1):
        x, y = xs[place], ys[place]
        wide, high = xs[place + 1] - x, ys[place + 1] - y
        if high:
            enter, leave = sorted(((0 - y) / high, (1 - y) / high))
        else:
            enter, leave = (0.0, 1.0) if 0 <= y <= 1 else (1.0, 0.0)
        enter, leave = max(enter, 0.0), min(leave, 1.0)
        if enter > leave:
            continue
        if enter > 0 or not run[0]:
            if run[0]:
                yield run
            run = ([x + enter * wide], [_within(y + enter * high)])
        run[0].append(x + leave * wide)
        run[1].append(_within(y + leave * high))
        if leave < 1:
            yield run
            run = ([], [])
    if run[0]:
        yield run


def _within(place: float) -> float:
    return min(max(place, 0.0), 1.0)

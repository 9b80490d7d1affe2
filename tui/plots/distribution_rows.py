"""A row for each neuron: a small histogram of its outs, and where it is off or saturated."""

from __future__ import annotations

import math

from tui.plots.cells import Part, fitted, looks
from tui.plots.distribution_data import Looked
from tui.plots.histograms import axis_of, sparkline
from tui.plots.scene import Scene

_OFF, _SATURATED, _OUTS = "off", "saturated", "outs"
_WIDEST_SHARE = 5
_SHORTEST_SPARKLINE, _LONGEST_SPARKLINE = 8, 24
_BETWEEN = "  "
_SELECTED = "▶"


def neuron_rows(scene: Scene, looked: Looked, width: int, room: int) -> list[list[Part]]:
    """Return a heading and the neurons around the one spoken of, in columns if they are many."""
    if room < 2:
        return []
    style = looks(scene.palette)
    count = scene.layer.n_neurons
    names = max(len(scene.name_of(0)), len(scene.name_of(count - 1)))
    shares = _shares_width(width - names - 2)
    least = 1 + names + 1 + _SHORTEST_SPARKLINE + shares + len(_BETWEEN)
    n_rows = min(room - 1, count)
    n_columns = max(1, min(math.ceil(count / n_rows), (width + len(_BETWEEN)) // least))
    n_rows = min(n_rows, math.ceil(count / n_columns))
    size = (width + len(_BETWEEN)) // n_columns - len(_BETWEEN)
    spark = min(size - 1 - names - 1 - shares, _LONGEST_SPARKLINE)
    spark = spark if spark >= _SHORTEST_SPARKLINE else 0
    in_sight = n_rows * n_columns
    start = max(0, min(scene.neuron - in_sight // 2, count - in_sight))
    heading = _text(" ", " " * names, fitted(_OUTS, spark), _OFF, _SATURATED, shares)
    rows: list[list[Part]] = [[(_BETWEEN.join([heading] * n_columns), style.muted)]]
    for row in range(n_rows):
        parts: list[Part] = []
        for neuron in range(start + row, min(start + in_sight, count), n_rows):
            is_selected = neuron == scene.neuron
            text = _neuron(scene, looked, neuron, names, spark, shares)
            parts += [(text, style.accent if is_selected else style.plain)]
            parts += [(_BETWEEN, style.plain)]
        rows.append(parts[:-1])
    return rows


def share_text(share: float) -> str:
    """Return a share in percent; 0 % and 100 % only where they are exact."""
    if 0 < share < 0.01:
        return "<1 %"
    if 0.99 < share < 1:
        return ">99 %"
    return f"{100 * share:.0f} %"


def _neuron(scene: Scene, looked: Looked, neuron: int, names: int, spark: int, shares: int) -> str:
    state = looked.health.neurons[scene.layer_index][neuron]
    outs = looked.layer(scene.layer_index).activations
    axis = axis_of(outs, scene.layer.activation.limits)
    return _text(
        _SELECTED if neuron == scene.neuron else " ",
        fitted(scene.name_of(neuron), names),
        sparkline(outs[:, neuron], axis, spark),
        share_text(state.off_share),
        share_text(state.saturated_share),
        shares,
    )


def _shares_width(room: int) -> int:
    """The cells of both shares with a space before each; of the first where it is tight."""
    both = 1 + _WIDEST_SHARE + 1 + len(_SATURATED)
    return both if room >= both else 1 + _WIDEST_SHARE


def _text(marker: str, name: str, line: str, off: str, saturated: str, shares: int) -> str:
    off = fitted(off, _WIDEST_SHARE, right=True)
    saturated = fitted(saturated, max(0, shares - _WIDEST_SHARE - 2), right=True)
    text = f"{marker}{name} {line} {off}"
    return f"{text} {saturated}" if saturated else text

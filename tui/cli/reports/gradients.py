"""The derivatives of the loss by every weight and bias, as tables."""

from __future__ import annotations

from collections.abc import Iterator

from engine.nn.backprop import Gradients, LayerGradients
from engine.nn.parameters import neuron_name
from engine.session.names import counted, input_names
from engine.session.session import Session
from engine.text import format_number
from tui.cli.reports.tables import columns, display_width, heading
from tui.terminal import width

_MAX_NEURONS = 50
_INDENT = _GAP = "  "


def gradients_report(session: Session, gradients: Gradients) -> Iterator[str]:
    """Yield a table for each layer: a row per neuron, a column per weight, the bias last."""
    yield ""
    yield "d loss / d parameter: how fast the loss rises with each weight and bias"
    for layer_index, layer in enumerate(gradients.layers):
        n_neurons = len(layer.bias)
        n_shown = min(n_neurons, _MAX_NEURONS)
        names = [neuron_name(session.network, layer_index, neuron) for neuron in range(n_shown)]
        longest = max(map(len, names))
        room = width() - len(_INDENT) - longest - len(_GAP)
        lines = _numbers(layer, input_names(session, layer_index), n_shown, room)
        yield heading(session, layer_index)
        for name, line in zip(["", *names], lines, strict=True):
            yield f"{_INDENT}{name:<{longest}}{_GAP}{line}"
        if n_neurons > n_shown:
            left_out = counted(n_neurons - n_shown, "more neuron")
            yield f"{_INDENT}… {left_out}, which --json prints too"


def _numbers(layer: LayerGradients, inputs: list[str], n_shown: int, available: int) -> list[str]:
    """The headings, then a line for each of the first neurons; the bias is always shown."""
    biases = columns(["bias"], lambda _: map(format_number, layer.bias[:n_shown].tolist()), 0)
    bias_width = max(map(display_width, biases))
    weights = columns(
        inputs,
        lambda place: map(format_number, layer.weights[:n_shown, place].tolist()),
        available - len(_GAP) - bias_width,
    )
    weights_width = max(map(display_width, weights))
    return [
        f"{line}{' ' * (weights_width - display_width(line))}{_GAP}{bias}"
        for line, bias in zip(weights, biases, strict=True)
    ]

"""What can be copied at the cursor, each as text that is made only on demand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine import Bias, Input, Weight
from engine.clipboard import (
    array_code,
    layer_code,
    network_code,
    network_toml,
    number_code,
    row_code,
)
from engine.export import CODE
from engine.nn.parameters import neuron_name
from tui.state.workspace import Workspace, selected_name, selected_value

_OF_THE_NETWORK = {
    "pytorch": "network: PyTorch",
    "keras": "network: Keras",
    "scikit-learn": "network: scikit-learn",
    "markdown": "arithmetic: Markdown",
    "latex": "arithmetic: LaTeX",
    "csv": "sums and outs: CSV",
}


@dataclass(frozen=True, eq=False, slots=True)
class Copyable:
    """Something to copy.

    write: returns its text; raises ValueError, in one line, if it has none.
    """

    title: str
    write: Callable[[], str]


def copyables(workspace: Workspace) -> tuple[Copyable, ...]:
    """Return what can be copied at the cursor, smallest first."""
    session, selection = workspace.session, workspace.selection
    layer_index = selection.layer_index
    number = layer_index + 1
    network = (
        Copyable(f"layer {number}: weights, bias", lambda: layer_code(session, layer_index)),
        Copyable("network: NumPy script", lambda: network_code(session)),
        Copyable("network: TOML", lambda: network_toml(session)),
        *(Copyable(title, _code(name, workspace)) for name, title in _OF_THE_NETWORK.items()),
    )
    return (*_number(workspace), *_rows(workspace), *network)


def _number(workspace: Workspace) -> tuple[Copyable, ...]:
    """The number under the cursor; nothing if it is a target that is not set."""
    value = selected_value(workspace)
    if value is None:
        return ()
    return (Copyable(selected_name(workspace), lambda: number_code(value)),)


def _rows(workspace: Workspace) -> tuple[Copyable, ...]:
    """The row and the matrix that the number under the cursor belongs to."""
    session, selection = workspace.session, workspace.selection
    sample = selection.sample
    match selection.cell:
        case Weight(layer_index, neuron) | Bias(layer_index, neuron):
            layer = session.network.layers[layer_index]
            number = layer_index + 1
            name = neuron_name(session.network, layer_index, neuron)
            return (
                Copyable(f"row: weights of {name}", lambda: row_code(layer.weights[neuron])),
                Copyable(
                    f"matrix: weights of layer {number}",
                    lambda: array_code(layer.weights, f"weights{number}"),
                ),
                Copyable(
                    f"bias of layer {number}", lambda: array_code(layer.bias, f"bias{number}")
                ),
            )
        case Input():
            what, array = "inputs", session.inputs
        case _:
            if session.targets is None:
                return ()
            what, array = "targets", session.targets
    return (
        Copyable(f"row: {what} of sample {sample + 1}", lambda: row_code(array[sample])),
        Copyable(f"matrix: {what} of all samples", lambda: array_code(array, what)),
    )


def _code(name: str, workspace: Workspace) -> Callable[[], str]:
    return lambda: CODE[name].text(workspace.session, workspace.selection.sample)

"""Moving the cursor: within a pane, and across its edges into the next one."""

from __future__ import annotations

from typing import Literal

from engine import Bias, Input, Session, Weight
from tui.state.selection import Cell, Selection, Target

Direction = Literal["up", "down", "left", "right", "page_up", "page_down", "home", "end"]

_PAGE = 10
_VERTICAL = {"up": -1, "down": 1, "page_up": -_PAGE, "page_down": _PAGE}


def move(session: Session, selection: Selection, direction: Direction) -> Selection:
    """Return the selection after an arrow key; at the outer edges it stays where it is.

    The inputs are on the left, the layers one below the other in the middle, the targets on the
    right.
    """
    cell = selection.cell
    if direction in _VERTICAL:
        moved = _vertical(session, cell, _VERTICAL[direction])
    elif direction in ("home", "end"):
        moved = _to_the_end(session, cell, direction == "end")
    elif direction == "left":
        moved = _left(session, cell)
    else:
        moved = _right(session, cell)
    return selection.at(moved, session)


def advance(session: Session, selection: Selection) -> Selection:
    """Return the selection moved to the next cell in reading order, for typing row by row.

    After the end of a row comes the next row, then the next layer; the very last cell is the target
    of the last output.
    """
    network = session.network
    match selection.cell:
        case Input(feature):
            last = feature + 1 == network.n_features
            following: Cell = Weight(0, 0, 0) if last else Input(feature + 1)
        case Bias(layer_index, neuron):
            if neuron + 1 < network.layers[layer_index].n_neurons:
                following = Weight(layer_index, neuron + 1, 0)
            elif layer_index + 1 < len(network.layers):
                following = Weight(layer_index + 1, 0, 0)
            else:
                following = Target(0)
        case Target(output):
            following = Target(_clamp(output + 1, network.n_outputs))
        case cell:
            following = _right(session, cell)
    return selection.at(following, session)


def _vertical(session: Session, cell: Cell, rows: int) -> Cell:
    network = session.network
    match cell:
        case Input(feature):
            return Input(_clamp(feature + rows, network.n_features))
        case Target(output):
            return Target(_clamp(output + rows, network.n_outputs))
        case Weight(layer_index, neuron, _) | Bias(layer_index, neuron):
            n_neurons = network.layers[layer_index].n_neurons
            row = neuron + rows
            at_edge = neuron == (0 if rows < 0 else n_neurons - 1)
            if at_edge and rows < 0 and layer_index > 0:
                layer_index -= 1
                row = network.layers[layer_index].n_neurons - 1
            elif at_edge and rows > 0 and layer_index + 1 < len(network.layers):
                layer_index += 1
                row = 0
            layer = network.layers[layer_index]
            row = _clamp(row, layer.n_neurons)
            if isinstance(cell, Bias):
                return Bias(layer_index, row)
            return Weight(layer_index, row, _clamp(cell.input, layer.n_inputs))


def _left(session: Session, cell: Cell) -> Cell:
    network = session.network
    match cell:
        case Input():
            return cell
        case Weight(layer_index, neuron, 0):
            return Input(_clamp(neuron if layer_index == 0 else 0, network.n_features))
        case Weight(layer_index, neuron, input):
            return Weight(layer_index, neuron, input - 1)
        case Bias(layer_index, neuron):
            return Weight(layer_index, neuron, network.layers[layer_index].n_inputs - 1)
        case Target(output):
            return Bias(len(network.layers) - 1, output)


def _right(session: Session, cell: Cell) -> Cell:
    network = session.network
    match cell:
        case Input(feature):
            return Weight(0, _clamp(feature, network.layers[0].n_neurons), 0)
        case Weight(layer_index, neuron, input):
            if input + 1 < network.layers[layer_index].n_inputs:
                return Weight(layer_index, neuron, input + 1)
            return Bias(layer_index, neuron)
        case Bias(layer_index, neuron):
            last = layer_index == len(network.layers) - 1
            return Target(neuron if last else 0)
        case Target():
            return cell


def _to_the_end(session: Session, cell: Cell, end: bool) -> Cell:
    match cell:
        case Input():
            return Input(session.network.n_features - 1 if end else 0)
        case Target():
            return Target(session.network.n_outputs - 1 if end else 0)
        case Weight(layer_index, neuron, _) | Bias(layer_index, neuron):
            return Bias(layer_index, neuron) if end else Weight(layer_index, neuron, 0)


def _clamp(index: int, count: int) -> int:
    return max(0, min(index, count - 1))

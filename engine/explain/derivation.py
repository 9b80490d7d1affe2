"""A derivation: lines of arithmetic in order, of which the results can be hidden and asked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from engine.explain.forward_pass import Line, layer_heading
from engine.explain.working import Cell, WorkedNumber
from engine.nn.arguments import check_index, check_type
from engine.nn.arrays import FloatArray
from engine.nn.backprop import Gradients
from engine.nn.parameters import Bias, Weight, neuron_name
from engine.session.names import counted, input_name
from engine.session.session import Session
from engine.text import printable

Item = Line | WorkedNumber

MAX_NEURONS = 10
STRONGEST_NEURONS = 8
MAX_WEIGHTS = 12
STRONGEST_WEIGHTS = 8


@dataclass(frozen=True, eq=False, slots=True)
class Derivation:
    """One part of the arithmetic, in the order in which one works it out by hand.

    Attributes
    ----------
    items
        Headings, sentences and numbers.
    """

    items: tuple[Item, ...]

    def numbers(self) -> list[WorkedNumber]:
        """Return everything that is worked out, second ways to a number included."""
        return [item for item in self.items if isinstance(item, WorkedNumber)]

    def questions(self) -> list[WorkedNumber]:
        """Return the numbers that can be asked for: each once, and only finite ones."""
        return [
            number
            for number in self.numbers()
            if np.isfinite(number.value) and not number.is_short_way
        ]

    def lines(self, digits: int = 4, hidden: Collection[Cell] = ()) -> list[Line]:
        """Return the lines to show.

        Parameters
        ----------
        digits
            The most decimals of computed numbers.
        hidden
            The cells shown as "?"; so is everything that is computed from them, and reasons,
            which would give them away, are left out.

        Returns
        -------
        list[Line]
        """
        unknown = set(hidden)
        lines = []
        owner = None
        for item in self.items:
            if isinstance(item, Line):
                lines.append(item)
                owner = None
                continue
            expression = item.expression
            operands = () if expression is None else expression.operands
            needs_unknown = any(operand.cell in unknown for operand in operands if operand.cell)
            if needs_unknown:
                unknown.add(item.cell)
            is_known = item.cell not in unknown
            text = item.text(digits, is_known=is_known, operands_known=not needs_unknown)
            name = item.owner if item.owner != owner else ""
            owner = item.owner
            place = item.cell.layer_index, item.cell.neuron
            lines.append(Line("number", text, name, *place, number=item))
            if item.reason and is_known:
                lines.append(Line("reason", item.reason, "", *place))
        return lines


def check_selected(session: Session, selected: tuple[int, int] | None) -> None:
    """Raise TypeError or ValueError unless there is such a neuron.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    selected
        The layer and the neuron, from 0, or None.
    """
    check_type(selected, tuple | None, "selected")
    if selected is None:
        return
    if len(selected) != 2:
        raise ValueError("selected: expected a layer and a neuron")
    layers = session.network.layers
    check_index(selected[0], len(layers), "layer")
    check_index(selected[1], layers[selected[0]].n_neurons, "neuron")


def shown_parameters(
    session: Session, gradients: Gradients, selected: tuple[int, int] | None
) -> list[Weight | Bias | Line]:
    """Return the parameters to write out, the last layer first, with lines that count the rest.

    Of large layers they are those of the current neuron and of the ones with the largest δ, and of
    many weights the ones with the largest derivatives.

    Parameters
    ----------
    session
        The network with its samples and names.
    gradients
        Those of the sample or the batch.
    selected
        The layer and neuron, from 0, that are written out in any case; None for none.

    Returns
    -------
    list[Weight | Bias | Line]
    """
    found: list[Weight | Bias | Line] = []
    for layer_index in range(len(gradients.layers) - 1, -1, -1):
        layer = gradients.layers[layer_index]
        found.append(Line("heading", layer_heading(session, layer_index), layer_index=layer_index))
        here = selected[1] if selected and selected[0] == layer_index else None
        neurons = strongest(layer.bias, here, MAX_NEURONS, STRONGEST_NEURONS)
        for neuron in neurons:
            row = layer.weights[neuron]
            columns = strongest(row, None, MAX_WEIGHTS, STRONGEST_WEIGHTS)
            found += [Weight(layer_index, neuron, column) for column in columns]
            found += left_out(len(row) - len(columns), "weight", "that matter less", layer_index)
            found.append(Bias(layer_index, neuron))
        found += left_out(len(layer.bias) - len(neurons), "neuron", "that matter less", layer_index)
    return found


def arrow(session: Session, parameter: Weight | Bias) -> str:
    """Return the short name of a weight or a bias: "w(h1→o1)", "bias(o1)".

    Parameters
    ----------
    session
        The network with its samples and names.
    parameter
        A weight or a bias of the network.

    Returns
    -------
    str
    """
    name = neuron_name(session.network, parameter.layer_index, parameter.neuron)
    if isinstance(parameter, Bias):
        return f"bias({name})"
    source = printable(input_name(session, parameter.layer_index, parameter.input))
    return f"w({source}→{name})"


def strongest(values: FloatArray, selected: int | None, most: int, kept: int) -> list[int]:
    """Return the places to show, in order: all if they are few, else the largest and `selected`.

    Parameters
    ----------
    values
        (n,), of which the largest by magnitude are kept.
    selected
        One more place to keep; None for none.
    most
        Up to how many are all shown.
    kept
        How many are kept of more.

    Returns
    -------
    list[int]
    """
    if len(values) <= most:
        return list(range(len(values)))
    sizes = np.abs(values)
    largest = np.argsort(-np.where(np.isnan(sizes), np.inf, sizes), kind="stable")[:kept]
    return sorted({*largest.tolist(), *([] if selected is None else [selected])})


def left_out(count: int, what: str, which: str, layer_index: int | None = None) -> list[Line]:
    """Return the line that counts what is not written out; no line for none.

    Parameters
    ----------
    count
        How many are left out.
    what, which
        What they are, and why they are left out: "weight", "that matter less".
    layer_index
        The layer they are in, from 0.

    Returns
    -------
    list[Line]
    """
    if not count:
        return []
    return [Line("note", f"… {counted(count, f'more {what}')} {which}", layer_index=layer_index)]

"""What a neuron's sum is made of: its products, the smaller ones taken together, and its bias."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.activations import FloatArray
from engine.explain import in_brackets
from engine.numbers import format_given, format_number, format_within
from engine.parameters import Bias, Input, Weight, input_name
from tui.plots.cells import safe
from tui.plots.scene import Scene

_WIDTH_OF_A_FACTOR = 7
_SHORT_WIDTH_OF_A_FACTOR = 5
_SHORT_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Term:
    """One row of the sum, or the sum itself: where it comes from, how it is computed, its value."""

    source: str
    formula: str
    value: float
    selected: bool = False
    is_total: bool = False


def terms_of(scene: Scene, rows: int, short: bool = False) -> list[Term]:
    """Return the terms of the sum z in at most `rows` (two or more) rows, the bias the last.

    Where there are too many products the largest and the selected one are kept, in their order,
    and one row has the sum of the others, so that the rows always add up to z. `short` leaves
    decimals of the factors away.
    """
    weights = scene.layer.weights[scene.neuron]
    inputs = scene.trace.inputs_of(scene.layer_index)[0]
    layers, before = scene.session.network.layers, scene.layer_index - 1
    limits = None if before < 0 else layers[before].activation.limits
    with np.errstate(all="ignore"):
        products = weights * inputs
    selected = _selected_input(scene)
    all_fit = len(products) < rows
    places = list(range(len(products))) if all_fit else _largest(products, rows - 2, selected)
    terms = [
        Term(
            safe(input_name(scene.session, scene.layer_index, place)),
            _formula(float(weights[place]), float(inputs[place]), limits, scene.digits, short),
            float(products[place]),
            place == selected,
        )
        for place in places
    ]
    if not all_fit:
        others = np.delete(products, places)
        with np.errstate(all="ignore"):
            terms.append(Term("", f"… {len(others)} smaller", float(others.sum())))
    bias = Bias(scene.layer_index, scene.neuron)
    value = float(scene.layer.bias[scene.neuron])
    terms.append(Term("", "bias", value, scene.parameter == bias))
    return terms


def signed(value: float, digits: int) -> str:
    """Return the number with its sign, a plus too; 0 has none."""
    text = format_number(value, digits)
    return f"+{text}" if value > 0 else text


def _selected_input(scene: Scene) -> int | None:
    """The place of the product that the selected weight or input goes into, if there is one."""
    match scene.parameter:
        case Weight(layer_index, neuron, place):
            return place if (layer_index, neuron) == (scene.layer_index, scene.neuron) else None
        case Input(feature):
            return feature if scene.layer_index == 0 else None
    return None


def _largest(products: FloatArray, count: int, selected: int | None) -> list[int]:
    """The places of the `count` largest products by size, in their order; NaN counts as largest."""
    sizes = np.nan_to_num(np.abs(products), nan=np.inf, posinf=np.inf)
    if selected is not None:
        sizes[selected] = np.inf
    return sorted(np.argsort(-sizes, kind="stable")[: max(count, 0)].tolist())


def _formula(
    weight: float, input: float, limits: tuple[float, float] | None, digits: int, short: bool
) -> str:
    """A weight times its input; limits: of the activation whose out that is, None for none."""
    width = _SHORT_WIDTH_OF_A_FACTOR if short else _WIDTH_OF_A_FACTOR
    digits = min(digits, _SHORT_DIGITS) if short else digits
    w = format_given(weight, digits, width)
    x = (
        format_given(input, digits, width)
        if limits is None
        else format_within(input, limits, digits)
    )
    return f"{w}·{in_brackets(x)}"

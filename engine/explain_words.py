"""A layer and its neurons in symbols and with numbers, each as one line."""

from __future__ import annotations

import re

from engine.activations import Activation
from engine.explain import NeuronExplanation, factor
from engine.numbers import format_number
from engine.parameters import input_names
from engine.session import Session
from engine.text import printable

UNKNOWN = "?"
"""What stands for a number that is not to be seen yet."""

_MOST_TERMS = 6
_LONGEST_SUM = 240
_Z = re.compile(r"(?<![A-Za-z])z(?![A-Za-z])")


def layer_heading(session: Session, layer_index: int) -> str:
    """Return "Layer 1 · hidden · relu"."""
    layer = session.network.layers[layer_index]
    words = [f"Layer {layer_index + 1}", printable(layer.name or ""), layer.activation.text]
    return " · ".join(filter(None, words))


def sum_formula(session: Session, layer_index: int) -> str:
    """Return the sum in symbols: "z = w1·x1 + w2·x2 + b"."""
    names = input_names(session, layer_index)
    terms = [f"w{place}·{printable(name)}" for place, name in enumerate(names, start=1)]
    if len(terms) > _MOST_TERMS:
        terms = [*terms[:2], "…", terms[-1]]
    return f"z = {' + '.join(terms)} + b"


def out_formula(activation: Activation) -> str:
    """Return the out in symbols: "a = sigmoid(z) = 1 / (1 + e^-z)"."""
    sign = " =" if _is_closed(activation) or activation.row_wise else ":"
    return f"a = {activation.text}(z){sign} {activation.formula}"


def _is_closed(activation: Activation) -> bool:
    """Whether the formula is one expression in z, with no cases and no words."""
    return "," not in activation.formula and not activation.row_wise


def sum_text(explanation: NeuronExplanation, digits: int, *, is_known: bool) -> str:
    """Return "z = 0.2·1 + 0.1 = 0.3"; its result is a question mark unless it is known."""
    text = f"z = {explanation.sum(digits, _LONGEST_SUM)}"
    return text if is_known else _without_result(text)


def out_text(explanation: NeuronExplanation, digits: int, *, is_known: bool) -> str:
    """Return "a = sigmoid(0.3) = 1 / (1 + e^-0.3) ≈ 0.5744", the formula with its number.

    The result is a question mark unless it is known.
    """
    activation = explanation.activation
    text = f"a = {explanation.squash(digits)}"
    if activation.row_wise:
        text = text.replace(f"{activation.name}: ", "")
    elif _is_closed(activation) and activation.formula != "z":
        left, sign, result = text.rsplit(" ", 2)
        z = factor(float(format_number(explanation.pre_activation, digits)), digits)
        text = f"{left} = {_Z.sub(z, activation.formula)} {sign} {result}"
    return text if is_known else _without_result(text)


def _without_result(text: str) -> str:
    left, _, _ = text.rsplit(" ", 2)
    return f"{left} = {UNKNOWN}"

"""The figures a lesson may name, such as {h1.z} or {loss}: values, and as the screen shows them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from engine.explain.neuron import explain_neuron
from engine.formulas import Formula, parse_formula
from engine.lessons.references import layer_in, neuron_in
from engine.nn.backprop import Gradients, loss_gradients
from engine.nn.parameters import parse_parameter
from engine.session.names import parameter_value
from engine.session.prediction import answer
from engine.session.session import Session
from engine.text import format_given, format_number, format_within, nearest, quoted

_ROUNDING = 1e-12

DIGITS = 4
"""The decimals that the screen shows."""


class Figure(NamedTuple):
    """A figure: its value, or None for a text, and how it is written."""

    value: float | None
    text: str


_AT = re.compile(r"(.+?)@(\d{1,6})", re.ASCII)
_NEURON = re.compile(r"([ho]\d+(?:\.\d+)?)\.([a-z]+)", re.ASCII)
_GRADIENT = re.compile(r"d([WwBb]\d+\[[\d\s,]+\])", re.ASCII)
"""Inputs are left out: each sample has its own."""
_PARAMETER = re.compile(r"[WwBb]\d+\[[\d\s,]+\]|[Xx]\d+", re.ASCII)
_TARGET = re.compile(r"y(\d{1,6})", re.ASCII)
_SHAPE = re.compile(r"(?:([WbZzAa])(\d{1,6})|x)\.shape", re.ASCII)
_ACTIVATION = re.compile(r"layer(\d{1,6})\.activation", re.ASCII)

_NEURON_PARTS = ("z", "a", "slope", "delta", "sum", "out")


def figure(session: Session, name: str, sample: int = 0) -> Figure:
    """Return a figure of a session by its name.

    Parameters
    ----------
    session
        Where it is looked up.
    name
        Such as "h1.z", "o1.a@2" (of sample 2), "W1[1,2]", "dW1[1,2]" (the derivative of the loss),
        "x1", "y1", "h1.sum" (the arithmetic), "loss", "n_parameters", "W1.shape"; after "=" a
        formula of them.
    sample
        From 0, for those that belong to one.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        When there is none of that name.
    """
    name = name.strip()
    if name.startswith("="):
        return _computed(value_of(parse_formula(name[1:]), session, sample))
    if found := _AT.fullmatch(name):
        name, sample = found[1], int(found[2]) - 1
    if not 0 <= sample < session.n_samples:
        raise ValueError(
            f"there is no sample {sample + 1}; they count from 1 to {session.n_samples}"
        )
    if found := _NEURON.fullmatch(name):
        return _of_neuron(session, found[1], found[2], sample)
    if found := _GRADIENT.fullmatch(name):
        parameter = parse_parameter(found[1], session.network)
        return _computed(_gradients(session, 0, session.n_train).of(parameter))
    if _PARAMETER.fullmatch(name):
        value = parameter_value(session, parse_parameter(name, session.network), sample)
        return Figure(value, format_given(value, DIGITS))
    if found := _TARGET.fullmatch(name):
        return _target(session, int(found[1]) - 1, sample)
    if found := _SHAPE.fullmatch(name):
        return Figure(None, "×".join(map(str, shape_of(session, name.removesuffix(".shape")))))
    if found := _ACTIVATION.fullmatch(name):
        layer = session.network.layers[layer_in(session.network, found[1])]
        return Figure(None, layer.activation.text)
    if name == "answer":
        return Figure(None, answer(session, session.sample_trace(sample).outputs[0]) or "none")
    if name not in _OF_SESSION:
        known = ("h1.z", "h1.a", "W1[1,2]", "b1[1]", "x1", "y1", "answer", *_OF_SESSION)
        raise ValueError(f"{quoted(name)} is no figure; {nearest(name, known)}")
    return _OF_SESSION[name](session)


def number(session: Session, name: str, sample: int = 0) -> float:
    """Return the value of a figure that is a number.

    Parameters
    ----------
    session, name, sample
        As for `figure`.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        When there is none of that name, or it is a text.
    """
    value = figure(session, name, sample).value
    if value is None:
        raise ValueError(f"{quoted(name)} is no number here")
    return value


def value_of(formula: Formula, session: Session, sample: int) -> float:
    """Return the value of a formula of figures.

    Parameters
    ----------
    formula
        Such as `h1.z - b1[1]`.
    session
        Where the figures come from.
    sample
        From 0.

    Returns
    -------
    float
        0 where the terms of a sum cancel but for their rounding errors.
    """
    value = float(formula.value(lambda name: number(session, name, sample)))
    return 0.0 if abs(value) < _ROUNDING else value


def shape_of(session: Session, name: str) -> tuple[int, ...]:
    """Return the shape of an array: x, W1, b1, z1 or a1.

    Parameters
    ----------
    session
        Where it is looked up.
    name
        A letter, and the number of the layer from 1.

    Returns
    -------
    tuple[int, ...]

    Raises
    ------
    ValueError
        When there is none of that name.
    """
    if name == "x":
        return session.inputs.shape
    letter, digits = name[:1].lower(), name[1:]
    if letter not in "wbza" or not digits.isascii() or not digits.isdecimal() or len(digits) > 6:
        raise ValueError(f"{quoted(name)} is no array; expected x, W1, b1, z1 or a1")
    layer = session.network.layers[layer_in(session.network, digits)]
    if letter == "w":
        return layer.weights.shape
    return layer.bias.shape if letter == "b" else (session.n_samples, layer.n_neurons)


def _of_neuron(session: Session, name: str, part: str, sample: int) -> Figure:
    place = neuron_in(session.network, name)
    if part not in _NEURON_PARTS:
        raise ValueError(f"{quoted(f'{name}.{part}')}: {nearest(part, _NEURON_PARTS)}")
    if part == "delta":
        deltas = _gradients(session, sample, sample + 1).layers[place.layer_index]
        return _computed(float(deltas.pre_activations[0, place.neuron]))
    if part in ("sum", "out"):
        explanation = explain_neuron(session, place.layer_index, place.neuron, sample)
        return Figure(None, explanation.sum() if part == "sum" else explanation.squash())
    layer = session.sample_trace(sample).layers[place.layer_index]
    activation = session.network.layers[place.layer_index].activation
    if part == "z":
        return _computed(float(layer.pre_activations[0, place.neuron]))
    if part == "slope":
        if activation.row_wise:
            raise ValueError(f"{name}.slope: {activation.name} has no slope of one neuron alone")
        with np.errstate(all="ignore"):
            return _computed(float(activation.derivative(layer.pre_activations)[0, place.neuron]))
    value = float(layer.activations[0, place.neuron])
    return Figure(value, format_within(value, activation.limits, DIGITS))


def _gradients(session: Session, start: int, stop: int) -> Gradients:
    """The derivatives of the loss of the samples from `start` up to `stop`."""
    if session.targets is None:
        raise ValueError("there is no loss to differentiate: no target is set")
    trace, targets = session.trace.rows(start, stop), session.targets[start:stop]
    return loss_gradients(trace, targets, session.loss_name)


def _target(session: Session, output: int, sample: int) -> Figure:
    if not 0 <= output < session.network.n_outputs:
        raise ValueError(
            f"there is no target y{output + 1}; they count from 1 to {session.network.n_outputs}"
        )
    value = float(session.targets_or_unset[sample, output])
    if np.isnan(value):
        raise ValueError(f"y{output + 1} of sample {sample + 1} is not set")
    return Figure(value, format_given(value, DIGITS))


def _computed(value: float) -> Figure:
    return Figure(value, format_number(value, DIGITS))


def _count(count: int) -> Figure:
    return Figure(float(count), f"{count:,}")


def _measured(value: float | None, what: str) -> Figure:
    if value is None:
        raise ValueError(f"{what}: there is none, as no target is set for it")
    return _computed(value)


def _percent(value: float | None, what: str) -> Figure:
    if value is None:
        raise ValueError(f"{what}: there is none, as no answer can be right or wrong")
    # Rounded down, as on the screen: 100 % only if every answer is right.
    return Figure(value, f"{format_number(math.floor(1000 * value + 1e-9) / 10, 1)} %")


_OF_SESSION: dict[str, Callable[[Session], Figure]] = {
    "loss": lambda session: _measured(session.loss, "loss"),
    "test_loss": lambda session: _measured(session.test_loss, "test_loss"),
    "accuracy": lambda session: _percent(session.accuracy, "accuracy"),
    "test_accuracy": lambda session: _percent(session.test_accuracy, "test_accuracy"),
    "n_parameters": lambda session: _count(session.network.n_parameters),
    "n_weights": lambda session: _count(session.network.n_weights),
    "n_biases": lambda session: _count(session.network.n_biases),
    "n_layers": lambda session: _count(len(session.network.layers)),
    "n_hidden_neurons": lambda session: _count(sum(session.network.sizes[1:-1])),
    "n_features": lambda session: _count(session.network.n_features),
    "n_samples": lambda session: _count(session.n_samples),
    "sizes": lambda session: Figure(None, "→".join(map(str, session.network.sizes))),
    "loss_name": lambda session: Figure(None, session.loss_name),
}

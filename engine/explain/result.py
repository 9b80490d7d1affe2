"""What a forward pass results in: the answer, the loss, and the linear map it equals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.analysis.linear_map import LinearMap, collapse, local_linear_map
from engine.explain.neuron import factor, in_brackets
from engine.nn.arrays import FloatArray
from engine.nn.losses import counted_targets
from engine.nn.parameters import neuron_name
from engine.session.loss import sample_loss
from engine.session.metrics import THRESHOLD
from engine.session.names import both_names, input_names
from engine.session.prediction import answer
from engine.session.session import Session
from engine.text import equal_to, format_given, format_number, format_within, is_exact, printable

Ending = tuple[str, list[str]]
"""A heading and the lines below it; no lines if there is nothing to say."""

_MAX_OUTPUTS = 8
_MAX_TERMS = 12

_FORMULAS = {
    "squared_error": "(a - y)² / 2, y being the target",
    "mse": "(a - y)², y being the target",
    "bce": "-(y·ln a + (1 - y)·ln(1 - a)), y being the target",
    "cross_entropy": "-ln a, a being the out whose target is 1",
    "cross_entropy of logarithms": "-a, a being the out whose target is 1",
}

_OVER_THE_OUTPUTS = {"squared_error": "summed", "mse": "mean", "bce": "mean"}


def answer_lines(session: Session, sample: int, digits: int) -> Ending:
    """Describe in words what the outputs of the sample answer.

    Parameters
    ----------
    session
        The session.
    sample
        The index of the sample, from 0.
    digits
        The most decimals.

    Returns
    -------
    Ending
    """
    outputs = session.sample_trace(sample).outputs[0]
    label = answer(session, outputs)
    if session.task == "regression":
        values = _values_of_outputs(session, outputs, digits)
        return "Answer", [f"the network answers {', '.join(values)}"]
    if label is None:
        return "Answer", ["none, as an output is not a number"]
    if session.task == "multiclass":
        largest = int(np.argmax(outputs))
        name = neuron_name(session.network, len(session.network.layers) - 1, largest)
        shown = _value_of_output(session, outputs, largest, digits)
        words = "" if label == name else f": the answer is {printable(label)}"
        return "Answer", [f"{shown} is the largest of {len(outputs)} outputs{words}"]
    if len(outputs) > 1:
        return "Answer", [f"{printable(label)} (1 from {THRESHOLD} up, else 0)"]
    side = "at least" if outputs[0] >= THRESHOLD else "below"
    value = _value_of_output(session, outputs, 0, digits)
    return "Answer", [f"{value} is {side} {THRESHOLD}: the answer is {printable(label)}"]


def loss_lines(session: Session, sample: int, digits: int) -> Ending:
    """Return the loss of the sample: its formula, the numbers plugged in, and the result.

    Parameters
    ----------
    session
        The session.
    sample
        The index of the sample, from 0.
    digits
        The most decimals.

    Returns
    -------
    Ending
    """
    name = session.loss_name
    heading = f"Loss · {name}"
    try:
        value = sample_loss(session, sample)
    except ValueError as error:
        return heading, [f"none: {error}"]
    if value is None or session.targets is None:
        return heading, []
    targets = counted_targets(name, session.targets[sample : sample + 1])[0]
    is_set = ~np.isnan(targets)
    outputs = session.sample_trace(sample).outputs[0]
    result = format_number(value, digits)
    if name == "cross_entropy" and session.network.layers[-1].activation.name == "log_softmax":
        name = "cross_entropy of logarithms"
    shown = _shown_outputs(session, outputs, digits)
    worked_out = _LOSSES[name](
        [shown[output] for output in np.flatnonzero(is_set)], targets[is_set]
    )
    adds_up = value == 0 or _adds_up(name, outputs[is_set], digits)
    sign = "=" if is_exact(result, value) and adds_up else "≈"
    mean = ""
    if len(outputs) > 1 and name in _OVER_THE_OUTPUTS:
        whose = "" if is_set.all() else " with a target"
        mean = f", {_OVER_THE_OUTPUTS[name]} over the outputs{whose}"
    return heading, [f"loss = {_FORMULAS[name]}{mean}", f"loss = {worked_out} {sign} {result}"]


def map_lines(session: Session, sample: int, digits: int) -> Ending:
    """Return the linear map that the layers equal together, everywhere or at this sample.

    Parameters
    ----------
    session
        The session.
    sample
        The index of the sample, from 0.
    digits
        The most decimals.

    Returns
    -------
    Ending
    """
    network = session.network
    n_layers = len(network.layers)
    if all(layer.activation.name == "identity" for layer in network.layers):
        linear = collapse(network) if n_layers > 1 else None
        heading = f"These {n_layers} layers are one"
    else:
        linear = local_linear_map(session.sample_trace(sample))
        heading = "Here the network is"
    if linear is None:
        return heading, []
    lines = [
        _map_line(session, linear, output, digits)
        for output in range(min(network.n_outputs, _MAX_OUTPUTS))
    ]
    if network.n_outputs > _MAX_OUTPUTS:
        lines.append(f"… {network.n_outputs - _MAX_OUTPUTS} more outputs")
    return heading, lines


def _map_line(session: Session, linear: LinearMap, output: int, digits: int) -> str:
    """One output as a sum over the inputs: "o1 = 0.4·x1 + (-1)·x2 + 0.6"."""
    names = [printable(name) for name in input_names(session, 0)]
    weights = linear.weights[output].tolist()
    numbers = [*weights, float(linear.bias[output])]
    texts = [factor(number, digits) for number in numbers]
    terms = [f"{text}·{name}" for text, name in zip(texts, names, strict=False)]
    if len(terms) > _MAX_TERMS:
        left_out = len(terms) - _MAX_TERMS + 1
        terms = [*terms[: _MAX_TERMS - 2], f"… {left_out} more …", terms[-1]]
    exact = all(
        is_exact(text.strip("()"), number) for text, number in zip(texts, numbers, strict=True)
    )
    name = neuron_name(session.network, len(session.network.layers) - 1, output)
    return f"{name} {'=' if exact else '≈'} {' + '.join(terms)} + {texts[-1]}"


def _value_of_output(session: Session, outputs: FloatArray, output: int, digits: int) -> str:
    label = printable(both_names(session, output))
    limits = session.network.layers[-1].activation.limits
    value = float(outputs[output])
    text = format_within(value, limits, digits)
    return f"{label} {equal_to(text, exact=is_exact(text, value))}"


def _values_of_outputs(session: Session, outputs: FloatArray, digits: int) -> list[str]:
    texts = [
        _value_of_output(session, outputs, output, digits)
        for output in range(min(len(outputs), _MAX_OUTPUTS))
    ]
    if len(outputs) > _MAX_OUTPUTS:
        texts.append(f"… {len(outputs) - _MAX_OUTPUTS} more")
    return texts


def _shown_outputs(session: Session, outputs: FloatArray, digits: int) -> list[str]:
    limits = session.network.layers[-1].activation.limits
    texts = [format_within(output, limits, digits) for output in outputs.tolist()]
    return [in_brackets(text) for text in texts]


def _adds_up(name: str, outputs: FloatArray, digits: int) -> bool:
    """Whether the outputs are shown in full and the loss is built from squares, so it is exact."""
    return name in ("squared_error", "mse") and all(
        is_exact(format_number(output, digits), output) for output in outputs.tolist()
    )


def _squared_error(activations: list[str], targets: FloatArray) -> str:
    terms = _squares(activations, targets)
    return f"{terms[0] if len(terms) == 1 else f'({_added(terms)})'} / 2"


def _mse(activations: list[str], targets: FloatArray) -> str:
    return _mean(_squares(activations, targets))


def _squares(activations: list[str], targets: FloatArray) -> list[str]:
    return [
        f"({out} - {_target(y)})²" for out, y in zip(activations, targets.tolist(), strict=True)
    ]


def _bce(activations: list[str], targets: FloatArray) -> str:
    terms = [_bce_term(out, y) for out, y in zip(activations, targets.tolist(), strict=True)]
    return f"-{_mean(terms)}"


def _bce_term(out: str, y: float) -> str:
    """y·ln a + (1 - y)·ln(1 - a), of which a target of 0 or 1 leaves only one half."""
    if y == 1:
        return f"ln {out}"
    if y == 0:
        return f"ln(1 - {out})"
    return f"({_target(y)}·ln {out} + {_target(1 - y)}·ln(1 - {out}))"


def _cross_entropy(activations: list[str], targets: FloatArray) -> str:
    return f"-ln {activations[int(np.argmax(targets))]}"


def _cross_entropy_of_logarithms(activations: list[str], targets: FloatArray) -> str:
    return f"-{activations[int(np.argmax(targets))]}"


def _target(value: float) -> str:
    text = format_given(value)
    return f"({text})" if text.startswith("-") else text


def _mean(terms: list[str]) -> str:
    return terms[0] if len(terms) == 1 else f"({_added(terms)}) / {len(terms)}"


def _added(terms: list[str]) -> str:
    if len(terms) > _MAX_OUTPUTS:
        terms = [*terms[: _MAX_OUTPUTS - 1], f"… {len(terms) - _MAX_OUTPUTS + 1} more …"]
    return " + ".join(terms)


_LOSSES: dict[str, Callable[[list[str], FloatArray], str]] = {
    "squared_error": _squared_error,
    "mse": _mse,
    "bce": _bce,
    "cross_entropy": _cross_entropy,
    "cross_entropy of logarithms": _cross_entropy_of_logarithms,
}

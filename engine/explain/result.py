"""What a forward pass results in: the answer, the loss, and the linear map it equals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.analysis.linear_map import LinearMap, collapse, local_linear_map
from engine.explain.mistakes import Candidate, Mistake
from engine.explain.neuron import factor
from engine.explain.working import Cell, Expression, Operand, Term, WorkedNumber
from engine.nn.arrays import FloatArray
from engine.nn.losses import HUBER_DELTA, counted_targets
from engine.nn.network import Network
from engine.nn.parameters import neuron_name
from engine.session.metrics import THRESHOLD
from engine.session.names import both_names, input_names, summary
from engine.session.prediction import answer
from engine.session.session import Session
from engine.text import equal_to, format_number, format_within, is_exact, printable

Ending = tuple[str, list[str]]
"""A heading and the lines below it; no lines if there is nothing to say."""

_MAX_OUTPUTS = 8
_MAX_TERMS = 12
_MAX_DISTANCES = 3

_FORMULAS = {
    "squared_error": "(a - y)² / 2, y being the target",
    "mse": "(a - y)², y being the target",
    "mae": "|a - y|, y being the target",
    "huber": "(a - y)² / 2 up to a difference of 1, then |a - y| - 1/2, y being the target",
    "bce": "-(y·ln a + (1 - y)·ln(1 - a)), y being the target",
    "cross_entropy": "-ln a, a being the out whose target is 1",
    "cross_entropy of logarithms": "-a, a being the out whose target is 1",
}

_OVER_THE_OUTPUTS = {
    "squared_error": "summed",
    **dict.fromkeys(("mse", "mae", "huber", "bce"), "mean"),
}


def answer_lines(session: Session, sample: int, digits: int) -> Ending:
    """Describe in words what the outputs of the sample answer.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
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


def loss_formula(session: Session, sample: int) -> str:
    """Return the loss of the sample in symbols, such as "(a - y)², y being the target".

    Parameters
    ----------
    session
        The network with its samples and names.
    sample
        The sample, from 0.

    Returns
    -------
    str
    """
    name = _formula_name(session)
    targets = session.targets_or_unset[sample]
    mean = ""
    if len(targets) > 1 and name in _OVER_THE_OUTPUTS:
        whose = " with a target" if np.isnan(targets).any() else ""
        mean = f", {_OVER_THE_OUTPUTS[name]} over the outputs{whose}"
    return f"{_FORMULAS[name]}{mean}"


def worked_loss(session: Session, sample: int, value: float) -> WorkedNumber:
    """Return the arithmetic of the loss of one sample, whose value is known.

    Parameters
    ----------
    session
        The network with its samples and names.
    sample
        The sample, from 0.
    value
        The loss, as the engine computed it.

    Returns
    -------
    WorkedNumber
    """
    name = _formula_name(session)
    targets = counted_targets(session.loss_name, session.targets_or_unset[[sample]])[0]
    outputs = session.sample_trace(sample).outputs[0]
    limits = session.network.layers[-1].activation.limits
    pairs = [
        (Operand(out, limits=limits), Operand(y, given=True))
        for out, y in zip(outputs.tolist(), targets.tolist(), strict=True)
        if not np.isnan(y) and not (name.startswith("cross_entropy") and y != 1)
    ]
    terms = tuple(_TERMS[name](out, y) for out, y in pairs)
    count = 2 if name == "squared_error" else 1 if name in _SUMMED else len(pairs)
    before = "-" if name in _NEGATIVE else ""
    after = f" / {count}" if count > 1 else ""
    if len(terms) > 1:
        before, after = f"{before}(", f"){after}"
    expression = Expression(terms, lambda _: value, before, after)
    return WorkedNumber(
        Cell("loss", sample=sample),
        "loss",
        "",
        "",
        expression,
        value,
        lambda: _wrong_losses(value, count, negative=name in _NEGATIVE),
        reason="" if name == _OF_LOGARITHMS else _distances(session, outputs, targets),
        is_irrational=name in _NEGATIVE and name != _OF_LOGARITHMS,
    )


def _distances(session: Session, outputs: FloatArray, targets: FloatArray) -> str:
    """How far the outputs are from their targets, the farthest first."""
    apart = outputs - targets
    last, parts = len(session.network.layers) - 1, []
    for output in np.argsort(-np.nan_to_num(np.abs(apart), nan=-1.0), kind="stable").tolist():
        by = float(apart[output])
        if not np.isnan(by):
            how = f"is too {'high' if by > 0 else 'low'} by {format_number(abs(by))}" * (by != 0)
            name = neuron_name(session.network, last, output)
            parts.append(f"{name} {how or 'is just right'}")
    more = len(parts) - _MAX_DISTANCES
    return ", ".join([*parts[:_MAX_DISTANCES], *([f"… {more} more"] if more > 0 else [])])


def _wrong_losses(value: float, count: int, *, negative: bool) -> list[Candidate]:
    wrong = []
    if negative:
        wrong.append(Candidate(-value, (Mistake("sign"),)))
    if count > 1:
        wrong.append(Candidate(value * count, (Mistake("division forgotten", subject=str(count)),)))
    return wrong


def _formula_name(session: Session) -> str:
    name = session.loss_name
    is_logarithm = session.network.layers[-1].activation.name == "log_softmax"
    return _OF_LOGARITHMS if name == "cross_entropy" and is_logarithm else name


def map_lines(session: Session, sample: int, digits: int) -> Ending:
    """Return the linear map that the layers equal together, everywhere or at this sample.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
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


def _squared(out: Operand, y: Operand) -> Term:
    return Term("({} - {})²", (out, y))


def _absolute(out: Operand, y: Operand) -> Term:
    return Term("|{} - {}|", (out, y))


def _huber(out: Operand, y: Operand) -> Term:
    if abs(out.value - y.value) <= HUBER_DELTA:
        return Term("({} - {})² / 2", (out, y))
    return Term("(|{} - {}| - 1/2)", (out, y))


def _bce(out: Operand, y: Operand) -> Term:
    """y·ln a + (1 - y)·ln(1 - a), of which a target of 0 or 1 leaves only one half."""
    if y.value == 1:
        return Term("ln {}", (out,))
    if y.value == 0:
        return Term("ln(1 - {})", (out,))
    return Term("({}·ln {} + {}·ln(1 - {}))", (y, out, Operand(1 - y.value, given=True), out))


_OF_LOGARITHMS = "cross_entropy of logarithms"

_SUMMED = ("cross_entropy", _OF_LOGARITHMS)
_NEGATIVE = ("bce", *_SUMMED)

_TERMS: dict[str, Callable[[Operand, Operand], Term]] = {
    "squared_error": _squared,
    "mse": _squared,
    "mae": _absolute,
    "huber": _huber,
    "bce": _bce,
    "cross_entropy": lambda out, _: Term("ln {}", (out,)),
    _OF_LOGARITHMS: lambda out, _: Term("{}", (out,)),
}
"""The term of one output, before the sum is divided or its sign is changed."""


def parameter_lines(network: Network) -> Ending:
    """Return how many numbers the network has: those of its layers, added up.

    Parameters
    ----------
    network
        The network.

    Returns
    -------
    Ending
    """
    counts = [f"{layer.n_parameters:,}" for layer in network.layers]
    total = f"{' + '.join(counts)} = {network.n_parameters:,}" if len(counts) > 1 else counts[0]
    return "Parameters", [f"{total}: {summary(network).partition(': ')[2]}"]

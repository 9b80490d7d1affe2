"""What the outputs of one sample say, in words."""

from __future__ import annotations

import numpy as np

from engine.activations import FloatArray
from engine.numbers import equal_to, format_within, is_exact
from engine.parameters import has_output_layer, output_label, output_name
from engine.prediction import THRESHOLD, is_right, prediction
from engine.session import Session
from engine.targets import target_text
from tui.commands.tables import listed
from tui.terminal import width

_VERDICTS = {True: "   (right)", False: "   (wrong)", None: ""}


def heading(session: Session, layer_index: int) -> str:
    """Return "layer 1 · hidden · relu"."""
    layer = session.network.layers[layer_index]
    return " · ".join(filter(None, [f"layer {layer_index + 1}", layer.name, layer.activation.text]))


def outputs_line(session: Session, outputs: FloatArray) -> str:
    """Return "output: o1 ≈ 0.0847", or all outputs that fit; outputs: (n_outputs,)."""
    limits = session.network.layers[-1].activation.limits
    texts = []
    for index, output in enumerate(outputs[: width()].tolist()):
        text = format_within(output, limits)
        texts.append(
            f"{output_label(session, index)} {equal_to(text, exact=is_exact(text, output))}"
        )
    ending = "" if has_output_layer(session.network) else "   (no output layer yet)"
    return _line("output", texts, len(outputs), ending)


def answer_line(session: Session, outputs: FloatArray) -> str | None:
    """Return "answer: 0   (o1 is below 0.5)", or None for regression; outputs: (n_outputs,)."""
    if session.task == "regression":
        return None
    predicted = prediction(session, outputs)
    if predicted is None:
        return "answer: none, as an output is not a number"
    if isinstance(predicted, list):
        each = [
            f"{output_label(session, index)} {'yes' if yes else 'no'}"
            for index, yes in enumerate(predicted[: width()])
        ]
        return _line("answer", each, len(predicted), f"   (yes: {THRESHOLD} or more)")
    if session.task == "binary":
        side = f"{THRESHOLD} or more" if outputs[0] >= THRESHOLD else f"below {THRESHOLD}"
        return f"answer: {predicted}   ({output_label(session, 0)} is {side})"
    largest = int(np.argmax(outputs))
    if isinstance(predicted, int):
        return (
            f"answer: {output_name(session, largest)}, the largest of {len(outputs)}   "
            f"(class {predicted}, counted from 0)"
        )
    return f"answer: {predicted}, the largest of {len(outputs)}"


def target_line(session: Session, outputs: FloatArray, targets: FloatArray) -> str:
    """Return "target: 1   (right)", or without a verdict for regression.

    outputs, targets: (n_outputs,).
    """
    texts = [target_text(target) for target in targets[: width()].tolist()]
    verdict = _VERDICTS[is_right(session, outputs, targets)]
    return _line("target", texts, len(targets), verdict)


def _line(label: str, texts: list[str], count: int, ending: str) -> str:
    """The label, as many of the texts as fit, each one of `count`, and the ending."""
    label += "s: " if count > 1 else ": "
    return f"{label}{listed(texts, count, width() - len(label) - len(ending))}{ending}"

"""Numbers and names in columns, and the answer of one sample in words."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from engine.nn.arrays import FloatArray
from engine.nn.parameters import has_output_layer
from engine.nn.targets import target_text
from engine.session.metrics import THRESHOLD
from engine.session.names import output_label, output_name
from engine.session.prediction import is_right, prediction
from engine.session.session import Session
from engine.text import equal_to, format_within, is_exact
from tui.terminal import shortened, width

_GAP = "  "
_MAX_HEADING_LENGTH = 16

_VERDICTS = {True: "   (right)", False: "   (wrong)", None: ""}


def listed(texts: Sequence[str], count: int, available: int) -> str:
    """Return the texts joined by commas, as many as fit into `available` columns.

    texts: the first of `count` texts, which may be far more than fit.
    """
    line = texts[0]
    for place, text in enumerate(texts[1:], start=1):
        rest = count - place
        after = f", {_more(rest - 1)}" if rest > 1 else ""
        if display_width(line) + len(", ") + display_width(text) + len(after) > available:
            return f"{line}, {_more(rest)}"
        line += f", {text}"
    return line


def columns(
    headings: Sequence[str], texts_of: Callable[[int], Iterable[str]], available: int
) -> list[str]:
    """Return lines of columns: the headings first, numbers aligned at the decimal point.

    texts_of: returns the texts of the column at a place, from 0; called only for columns that are
    shown. Columns that do not fit into `available` are left out; the first line says how many.
    """
    shown: list[list[str]] = []
    room = available
    for place, heading in enumerate(headings):
        column = _column(shortened(heading, _MAX_HEADING_LENGTH), texts_of(place))
        room -= display_width(column[0]) + len(_GAP)
        rest = len(headings) - place - 1
        if shown and room < (len(_more(rest)) if rest else 0):
            break
        shown.append(column)
    lines = [_GAP.join(cells) for cells in zip(*shown, strict=True)]
    left_out = len(headings) - len(shown)
    if left_out:
        lines[0] += _GAP + _more(left_out)
    return [line.rstrip() for line in lines]


def _more(count: int) -> str:
    return f"… {count} more"


def _column(heading: str, texts: Iterable[str]) -> list[str]:
    """The heading and the numbers, padded to one width and aligned at the decimal point."""
    halves = [_halves(text) for text in texts]
    before = max((len(whole) for whole, _ in halves), default=0)
    after = max((len(rest) for _, rest in halves), default=0)
    cells = [f"{whole:>{before}}{rest:<{after}}" for whole, rest in halves]
    width = max(before + after, display_width(heading))
    # The heading is right-aligned above the integer part.
    return [_right(heading, width), *(_right(cell, width) for cell in cells)]


def _halves(text: str) -> tuple[str, str]:
    if "e" in text or ", " in text:
        return text, ""
    whole, point, rest = text.partition(".")
    return whole, point + rest


def _right(text: str, width: int) -> str:
    return " " * (width - display_width(text)) + text


def display_width(text: str) -> int:
    """Return how many columns `text` takes on a terminal."""
    return sum(
        2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
        if not unicodedata.combining(character)
    )


def heading(session: Session, layer_index: int) -> str:
    """Return "layer 1 · hidden · relu"."""
    layer = session.network.layers[layer_index]
    return " · ".join(filter(None, [f"layer {layer_index + 1}", layer.name, layer.activation.text]))


def outputs_line(session: Session, outputs: FloatArray) -> str:
    """Return "output: o1 ≈ 0.0847", or as many outputs as fit; outputs: (n_outputs,)."""
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
    """The label, as many of the `count` texts as fit, and the ending."""
    label += "s: " if count > 1 else ": "
    return f"{label}{listed(texts, count, width() - len(label) - len(ending))}{ending}"

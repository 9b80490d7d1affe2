"""The Confusion view for samples without a single class: how far off the outputs are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.nn.arrays import FloatArray
from engine.session.metrics import THRESHOLD, class_metrics, regression_metrics
from engine.session.names import output_name
from engine.session.prediction import can_be_right, unclassed
from engine.session.session import Session
from engine.text import format_number
from tui.drawing.cells import safe, wrapped
from tui.views.answers import Answered, answered
from tui.views.confusion.counts import measures_in_words, percent

_REGRESSION = "Regression has no classes; this is how far off the answers are:"
_YES_OR_NO = "Each output says yes or no for itself:"


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """A line of text; sample: the index of the sample it is about, if any.

    is_detail: whether it is left out before others are.
    """

    text: str
    sample: int | None = None
    is_heading: bool = False
    is_detail: bool = False


def errors_in_short(session: Session, digits: int) -> str:
    """Return the mean absolute error, or how many answers of the yes/no outputs are right."""
    are_numbers, parts = not can_be_right(session), []
    for name, known in _sets(session):
        is_set = ~np.isnan(known.targets)
        if are_numbers:
            part = format_number(_mean(_errors(known)[is_set]), digits)
        else:
            part = percent(int(_right(known).sum()), int(is_set.sum()))
        parts.append(f"{'test ' * (name == 'test')}{part}")
    joined = ", ".join(parts)
    return f"Off by {joined} on average" if are_numbers else f"Right: {joined}"


def error_lines(session: Session, digits: int, width: int, height: int) -> list[ErrorLine]:
    """Return the lines about the training samples and the test samples.

    There are at most `height` lines of `width` cells; what matters least is left out first.
    """
    are_numbers, reason = not can_be_right(session), unclassed(session)
    heading = _REGRESSION if are_numbers else _YES_OR_NO
    if reason is not None:
        heading = f"{reason[0].upper()}{reason[1:]}. This is how far off the answers are:"
    lines = _wrapped(heading, width, is_heading=True)
    n_introduction = len(lines)
    for name, known in _sets(session):
        count = f"{len(known.samples):,} samples"
        if known.is_part:
            count += f" (a part of {known.n_samples:,})"
        lines += [ErrorLine(""), *_wrapped(f"{name}: {count}", width, is_heading=True)]
        if are_numbers:
            lines += _far_off(session, known, digits, width)
        else:
            lines += _yes_or_no(session, known, width)
    if len(lines) > height:
        lines = [line for line in lines if line.text]
    if len(lines) > height:
        lines = [line for line in lines if not line.is_detail]
    return lines if len(lines) <= height else lines[n_introduction:][:height]


def _sets(session: Session) -> list[tuple[str, Answered]]:
    sets = (("training", answered(session, False)), ("test", answered(session, True)))
    return [(name, known) for name, known in sets if known is not None]


def _far_off(session: Session, known: Answered, digits: int, width: int) -> list[ErrorLine]:
    """The mean and the largest error, with the sample of the latter."""
    errors, is_set = _errors(known), ~np.isnan(known.targets)
    mean = format_number(_mean(errors[is_set]), digits)
    metrics = regression_metrics(known.outputs, known.targets)
    explained = ""
    if metrics is not None and metrics.r2 is not None and np.isfinite(metrics.r2):
        explained = f", R² {format_number(metrics.r2, digits)}"
    lines = _wrapped(f"mean absolute error {mean}{explained}", width)
    finite = np.isfinite(errors)
    if finite.any():
        place, output = np.unravel_index(np.where(finite, errors, -1).argmax(), errors.shape)
        sample = int(known.samples[place])
        largest = format_number(float(errors[place, output]), digits)
        of_output = ""
        if errors.shape[1] > 1:
            of_output = f", {safe(output_name(session, int(output)))}"
        lines += _wrapped(f"largest error {largest}, sample {sample + 1}{of_output}", width, sample)
    n_lost = int((is_set & ~finite).any(axis=1).sum())
    if n_lost:
        lost = "1 answer is not a number" if n_lost == 1 else f"{n_lost:,} answers are not numbers"
        lines += _wrapped(lost, width)
    return lines


def _yes_or_no(session: Session, known: Answered, width: int) -> list[ErrorLine]:
    """A line per output: how many answers are right, and in which way the others are wrong."""
    right, asked, is_set = _right(known), known.targets >= THRESHOLD, ~np.isnan(known.targets)
    metrics = class_metrics(known.outputs, known.targets, session.task)
    lines = []
    for output in np.flatnonzero(is_set.any(axis=0)).tolist():
        wrong = is_set[:, output] & ~right[:, output]
        missed = int((wrong & asked[:, output]).sum())
        invented = int((wrong & ~asked[:, output]).sum())
        share = percent(int(right[:, output].sum()), int(is_set[:, output].sum()))
        name = safe(output_name(session, output))
        text = f"{name}: {share} right, {missed:,} yes missed, {invented:,} no taken for yes"
        first = int(known.samples[wrong.argmax()]) if wrong.any() else None
        lines += _wrapped(text, width, first)
        if metrics is not None:
            measures = f"  {measures_in_words(metrics[output])}"
            lines += [ErrorLine(line, first, is_detail=True) for line in wrapped(measures, width)]
    return lines


def _errors(known: Answered) -> FloatArray:
    with np.errstate(all="ignore"):
        errors: FloatArray = np.abs(known.outputs - known.targets)
    return errors


def _mean(errors: FloatArray) -> float:
    with np.errstate(all="ignore"):
        return float(errors.mean())


def _right(known: Answered) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Which answers are right, (n_examined, n_outputs); NaN and missing targets count as wrong."""
    same = (known.outputs >= THRESHOLD) == (known.targets >= THRESHOLD)
    right: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = (
        same & ~np.isnan(known.outputs) & ~np.isnan(known.targets)
    )
    return right


def _wrapped(
    text: str, width: int, sample: int | None = None, is_heading: bool = False
) -> list[ErrorLine]:
    return [ErrorLine(line, sample, is_heading) for line in wrapped(text, width)]

"""The counts in the tables of the Confusion view, and the names of the classes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from engine.nn.arrays import FloatArray
from engine.nn.targets import UNSET_SIGN
from engine.session.metrics import THRESHOLD, ClassMetrics, confusion_matrix, matrix_metrics
from engine.session.names import output_label
from engine.session.prediction import can_be_right
from engine.session.session import Session
from engine.text import format_within
from tui.drawing.axes import IntArray
from tui.drawing.cells import safe
from tui.views.answers import Answered, answered

CountArray = npt.NDArray[np.int64]

_NO_ANSWER = -1

MEASURES = ("precision", "recall", "F1")


@dataclass(frozen=True, eq=False, slots=True)
class Counted:
    """How often each target got each answer, over the training samples or the test samples.

    counts: (n_classes, n_classes), rows are targets. asked, answers: the class of each sample
    examined, counted from 0; the answer is -1 if an output is NaN.
    """

    of_test: bool
    known: Answered
    counts: CountArray
    asked: IntArray
    answers: IntArray

    @property
    def metrics(self) -> tuple[ClassMetrics, ...]:
        """Precision, recall and F1 of each class."""
        return matrix_metrics(self.counts)

    @property
    def n_right(self) -> int:
        return int(np.trace(self.counts))

    def title(self, width: int) -> str:
        """Return which samples are counted and how many answers are right, to fit `width`."""
        n_samples = len(self.known.samples)
        name = "test" if self.of_test else "training"
        share = percent(self.n_right, n_samples)
        of_all = f" (a part of {self.known.n_samples:,})" if self.known.is_part else ""
        part = " (a part)" if self.known.is_part else ""
        choices = (
            f"{name}: {share} of {n_samples:,} right{of_all}",
            f"{name}: {share} right{part}",
            f"{name} {share}{part}",
        )
        return next((text for text in choices if len(text) <= width), choices[-1])

    def pair_of(self, sample: int) -> tuple[int, int] | None:
        """Return the target and the answer of a sample, or None if it was not examined."""
        place = int(np.searchsorted(self.known.samples, sample))
        if place == len(self.known.samples) or self.known.samples[place] != sample:
            return None
        return int(self.asked[place]), int(self.answers[place])

    def samples_in(self, target: int, answer: int) -> IntArray:
        """Return the indices of the samples in one cell of the table, in ascending order."""
        samples: IntArray = self.known.samples[(self.asked == target) & (self.answers == answer)]
        return samples


def percent(count: int, total: int) -> str:
    """Return the share as text, rounded down so that only all of them give 100 %."""
    thousandths = count * 1000 // total
    whole, tenth = divmod(thousandths, 10)
    return f"{whole}.{tenth} %" if tenth else f"{whole} %"


def measures(metrics: ClassMetrics) -> tuple[str, str, str]:
    """Return precision, recall and F1 as text, "–" where there is none."""
    one, other, both = (
        UNSET_SIGN if share is None else format_within(share, (0.0, 1.0), 2)
        for share in (metrics.precision, metrics.recall, metrics.f1)
    )
    return one, other, both


def measures_in_words(metrics: ClassMetrics) -> str:
    """Return "precision 0.94, recall 1, F1 0.97"."""
    return ", ".join(map(" ".join, zip(MEASURES, measures(metrics), strict=True)))


def has_classes(session: Session) -> bool:
    """Whether each sample has one class."""
    return can_be_right(session) and (
        session.task == "multiclass" or session.network.n_outputs == 1
    )


@lru_cache(maxsize=4)
def counted(session: Session, of_test: bool) -> Counted | None:
    """Return the counts of one set, or None if it has no samples; the session has classes."""
    known = answered(session, of_test)
    if known is None:
        return None
    outputs, task = known.outputs, session.task
    answers = np.where(np.isnan(outputs).any(axis=1), _NO_ANSWER, _classes(outputs, task))
    return Counted(
        of_test,
        known,
        confusion_matrix(outputs, known.targets, task),
        _classes(known.targets, task),
        answers,
    )


def both_counted(session: Session) -> list[Counted]:
    """Return the counts of the training samples, and of the test samples if there are any."""
    sets = (counted(session, False), counted(session, True))
    return [one for one in sets if one is not None]


def class_names(session: Session) -> list[str]:
    """Return the names of the classes, safe to print."""
    if session.task == "multiclass":
        return [safe(output_label(session, output)) for output in range(session.network.n_outputs)]
    if session.classes and len(session.classes) == session.n_classes:
        return [safe(name) for name in session.classes]
    return ["0", "1"]


def _classes(values: FloatArray, task: str) -> IntArray:
    """The class of each sample, counted from 0, as in the confusion matrix."""
    if task == "multiclass":
        chosen: IntArray = np.argmax(values, axis=1)
        return chosen
    is_yes: IntArray = (values[:, 0] >= THRESHOLD).astype(np.intp)
    return is_yes

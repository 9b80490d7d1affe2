"""The progress of a user who works out a step by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from engine.explain.check_answer import Verdict
from tui.screens.dialogs.explain.parts import Key


@dataclass(frozen=True, slots=True)
class Predictions:
    """The questions in order, how many are done, and how many were right at the first try.

    n_open: how many of those done were neither right nor wrong. missed: whether the current
    question has been answered wrongly.
    """

    questions: tuple[Key, ...]
    n_done: int = 0
    n_right: int = 0
    n_open: int = 0
    missed: bool = False

    @property
    def current(self) -> Key | None:
        """The current question; None at the end."""
        return self.questions[self.n_done] if self.n_done < len(self.questions) else None

    @property
    def hidden(self) -> Collection[Key]:
        """The questions whose results are not shown yet."""
        return frozenset(self.questions[self.n_done :])

    @property
    def score(self) -> str:
        """Return "3 of 4 right"; a question counts once, with its first answer.

        One that was neither right nor wrong does not count.
        """
        return f"{self.n_right} of {self.n_done - self.n_open + self.missed} right"

    def after(self, verdict: Verdict) -> Predictions:
        """Return the progress after an answer; a wrong one, or one of too few digits, is asked
        again."""
        match verdict:
            case "too few digits":
                return self
            case "wrong":
                return replace(self, missed=True)
            case "ambiguous":
                return self._next(undecided=True)
            case "right":
                return self._next(right=True)

    def given_up(self) -> Predictions:
        """Return the progress after showing the result of the current question."""
        return self._next()

    def _next(self, *, right: bool = False, undecided: bool = False) -> Predictions:
        """Move to the next question; the current one counts only if it was not missed before."""
        first = not self.missed
        return Predictions(
            self.questions,
            self.n_done + 1,
            self.n_right + (right and first),
            self.n_open + (undecided and first),
        )

"""How far somebody has come who works a forward pass out by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from engine.explain.check_answer import Verdict
from engine.explain.forward_pass import Question


@dataclass(frozen=True, slots=True)
class Predictions:
    """The questions in their order, how many are behind, and how many were right at first try.

    n_open: how many of those behind were neither right nor wrong. missed: whether the present
    question has been answered wrongly.
    """

    questions: tuple[Question, ...]
    n_done: int = 0
    n_right: int = 0
    n_open: int = 0
    missed: bool = False

    @property
    def current(self) -> Question | None:
        """What is asked now; None at the end."""
        return self.questions[self.n_done] if self.n_done < len(self.questions) else None

    @property
    def hidden(self) -> Collection[Question]:
        """What is not shown yet."""
        return frozenset(self.questions[self.n_done :])

    @property
    def score(self) -> str:
        """Return "3 of 4 right"; a question counts once, with its first answer.

        One that was neither right nor wrong does not count.
        """
        return f"{self.n_right} of {self.n_done - self.n_open + self.missed} right"

    def after(self, verdict: Verdict) -> Predictions:
        """Return where one is after an answer: a wrong one, or one of too few digits, stays."""
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
        """Return where one is after having the present question answered."""
        return self._next()

    def _next(self, *, right: bool = False, undecided: bool = False) -> Predictions:
        """The next question; the present one counts only where it was not missed before."""
        first = not self.missed
        return Predictions(
            self.questions,
            self.n_done + 1,
            self.n_right + (right and first),
            self.n_open + (undecided and first),
        )

"""How far somebody has come who works a forward pass out by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from engine.explain_stages import Question


@dataclass(frozen=True, slots=True)
class Predictions:
    """The questions in their order, how many are behind, and how many were right at first try.

    missed: whether the present question has been answered wrongly.
    """

    questions: tuple[Question, ...]
    n_done: int = 0
    n_right: int = 0
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
        """Return "3 of 4 right"; a question counts once, with its first answer."""
        return f"{self.n_right} of {self.n_done + self.missed} right"

    def after(self, is_right: bool) -> Predictions:
        """Return where one is after a right answer, which goes on, or a wrong one, which stays."""
        if not is_right:
            return replace(self, missed=True)
        return Predictions(self.questions, self.n_done + 1, self.n_right + (not self.missed))

    def given_up(self) -> Predictions:
        """Return where one is after having the present question answered."""
        return Predictions(self.questions, self.n_done + 1, self.n_right)

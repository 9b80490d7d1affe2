"""A lesson while it is being played: where the learner is in it, and what was said so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine import Session

if TYPE_CHECKING:
    from engine.lessons.answers import Reply
    from engine.lessons.lesson import Lesson, Step, Uses


@dataclass(frozen=True, eq=False, slots=True)
class LessonPlay:
    """One lesson and the step that the learner is at.

    index: of the step, from 0; the number of steps once the last one is behind. start: the session
    that the step began with. is_met: whether the step has been done at some time. n_hints: how many
    hints are shown. answer: what was answered last, as it was typed, and reply: what is said to
    it. n_shown: how many statements of the solution "show me" has made, None while it does not run.
    was_shown: whether it was asked for. epochs: how many of them it has trained. best: the best
    score kept of a challenge. n_open: how many steps are not done, told at the end.
    """

    lesson: Lesson
    index: int
    start: Session
    is_met: bool = False
    n_hints: int = 0
    answer: str = ""
    reply: Reply | None = None
    n_shown: int | None = None
    was_shown: bool = False
    epochs: int = 0
    best: int | None = None
    n_open: int = 0

    @property
    def uses(self) -> Uses:
        """What of the screen the step needs; the end of a lesson needs what its last step does."""
        steps = self.lesson.steps
        return steps[min(self.index, len(steps) - 1)].uses

    @property
    def n_views(self) -> int:
        """How many views side by side are of use."""
        if self.uses.panes is not None and "views" not in self.uses.panes:
            return 0
        return 2 if self.uses.views is None else len(self.uses.views)

    def uses_pane(self, name: str) -> bool:
        """Return whether the step needs the inputs, the layers or the outputs."""
        return self.uses.panes is None or name in self.uses.panes

    @property
    def step(self) -> Step | None:
        """The step, or None behind the last one."""
        steps = self.lesson.steps
        return steps[self.index] if self.index < len(steps) else None

    @property
    def is_ready(self) -> bool:
        """Whether the next step can begin: this one is done, or there is nothing to do in it."""
        return self.step is None or self.is_met or self.step.kind == "look"

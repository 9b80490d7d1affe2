"""The four parts of Explain, in the order of working a step out: what each shows and asks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal, NamedTuple, get_args

from engine import Session
from engine.explain.backward_pass import BackwardPass, explain_backward
from engine.explain.check_answer import AskedNumber, NeuronNumber
from engine.explain.derivation import Derivation
from engine.explain.forward_pass import (
    ForwardPass,
    Line,
    Question,
    explain_forward,
    question_text,
)
from engine.explain.update import Update, explain_update, next_batch
from engine.explain.working import Cell
from engine.export.latex import backward_latex, latex
from engine.export.markdown import backward_markdown, markdown
from engine.session.names import counted
from engine.training.checkpoint import Checkpoint

PartName = Literal["Forward", "Loss", "Backward", "Update"]
PARTS: tuple[PartName, ...] = get_args(PartName)

Key = Question | Cell
"""Which number a line works out."""

_MAX_LISTED = 12

_INTRODUCTIONS: dict[PartName, str] = {
    "Forward": "",
    "Loss": "How far the answers are from the targets, as one number. A step makes it smaller.",
    "Backward": (
        "Which way should each number go? d loss / d a says: if the out a grew a little, the loss "
        "would grow that many times as much; below 0 it would shrink. δ says so of the sum z. "
        "f'(z) is the slope of the curve: how far a follows z. How far z follows a weight is the "
        "number that it multiplies: δ times that number is d loss / d w."
    ),
    "Update": (
        "Each number goes against its gradient, d loss / d w: down if that is above 0, up if "
        "below; the learning rate says how far."
    ),
}
"""What each part is about, for somebody who has never seen calculus."""


class Asked(NamedTuple):
    """A number to work out: where it stands, whose it is, the question, and how it comes about."""

    key: Key
    owner: str
    question: str
    number: AskedNumber


@dataclass(frozen=True, eq=False)
class WorkedStep:
    """The step that training makes next, worked out for one sample.

    selected: the layer and neuron, from 0, that is always written out. checkpoint: of the run that
    makes the step, None before the first.
    """

    session: Session
    sample: int
    selected: tuple[int, int]
    checkpoint: Checkpoint | None = None

    @cached_property
    def _forward(self) -> ForwardPass:
        return explain_forward(self.session, self.sample, self.selected)

    @cached_property
    def _backward(self) -> BackwardPass:
        return explain_backward(self.session, self.sample, self.selected)

    @cached_property
    def _batch(self) -> BackwardPass:
        batch = next_batch(self.session, self.checkpoint)
        if batch in ([], [self.sample]):
            return self._backward
        return explain_backward(self.session, batch, self.selected)

    @cached_property
    def _update(self) -> Update:
        return explain_update(self._batch, self.selected, self.checkpoint)

    def _derivations(self, part: PartName) -> tuple[Derivation, ...]:
        match part:
            case "Loss":
                return (self._backward.loss,)
            case "Backward":
                return (self._backward.backward,)
            case "Update":
                return (self._batch.means, self._update.part)
        return ()

    def lines(self, part: PartName, digits: int, hidden: Collection[Hashable] = ()) -> list[Line]:
        """Return the lines of a part, with the numbers at these places hidden."""
        if part == "Forward":
            questions = [key for key in hidden if isinstance(key, Question)]
            return self._forward.lines(digits, questions)
        cells = [key for key in hidden if isinstance(key, Cell)]
        lines = [Line("introduction", _INTRODUCTIONS[part])]
        if part == "Update" and self._batch is not self._backward:
            lines.append(Line("introduction", _describe_batch(self._batch.samples)))
        for derivation in self._derivations(part):
            lines += derivation.lines(digits, cells)
        return lines

    def asked(self, part: PartName) -> list[Asked]:
        """Return the numbers to work out in a part, in the order of working them out."""
        if part == "Forward":
            return [self._of_neuron(question) for question in self._forward.questions()]
        return [
            Asked(number.cell, number.owner, number.question, number)
            for derivation in self._derivations(part)
            for number in derivation.questions()
        ]

    def _of_neuron(self, question: Question) -> Asked:
        explanation = self._forward.explanation(question)
        number = NeuronNumber(explanation, question.of)
        return Asked(question, explanation.name, question_text(self.session, question), number)

    def documents(self, part: PartName, digits: int) -> dict[str, Callable[[], str]]:
        """Return how a part is written as a document, by the name of the form."""
        if part == "Forward":
            return {
                "Markdown": partial(markdown, self.session, self.sample, digits),
                "LaTeX": partial(latex, self.session, self.sample, digits),
            }
        derivations = self._derivations(part)
        return {
            "Markdown": partial(backward_markdown, self.session, derivations, digits),
            "LaTeX": partial(backward_latex, self.session, derivations, digits),
        }


def _describe_batch(samples: tuple[int, ...]) -> str:
    listed = ", ".join(str(sample + 1) for sample in samples[:_MAX_LISTED])
    rest = f" … {len(samples) - _MAX_LISTED} more" if len(samples) > _MAX_LISTED else ""
    return (
        f"The step takes {counted(len(samples), 'sample')} ({listed}{rest}), each worked out as "
        f"under Backward, and goes by the mean."
    )

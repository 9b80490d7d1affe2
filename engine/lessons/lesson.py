"""What a lesson is: frozen values, as they stand in its file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.formulas import Formula
from engine.nn.values import Value
from engine.session.session import Session

if TYPE_CHECKING:
    from engine.lessons.conditions import Condition
    from engine.lessons.statements import Statement

StepKind = Literal["look", "do", "predict", "choose"]
"""What a step asks for: to read, to change the network, to type a number, to choose an answer."""

Score = Literal["edits", "parameters"]
"""What a challenge counts: the fewest edits, or the fewest weights and biases."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a question.

    Attributes
    ----------
    text
        The answer.
    say
        What is said to whoever gives it.
    right
        Whether it is right.
    """

    text: str
    say: str
    right: bool = False


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """A number that a known mistake leads to.

    Attributes
    ----------
    value
        The number, or a formula for it.
    say
        What is said to whoever types it.
    """

    value: Formula
    say: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """A number to type before it is shown.

    Parameters
    ----------
    of
        What is asked for, such as `h1.z` or a formula.
    tolerance
        How far off a right answer may be; None where it is judged by the digits typed.
    wrong
        What known mistakes lead to, beside those that Explain knows.
    after
        Statements that are made before the number is: it is asked for before they are seen, and
        once it is answered the screen makes them.
    """

    of: Formula
    tolerance: float | None = None
    wrong: tuple[WrongAnswer, ...] = ()
    after: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is said when something holds on the way to the goal.

    Parameters
    ----------
    when
        What the session has to be like.
    say
        What is said then.
    unreachable
        True where the file says that no network may satisfy it; the checker then does not look.
    reached_by
        Statements that lead there from the start, for the checker; the solution's own stages and
        the start are tried without any.
    """

    when: Condition
    say: str
    unreachable: bool = False
    reached_by: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Uses:
    """What of the screen a lesson or a step needs; None for everything.

    Parameters
    ----------
    panes
        Such as "inputs", "layers", "outputs", "views".
    views
        Names of views.
    keys
        Ids of commands.
    """

    panes: tuple[str, ...] | None = None
    views: tuple[str, ...] | None = None
    keys: tuple[str, ...] | None = None


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Step(Value):
    """One small step of a lesson.

    Parameters
    ----------
    id
        Stable: progress refers to it.
    kind
        "look" is done when it was read, "do" when the goal holds, "predict" and "choose" when the
        right answer was given.
    text
        At most MAX_TEXT_LENGTH characters with its placeholders filled. A word in *stars* stands in
        the glossary.
    given_start
        The network it starts from; None for what the step before ends with, see
        `engine.lessons.play.start_of`.
    prepare
        Statements that change it before the learner sees it.
    sample
        The sample that is shown and that placeholders speak of, from 0.
    select
        The parameter under the cursor, such as "W1[1,2]", or None.
    view
        The view that is shown, or None.
    point_at
        What the text speaks of, to be lit up: names that `engine.lessons.references` reads.
    goal, keep
        What is wanted, and what must not be given up for it.
    hints
        The weakest first.
    solution
        Statements that lead from the start to the goal.
    diagnoses, choices, prediction
        As the kind needs them.
    done
        Said when the step is done, filled from the session as it then is; "" for nothing.
    uses
        What of the screen it needs.
    score
        What a challenge counts.
    forward
        Whether the learner's own forward pass of the start is asked for, which
        `engine.lessons.own_forward` compares.
    """

    id: str
    kind: StepKind
    text: str
    given_start: Session | None = None
    prepare: tuple[Statement, ...] = ()
    sample: int = 0
    select: str | None = None
    view: str | None = None
    point_at: tuple[str, ...] = ()
    goal: Condition | None = None
    keep: Condition | None = None
    hints: tuple[str, ...] = ()
    solution: tuple[Statement, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    choices: tuple[Choice, ...] = ()
    prediction: Prediction | None = None
    done: str = ""
    uses: Uses = Uses()
    score: Score = "edits"
    forward: bool = False

    @property
    def changes(self) -> tuple[Statement, ...]:
        """The statements between its start and its end: the solution, or those of a prediction."""
        return self.solution or (self.prediction.after if self.prediction else ())


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Lesson(Value):
    """A lesson: some steps on one idea.

    Parameters
    ----------
    id
        Lower-case words joined by "-".
    title
        As the list shows it.
    minutes
        How long it takes.
    requires
        The ids of lessons before it.
    concepts
        The words of the glossary that it explains.
    steps
        At least one.
    is_challenge
        Whether it stands among the challenges, each step with its par and the best kept.
    digest
        Of the file's bytes, hexadecimal: progress of another version is told by it.
    """

    id: str
    title: str
    minutes: int
    requires: tuple[str, ...]
    concepts: tuple[str, ...]
    steps: tuple[Step, ...]
    is_challenge: bool = False
    digest: str = ""

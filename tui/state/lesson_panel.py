"""What the lesson panel says: the step, its question, and what is said to the answer."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine import Session
from engine.session.names import counted
from engine.text import printable
from tui.state.lesson import play_of, progress_of, score_of
from tui.state.lesson_play import LessonPlay
from tui.state.workspace import Workspace
from tui.theme import TextStyle

if TYPE_CHECKING:
    from engine.lessons.lesson import Step

# The playground starts without a lesson: what reads one is imported when it is needed.

Kind = Literal["text", "choice", "ask", "right", "wrong", "open", "hint"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of the panel, after its sign; one that is apart has a blank line before it."""

    kind: Kind
    text: str
    sign: str = ""
    sign_style: TextStyle = "plain"
    style: TextStyle = "plain"
    is_apart: bool = True


_SHORT_REPLY = Block("open", "so much room has what is not right yet, in one line or two", "○ ")


def title_of(workspace: Workspace) -> str:
    """Return the title of the panel: which step it is."""
    play = play_of(workspace)
    if play.step is None:
        return "The end"
    return f"Step {play.index + 1} of {len(play.lesson.steps)}"


def blocks_of(workspace: Workspace) -> tuple[Block, ...]:
    """Return what the panel says: the text, what it asks, what is said to that, and the hints."""
    play = play_of(workspace)
    step = play.step
    if step is None:
        done = Block("right", "You have done every step of this lesson.", "✓ ", "good")
        if play.n_open:
            number = counted(play.n_open, "step is", "steps are")
            done = Block("open", f"That was the last step. {number} not done yet.", "○ ", "muted")
        return done, Block("text", "Enter opens the next lesson, l shows them all, x leaves.")
    blocks = _task(play, step)
    if not play.is_met:
        blocks += _question(play, step)
    blocks += _replies(workspace, play, step)
    if not play.is_met:
        blocks += _hints(play, step)
    return tuple(blocks)


def words_of(workspace: Workspace) -> list[str]:
    """Return the words of the glossary in what the panel says, as they stand there."""
    from engine.lessons.text import pieces

    texts = (block.text for block in blocks_of(workspace))
    return [piece.text for text in texts for piece in pieces(text) if piece.is_word]


def longest_blocks(play: LessonPlay) -> tuple[tuple[Block, ...], ...]:
    """Return what a step may say: before it is done, to wrong answers with its hints, and after."""
    step = play.step
    if step is None:
        return ()
    task = _task(play, step)
    says, given = [choice.say for choice in step.choices if not choice.right], "0"
    if step.prediction is not None:
        says, given = [wrong.say for wrong in step.prediction.wrong], "0.0000"
    filled = [f"{given}: {_filled(say, play.start, step.sample)}" for say in says]
    open_ones = [Block("wrong", words, "✗ ") for words in filled] or [_SHORT_REPLY]
    done = _filled(step.done, play.start, step.sample)
    if step.kind == "do":
        end = [Block("right", f"{done} (1 edit)", "✓ ")]
    else:
        right = next((choice.say for choice in step.choices if choice.right), "right, z = 0.0000")
        end = _rightly(step, _filled(right, play.start, step.sample), done)
    before = *task, *_question(play, step)
    hints = _hints(play, step)
    return *((*before, one, *hints) for one in open_ones), (*task, *end)


def _rightly(step: Step, words: str, done: str) -> list[Block]:
    """What is said to a right answer: in one paragraph with the rest where it is a number."""
    words = words[:1].upper() + words[1:]
    if step.kind == "predict" and done:
        words, done = f"{words}. {done}", ""
    right = Block("right", words, "✓ ", "good")
    return [right, *([Block("text", done)] if done else [])]


def _task(play: LessonPlay, step: Step) -> list[Block]:
    """The text of a step, and what a challenge is measured by."""
    text = Block("text", _filled(step.text, play.start, step.sample))
    if not play.lesson.is_challenge or step.kind != "do" or (least := _par(play, step)) is None:
        return [text]
    fewest = counted(least, step.score.removesuffix("s"))
    best = "" if play.best is None else f" Your best so far: {play.best}."
    return [text, Block("text", f"Par: {fewest}.{best}", style="muted")]


def _question(play: LessonPlay, step: Step) -> list[Block]:
    if step.kind == "predict":
        return [Block("ask", "type a number, then Enter", "= ", "strong", "muted")]
    return [
        Block(
            "choice",
            _filled(choice.text, play.start, step.sample),
            f"{number} ",
            "strong",
            is_apart=number == 1,
        )
        for number, choice in enumerate(step.choices, start=1)
    ]


def _hints(play: LessonPlay, step: Step) -> list[Block]:
    """The hints asked for so far."""
    return [
        Block(
            "hint",
            _filled(hint, play.start, step.sample),
            "Hint: ",
            "strong",
            is_apart=number == 1,
        )
        for number, hint in enumerate(step.hints[: play.n_hints], start=1)
    ]


def _replies(workspace: Workspace, play: LessonPlay, step: Step) -> list[Block]:
    """What is said to the numbers as they are, or to the answer that was given."""
    done = _filled(step.done, workspace.session, step.sample)
    if step.kind == "do":
        stand = progress_of(workspace)
        if stand.done:
            return [
                Block("right", f"{done or 'That is it.'} {_edits(workspace, step)}", "✓ ", "good")
            ]
        diagnosis = [Block("open", stand.say)] if stand.say else []
        sign: tuple[str, TextStyle] = ("✓ ", "good") if play.is_met else ("○ ", "muted")
        words = f"It held; now {stand.words}" if play.is_met else stand.words
        return [Block("open", printable(words), *sign), *diagnosis]
    if play.reply is None:
        return []
    words = printable(play.reply.words)
    if not play.reply.right:
        given = "" if play.answer in words else f"{play.answer}: "
        return [Block("wrong", given + words, "✗ ", "bad")]
    return _rightly(step, words, done)


def _edits(workspace: Workspace, step: Step) -> str:
    """What it took, and whether less would do."""
    score, least = score_of(workspace), _par(play_of(workspace), step)
    took = counted(score, step.score.removesuffix("s"))
    return f"({took})" if least is None or score <= least else f"({took}; {least} would do)"


def _par(play: LessonPlay, step: Step) -> int | None:
    """The par of a step; None where its solution cannot be carried out."""
    from engine.lessons.play import end_of, par

    try:
        return par(step, end_of(play.lesson, play.index))
    except ValueError:
        return None


def _filled(text: str, session: Session, sample: int) -> str:
    """A text filled, with nothing in it that a terminal could take for a command.

    Where the learner has removed what it speaks of, its placeholders stay.
    """
    from engine.lessons.text import fill

    with suppress(ValueError):
        text = fill(text, session, sample)
    return printable(text, keep="\n")


def keys_of(workspace: Workspace, *, has_focus: bool) -> str:
    """Return what stands in the lower border: the key that goes on, or those that help."""
    play = play_of(workspace)
    step = play.step
    key = "Enter" if has_focus else "F4"
    if step is None or play.is_ready:
        return f"{key} goes on" if has_focus or play.is_met else "F4 leads here"
    if play.n_shown is not None:
        return "s stops"
    if not has_focus:
        return "F4 hint, show me, skip" if step.kind == "do" else "F4 to answer"
    if step.kind == "do":
        return "F4 back to the numbers"
    return "h hint" if step.hints else "type the number of an answer"

"""A lesson as a Markdown handout, its figures filled in; with the answers for the teacher."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.lessons.conditions import evaluate
from engine.lessons.figures import DIGITS, value_of
from engine.lessons.lesson import Lesson, Step
from engine.lessons.play import end_of, par, start_of
from engine.lessons.text import fill, pieces
from engine.nn.parameters import neuron_name
from engine.nn.targets import target_text
from engine.session.names import both_names, counted, feature_name, input_names
from engine.session.session import Session
from engine.text import format_given, format_number

_MAX_CELLS = 400
"""A larger table of numbers is not printed."""

_SPECIAL = re.compile(r"([\\`<*_|]|\](?=\()|^(?:#|>|[-+] |\d+[.)] ))", re.MULTILINE)


def handout(lesson: Lesson, *, answers: bool = False) -> str:
    """Return a lesson as Markdown.

    Parameters
    ----------
    lesson
        Which is printed.
    answers
        Whether the answers and solutions stand below each step.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        For a lesson that `check_lesson` has something to say about.
    """
    return "\n".join(_lines(lesson, answers)) + "\n"


def _lines(lesson: Lesson, answers: bool) -> Iterator[str]:
    yield f"# {_plain(lesson.title)}"
    yield ""
    kind = "answers for the teacher, " if answers else ""
    yield f"*{kind}about {counted(lesson.minutes, 'minute')}, {counted(len(lesson.steps), 'step')}*"
    before: Session | None = None
    for index, step in enumerate(lesson.steps):
        start, end = start_of(lesson, index), end_of(lesson, index)
        yield ""
        yield f"## {index + 1} of {len(lesson.steps)}"
        yield ""
        if before is None or not start.same_as(before):
            yield from _numbers(start)
        yield from _paragraphs(_markdown(fill(step.text, start, step.sample)))
        yield from _task(step, start)
        if answers:
            yield from _answers(step, start, end)
        before = end


def _task(step: Step, start: Session) -> Iterator[str]:
    """What the learner fills in."""
    if step.kind == "do" and step.goal is not None:
        now = evaluate(start, start, step.goal, sample=step.sample)
        yield ""
        yield f"At first: {_plain(now.words)}."
        yield ""
        yield "What I changed: " + "_" * 40
    elif step.kind == "predict":
        yield ""
        yield "My answer: " + "_" * 20
    elif step.kind == "choose":
        yield ""
        for choice in step.choices:
            yield f"- [ ] {_markdown(fill(choice.text, start, step.sample))}"


def _answers(step: Step, start: Session, end: Session) -> Iterator[str]:
    found: list[str] = []
    if step.solution:
        statements = "; ".join(f"`{one.text.replace('`', ' ')}`" for one in step.solution)
        what = "parameter" if step.score == "parameters" else "edit"
        found.append(f"{statements} (par: {counted(par(step, end), what)})")
    if step.prediction is not None:
        value = value_of(step.prediction.of, end, step.sample)
        found.append(format_number(value, DIGITS))
        for wrong in step.prediction.wrong:
            value = value_of(wrong.value, end, step.sample)
            say = _markdown(fill(wrong.say, end, step.sample))
            found.append(f"not {format_number(value, DIGITS)}: {say}")
    for choice in step.choices:
        text, say = (_markdown(fill(one, start, step.sample)) for one in (choice.text, choice.say))
        found.append(f"**{'right' if choice.right else 'wrong'}**: {text} → {say}")
    if step.done:
        found.append(_markdown(fill(step.done, end, step.sample)))
    if found:
        yield ""
        yield "**Answer**"
        yield ""
        for one in found:
            yield f"- {' '.join(one.split())}"


def _numbers(session: Session) -> Iterator[str]:
    """The network and its samples as tables."""
    network = session.network
    for index, layer in enumerate(network.layers):
        if layer.weights.size > _MAX_CELLS:
            sizes = f"{layer.n_inputs} → {layer.n_neurons}"
            yield f"Layer {index + 1}: {sizes}, {layer.activation.text}"
            yield ""
            continue
        yield f"Layer {index + 1}, {layer.activation.text}:"
        yield ""
        yield from _table(
            ["", *map(_plain, input_names(session, index)), "bias"],
            [
                [neuron_name(network, index, neuron), *map(format_given, [*row, bias])]
                for neuron, (row, bias) in enumerate(
                    zip(layer.weights.tolist(), layer.bias.tolist(), strict=True)
                )
            ],
        )
    if session.inputs.size > _MAX_CELLS:
        yield f"{session.n_samples:,} samples of {network.n_features} inputs"
        yield ""
        return
    names = [_plain(feature_name(session, feature)) for feature in range(network.n_features)]
    rows = [list(map(format_given, row)) for row in session.inputs.tolist()]
    if session.targets is not None:
        names += [
            _plain(f"target {both_names(session, output)}") for output in range(network.n_outputs)
        ]
        for row, targets in zip(rows, session.targets, strict=True):
            row += [target_text(float(target)) for target in targets]
    yield from _table(
        ["sample", *names], [[str(sample), *row] for sample, row in enumerate(rows, start=1)]
    )


def _table(heading: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heading)} |"
    yield "|" + " --- |" * len(heading)
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _paragraphs(text: str) -> Iterator[str]:
    yield from text.splitlines()


def _markdown(text: str) -> str:
    """A filled text with its words of the glossary in bold, and nothing else that is markup."""
    return "".join(
        f"**{_plain(part.text)}**" if part.is_word else _plain(part.text) for part in pieces(text)
    )


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)

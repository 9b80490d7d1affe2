"""The worked arithmetic as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from engine.explain.backward_pass import explain_backward
from engine.explain.derivation import Derivation
from engine.explain.forward_pass import Line, explain_forward
from engine.export.python import joined
from engine.session.session import Session
from engine.text import printable

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&])")
_NUMBER_OF_A_LIST = re.compile(r"\d+(?=[.)])")
_BACKTICKS = re.compile(r"`+")


def markdown(session: Session, sample: int = 0, digits: int = 4) -> str:
    """Return the forward pass of one sample, from 0, as Markdown: headings and arithmetic.

    The arithmetic is in code blocks, which show it verbatim; a large layer is counted, not written
    out.

    Parameters
    ----------
    session
        The network with its samples and names.
    sample
        The sample, from 0.
    digits
        The most decimals of computed numbers.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        For a sample that does not exist.
    """
    lines = explain_forward(session, sample).lines(digits)
    if session.targets is not None:
        lines += explain_backward(session, sample).loss.lines(digits)
    return _document(session, "The forward pass", lines)


def backward_markdown(session: Session, parts: Iterable[Derivation], digits: int = 4) -> str:
    """Return parts of the backward pass, or the update, in the form of `markdown`.

    Parameters
    ----------
    session
        The network with its samples and names.
    parts
        What to write, in order.
    digits
        The most decimals of computed numbers.

    Returns
    -------
    str
    """
    lines = [line for part in parts for line in part.lines(digits)]
    return _document(session, "The backward pass", lines)


def _document(session: Session, title: str, arithmetic: list[Line]) -> str:
    blocks = [f"# {_escaped(session.title or title)}"]
    if session.note:
        blocks.append(_escaped(session.note))
    for is_heading, group in groupby(arithmetic, key=lambda line: line.kind == "heading"):
        lines = list(group)
        if is_heading:
            blocks += [f"## {_escaped(line.text)}" for line in lines]
        else:
            blocks.append(_code(lines))
    return joined(["\n\n".join(blocks)])


def _code(lines: list[Line]) -> str:
    width = max(len(line.name) for line in lines)
    texts = [_with_name(line, width) for line in lines]
    runs = (len(run) for text in texts for run in _BACKTICKS.findall(text))
    fence = "`" * max(3, 1 + max(runs, default=0))
    return "\n".join([f"{fence}text", *texts, fence])


def _with_name(line: Line, width: int) -> str:
    """The line with its neuron's name before it, aligned within the layer."""
    if line.kind in ("sum", "out", "number"):
        return f"{line.name:{width}}  {line.text}"
    return line.text


def _escaped(text: str) -> str:
    """Text that is shown verbatim: no link, no image, no HTML."""
    shown = _SPECIAL.sub(r"\\\1", printable(text).strip())
    # A backslash before a digit would be visible, so in "1." it goes before the full stop.
    number = _NUMBER_OF_A_LIST.match(shown)
    if number:
        return f"{number[0]}\\{shown[number.end() :]}"
    return f"\\{shown}" if shown.startswith(("-", "+", "=")) else shown

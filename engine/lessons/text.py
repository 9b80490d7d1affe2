"""Texts of lessons: their placeholders filled from a session, and their words of the glossary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from engine.session.session import Session

if TYPE_CHECKING:
    from engine.lessons.figures import Figure

MAX_TEXT_LENGTH = 280
"""The most characters of a step's text, filled: six lines of the panel at 80×24."""
MAX_HINT_LENGTH = 160
"""The same of a hint, of what a diagnosis says, and of what is said when a step is done."""
MAX_CHOICE_LENGTH = 100
"""The same of an answer to choose."""

PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_WORD = re.compile(r"\*([^*\n]+)\*")


class Piece(NamedTuple):
    """A part of a text; `word`: whether it stands in the glossary."""

    text: str
    is_word: bool


def fill(text: str, session: Session, sample: int = 0) -> str:
    """Return a text with its placeholders filled; words of the glossary keep their stars.

    Parameters
    ----------
    text
        With placeholders such as {h1.z}, {= 2 * W1[1,2]} or {h1.z if x1 = 2}; {{ and }} are braces.
    session
        Where the figures come from.
    sample
        From 0, for those that belong to one.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        Naming the placeholder that the session has no figure for.
    """

    def filled(found: re.Match[str]) -> str:
        if found[0] in ("{{", "}}"):
            return found[0][0]
        if found[1] is None:
            raise ValueError(f"a brace {found[0]} alone; write {found[0] * 2} for the sign itself")
        try:
            return figure_if(session, found[1], sample).text
        except ValueError as error:
            raise ValueError(f"{found[0]}: {error}") from None

    return PLACEHOLDER.sub(filled, text)


def figure_if(session: Session, name: str, sample: int = 0) -> Figure:
    """Return a figure as it is, or after "if" as it would be after some statements.

    Parameters
    ----------
    session
        Where it is looked up.
    name
        Such as "o1.a", or "o1.a if b1[1] = 0 and x1 = 2".
    sample
        Which one is looked at, from 0.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        When there is none of that name, or a statement is not allowed.
    """
    # Imported here: the screen knows of lessons from its start, and few sessions play one.
    from engine.lessons.figures import figure
    from engine.lessons.statements import parse_statement

    name, _, statements = name.partition(" if ")
    for statement in statements.split(" and ") if statements else ():
        session = parse_statement(statement).apply(session, sample)
    return figure(session, name, sample)


def pieces(text: str) -> list[Piece]:
    """Return a text cut where words of the glossary begin and end, without their stars.

    Parameters
    ----------
    text
        A filled text.
    """
    parts: list[Piece] = []
    end = 0
    for found in _WORD.finditer(text):
        parts += Piece(text[end : found.start()], False), Piece(found[1], True)
        end = found.end()
    parts.append(Piece(text[end:], False))
    return [part for part in parts if part.text]


def plain(text: str) -> str:
    """Return a text without the stars of its words.

    Parameters
    ----------
    text
        A filled text.
    """
    return _WORD.sub(r"\1", text)

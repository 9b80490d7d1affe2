"""The glossary: the words of the field, with their roles and their equivalents in nature."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from engine.formats.toml.parser import parse
from engine.formats.toml.values import MAX_NAME_LENGTH, check_keys, checked_text, texts

_KEYS = ("word", "forms", "means", "role", "nature", "lesson")
_MAX_MEANING = 240


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the glossary.

    Parameters
    ----------
    word
        As it is listed, such as "neuron".
    means
        What it is, in a sentence or two.
    forms
        Other forms that texts use, such as "neurons".
    role
        What it does in the network; "" where the meaning says it.
    nature
        Its equivalent in a biological neuron; "" without any.
    lesson
        The id of the lesson that explains it; "" without any.
    """

    word: str
    means: str
    forms: tuple[str, ...] = ()
    role: str = ""
    nature: str = ""
    lesson: str = ""


@lru_cache(maxsize=1)
def words() -> tuple[Word, ...]:
    """Return all words of the glossary, in the order of the alphabet."""
    # Imported here, as it is slow and most commands need no glossary.
    from importlib import resources

    data = resources.files("engine.lessons").joinpath("glossary.toml").read_bytes()
    return tuple(sorted(read_glossary(data), key=lambda one: one.word.lower()))


def find(word: str) -> Word | None:
    """Return the entry of a word in any of its forms, or None.

    Parameters
    ----------
    word
        In capitals or not.
    """
    return _by_form().get(word.lower())


def forms() -> tuple[str, ...]:
    """Return every form of every word, in small letters."""
    return tuple(_by_form())


@lru_cache(maxsize=1)
def _by_form() -> dict[str, Word]:
    return {form.lower(): one for one in words() for form in (one.word, *one.forms)}


def read_glossary(data: bytes) -> list[Word]:
    """Return the words in the bytes of a TOML file, each under a line [[words]].

    Parameters
    ----------
    data
        The bytes of the file.

    Returns
    -------
    list of Word

    Raises
    ------
    ValueError
        Naming the place.
    """
    table = parse(data)
    check_keys(table, ("words",), "")
    read: list[Word] = []
    entries = table.get("words", [])
    if type(entries) is not list or any(type(one) is not dict for one in entries):
        raise ValueError("words: expected tables, each under a line [[words]]")
    for k, one in enumerate(entries, start=1):
        place = f"words[{k}]"
        check_keys(one, _KEYS, f"{place}: ")
        given = {
            key: checked_text(one.get(key, ""), f"{place}.{key}", _MAX_MEANING)
            for key in _KEYS
            if key != "forms"
        }
        if not given["word"] or not given["means"]:
            raise ValueError(f"{place}: word and means are needed")
        read.append(
            Word(forms=texts(one.get("forms", []), f"{place}.forms", MAX_NAME_LENGTH), **given)
        )
    return read

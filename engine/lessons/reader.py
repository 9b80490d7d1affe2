"""Reads lesson files, strictly: every mistake gets one line with its place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

from engine.formats.toml.parser import parse
from engine.formats.toml.reader import session_of
from engine.formats.toml.values import (
    MAX_NAME_LENGTH,
    check_keys,
    checked_text,
    is_number,
    kind_of,
    not_a_number,
    texts,
)
from engine.formulas import Formula
from engine.lessons.condition_reader import read_condition, read_formula
from engine.lessons.conditions import Condition
from engine.lessons.lesson import (
    Choice,
    Diagnosis,
    Lesson,
    Prediction,
    Score,
    Step,
    StepKind,
    Uses,
    WrongAnswer,
)
from engine.lessons.statements import Statement, parse_statement
from engine.nn.initialisation import new_network
from engine.nn.parsing import parse_sizes
from engine.session.session import Session
from engine.text import quoted

MAX_BYTES = 1_000_000
MAX_STEPS = 40
MAX_TRAININGS = 20
"""Each may take a second."""
_MAX_ITEMS = 40
_MAX_RAW_TEXT = 2_000
"""Placeholders are longer than what they stand for; the checker measures the filled text."""

_MAX_PARAMETERS = 50_000

_SIZES = re.compile(r"\d{1,6}(?:-\d{1,6})+", re.ASCII)
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)

_LESSON_KEYS = (
    *("format", "id", "title", "minutes", "requires", "concepts", "challenge"),
    *("panes", "views", "keys", "steps"),
)
_STEP_KEYS = (
    *("id", "kind", "text", "start", "network", "prepare", "sample", "select", "view", "point_at"),
    *("goal", "keep", "hints", "solution", "diagnose", "choices", "ask", "done"),
    *("panes", "views", "keys", "score", "forward"),
)
_OF_KIND = {
    "look": ("forward",),
    "do": ("goal", "keep", "solution", "diagnose", "score"),
    "predict": ("ask",),
    "choose": ("choices",),
}
_BELONG_TO_A_KIND = tuple(key for keys in _OF_KIND.values() for key in keys)

OpenStart = Callable[[str], Session]
"""Gives the session of a start that is named: an example's id, or a file beside the lesson."""


def read_lesson(data: bytes, open_start: OpenStart | None = None) -> Lesson:
    """Return the lesson in the bytes of a file.

    Parameters
    ----------
    data
        The bytes of a TOML file.
    open_start
        Gives the session of a start that names a file beside the lesson; None where there are none.

    Returns
    -------
    Lesson

    Raises
    ------
    ValueError
        In one line that names the place counted from 1, such as "steps[2].goal: unknown key".
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"more than {MAX_BYTES / 1e6:g} MB, the most for a lesson")
    table = parse(data)
    version = table.get("format", 1)
    if type(version) is not int or version < 1:
        raise ValueError("format: expected 1")
    if version > 1:
        raise ValueError("format: made by a newer nn-play; this one reads lessons of format 1")
    check_keys(table, _LESSON_KEYS, "")
    for key in ("id", "title", "steps"):
        if key not in table:
            raise ValueError(f"key {key!r} is missing")
    given = table["steps"]
    if type(given) is not list or not given or any(type(one) is not dict for one in given):
        raise ValueError("steps: expected tables, each under a line [[steps]]")
    if len(given) > MAX_STEPS:
        raise ValueError(f"steps: {len(given)}, at most {MAX_STEPS} are allowed")
    uses = _uses(table, "", Uses())
    steps = tuple(
        _step(one, f"steps[{k}]", uses, open_start or _no_files)
        for k, one in enumerate(given, start=1)
    )
    ids = [step.id for step in steps]
    for k, id in enumerate(ids):
        if id in ids[:k]:
            raise ValueError(
                f"steps[{k + 1}].id: {id!r} is the id of steps[{ids.index(id) + 1}] too"
            )
    if steps[0].given_start is None:
        raise ValueError(
            "steps[1].start: missing; the first step says which network it starts from"
        )
    n_trained = sum(one.trains for step in steps for one in (*step.prepare, *step.changes))
    if n_trained > MAX_TRAININGS:
        raise ValueError(f"it trains {n_trained} times, at most {MAX_TRAININGS} are allowed")
    return Lesson(
        id=_id(table["id"], "id"),
        title=checked_text(table["title"], "title", MAX_NAME_LENGTH),
        minutes=_whole(table.get("minutes", 5), "minutes", 1, 600),
        requires=tuple(_ids(table, "requires")),
        concepts=_texts(table, "concepts", ""),
        steps=steps,
        is_challenge=_truth(table.get("challenge", False), "challenge"),
        digest=hashlib.sha256(data).hexdigest(),
    )


def load_lesson(path: Path) -> Lesson:
    """Return the lesson in a file; starts that it names are examples, or files in its folder.

    Parameters
    ----------
    path
        A lesson file.

    Returns
    -------
    Lesson

    Raises
    ------
    ValueError
        As `read_lesson`, without the name of the file.
    OSError
        When the file system refuses.
    """
    from engine.files import read_bounded

    return read_lesson(read_bounded(path, MAX_BYTES), lambda name: _beside(path, name))


def _beside(lesson: Path, name: str) -> Session:
    """The session in a file of the lesson's folder; a link does not lead out of it."""
    from engine.formats import load

    folder = lesson.parent.resolve()
    path = folder / name
    if "/" in name or "\\" in name or name.startswith(".") or path.resolve().parent != folder:
        raise ValueError(f"{quoted(name)} is not a file beside the lesson")
    try:
        return load(path)
    except OSError as error:
        raise ValueError(f"{quoted(name)}: {error.strerror or 'cannot be read'}") from None
    except ValueError as error:
        raise ValueError(f"{quoted(name)}: {error}") from None


def _no_files(name: str) -> Session:
    raise ValueError(f"{quoted(name)} names a file; this lesson has none beside it")


def _step(table: dict[str, Any], place: str, uses: Uses, open_start: OpenStart) -> Step:
    check_keys(table, _STEP_KEYS, f"{place}: ")
    for key in ("id", "kind", "text"):
        if key not in table:
            raise ValueError(f"{place}: key {key!r} is missing")
    kind = table["kind"]
    if kind not in get_args(StepKind):
        shown = quoted(kind) if isinstance(kind, str) else kind_of(kind)
        raise ValueError(f"{place}.kind: {shown} is unknown; expected look, do, predict or choose")
    for key in table:
        if key in _BELONG_TO_A_KIND and key not in _OF_KIND[kind]:
            wanted = next(one for one, keys in _OF_KIND.items() if key in keys)
            raise ValueError(
                f"{place}.{key}: belongs to a step of kind {wanted!r}, this is {kind!r}"
            )
    needed = {"do": ("goal", "solution"), "predict": ("ask",), "choose": ("choices",)}.get(kind, ())
    for key in needed:
        if key not in table:
            raise ValueError(f"{place}: key {key!r} is missing in a step of kind {kind!r}")
    return Step(
        id=_id(table["id"], f"{place}.id"),
        kind=kind,
        text=_words(table["text"], f"{place}.text"),
        given_start=_start(table, place, open_start),
        prepare=_statements(table, "prepare", place),
        sample=_whole(table.get("sample", 1), f"{place}.sample", 1, 1_000_000) - 1,
        select=_name(table, "select", place),
        view=_name(table, "view", place),
        point_at=_point_at(table.get("point_at", []), f"{place}.point_at"),
        goal=_condition(table, "goal", place),
        keep=_condition(table, "keep", place),
        hints=tuple(
            _words(one, f"{place}.hints[{k}]")
            for k, one in enumerate(_list(table, "hints", place), start=1)
        ),
        solution=_statements(table, "solution", place),
        diagnoses=tuple(
            _diagnosis(one, f"{place}.diagnose[{k}]")
            for k, one in enumerate(_list(table, "diagnose", place), start=1)
        ),
        choices=_choices(table, place),
        prediction=_prediction(table["ask"], f"{place}.ask") if "ask" in table else None,
        done=_words(table["done"], f"{place}.done") if "done" in table else "",
        uses=_uses(table, f"{place}.", uses),
        score=_score(table, place),
        forward=_truth(table.get("forward", False), f"{place}.forward"),
    )


def _start(table: dict[str, Any], place: str, open_start: OpenStart) -> Session | None:
    if "start" in table and "network" in table:
        raise ValueError(f"{place}.network: start says already where the step starts; give one")
    if "network" in table:
        if not isinstance(table["network"], dict):
            raise ValueError(f"{place}.network: expected a table [steps.network]")
        try:
            return session_of(table["network"])
        except ValueError as error:
            raise ValueError(f"{place}.network: {error}") from None
    if "start" not in table:
        return None
    name = checked_text(table["start"], f"{place}.start", MAX_NAME_LENGTH)
    from engine import examples

    try:
        if _SIZES.fullmatch(name):
            return _new_session(name)
        if "." in name or "/" in name or "\\" in name:
            return open_start(name)
        return examples.load(name)
    except ValueError as error:
        raise ValueError(f"{place}.start: {error}") from None


def _new_session(sizes: str) -> Session:
    """A network of these sizes with the random start of seed 0."""
    counts = parse_sizes(sizes)
    if sum((before + 1) * after for before, after in pairwise(counts)) > _MAX_PARAMETERS:
        raise ValueError(f"{quoted(sizes)} has more than {_MAX_PARAMETERS:,} weights and biases")
    return Session(new_network(counts))


def _condition(table: dict[str, Any], key: str, place: str) -> Condition | None:
    return read_condition(table[key], f"{place}.{key}") if key in table else None


def _statements(table: dict[str, Any], key: str, place: str) -> tuple[Statement, ...]:
    read: list[Statement] = []
    for k, one in enumerate(_list(table, key, place), start=1):
        try:
            read.append(parse_statement(checked_text(one, f"{place}.{key}[{k}]", _MAX_RAW_TEXT)))
        except ValueError as error:
            message = str(error)
            at = f"{place}.{key}[{k}]"
            raise ValueError(message if message.startswith(at) else f"{at}: {message}") from None
    return tuple(read)


def _diagnosis(value: object, place: str) -> Diagnosis:
    table = _table(value, place, ("when", "say", "unreachable", "try"))
    for key in ("when", "say"):
        if key not in table:
            raise ValueError(f"{place}: key {key!r} is missing")
    return Diagnosis(
        when=read_condition(table["when"], f"{place}.when"),
        say=_words(table["say"], f"{place}.say"),
        unreachable=_truth(table.get("unreachable", False), f"{place}.unreachable"),
        reached_by=_statements(table, "try", place),
    )


def _choices(table: dict[str, Any], place: str) -> tuple[Choice, ...]:
    if "choices" not in table:
        return ()
    choices = []
    for k, value in enumerate(_list(table, "choices", place), start=1):
        at = f"{place}.choices[{k}]"
        one = _table(value, at, ("text", "say", "right"))
        for key in ("text", "say"):
            if key not in one:
                raise ValueError(f"{at}: key {key!r} is missing")
        right = _truth(one.get("right", False), f"{at}.right")
        choices.append(
            Choice(_words(one["text"], f"{at}.text"), _words(one["say"], f"{at}.say"), right)
        )
    if not 2 <= len(choices) <= 9:
        raise ValueError(f"{place}.choices: {len(choices)}, expected 2 to 9")
    if sum(one.right for one in choices) != 1:
        raise ValueError(f"{place}.choices: expected exactly one with right = true")
    return tuple(choices)


def _prediction(value: object, place: str) -> Prediction:
    table = _table(value, place, ("of", "tolerance", "wrong", "after"))
    if "of" not in table:
        raise ValueError(f"{place}: key 'of' is missing")
    tolerance = table.get("tolerance")
    if tolerance is not None and (not is_number(tolerance) or tolerance < 0):
        raise not_a_number(tolerance, f"{place}.tolerance")
    wrong = []
    for k, one in enumerate(_list(table, "wrong", place), start=1):
        at = f"{place}.wrong[{k}]"
        mistake = _table(one, at, ("value", "say"))
        for key in ("value", "say"):
            if key not in mistake:
                raise ValueError(f"{at}: key {key!r} is missing")
        wrong.append(
            WrongAnswer(
                _formula(mistake["value"], f"{at}.value"), _words(mistake["say"], f"{at}.say")
            )
        )
    of, after = _formula(table["of"], f"{place}.of"), _statements(table, "after", place)
    return Prediction(of, tolerance, tuple(wrong), after)


def _formula(value: object, place: str) -> Formula:
    text = str(value) if is_number(value) else checked_text(value, place, _MAX_RAW_TEXT)
    return read_formula(text, place)


def _uses(table: dict[str, Any], place: str, otherwise: Uses) -> Uses:
    """What of the screen is needed; a step inherits what it does not say from its lesson."""
    return Uses(
        *(
            _texts(table, key, place) if key in table else getattr(otherwise, key)
            for key in ("panes", "views", "keys")
        )
    )


def _score(table: dict[str, Any], place: str) -> Score:
    value: Score = table.get("score", "edits")
    if value not in get_args(Score):
        raise ValueError(f'{place}.score: expected "edits" or "parameters"')
    return value


def _point_at(value: object, place: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (checked_text(value, place, MAX_NAME_LENGTH),)
    return texts(value, place, MAX_NAME_LENGTH)


def _words(value: object, place: str) -> str:
    text = checked_text(value, place, _MAX_RAW_TEXT, keep="\n").strip()
    if not text:
        raise ValueError(f"{place}: is empty")
    return text


def _name(table: dict[str, Any], key: str, place: str) -> str | None:
    return checked_text(table[key], f"{place}.{key}", MAX_NAME_LENGTH) if key in table else None


def _texts(table: dict[str, Any], key: str, place: str) -> tuple[str, ...]:
    return texts(table.get(key, []), f"{place}{key}", MAX_NAME_LENGTH)


def _id(value: object, place: str) -> str:
    text = checked_text(value, place, MAX_NAME_LENGTH)
    if not _ID.fullmatch(text):
        raise ValueError(
            f"{place}: {quoted(text)}; expected small letters, digits and -, as in xor-by-hand"
        )
    return text


def _ids(table: dict[str, Any], key: str) -> list[str]:
    return [_id(one, f"{key}[{k}]") for k, one in enumerate(_texts(table, key, ""), start=1)]


def _whole(value: object, place: str, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"{place}: expected a whole number from {least} to {most:,}")
    return value


def _truth(value: object, place: str) -> bool:
    if type(value) is not bool:
        raise ValueError(f"{place}: expected true or false, got {kind_of(value)}")
    return value


def _list(table: dict[str, Any], key: str, place: str) -> list[Any]:
    value = table.get(key, [])
    if type(value) is not list:
        raise ValueError(f"{place}.{key}: expected a list in brackets, got {kind_of(value)}")
    if len(value) > _MAX_ITEMS:
        raise ValueError(f"{place}.{key}: {len(value)}, at most {_MAX_ITEMS} are allowed")
    return value


def _table(value: object, place: str, known: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{place}: expected a table, got {kind_of(value)}")
    check_keys(value, known, f"{place}: ")
    return value

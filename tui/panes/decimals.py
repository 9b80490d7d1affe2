"""The decimals of a layer's numbers: as many as its width allows, and columns before decimals."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from engine.text import FULL_DIGITS, format_number, format_within

_MIN_DIGITS, _USUAL_DIGITS = 2, 4
_MIN_PLAIN = 0.001
"""Smaller numbers of one digit are written with an exponent."""
_MAX_TYPED = 7
"""Numbers that take so many characters count as typed; longer ones are rounded at any width."""

AIRY_ROOM, _VAST_ROOM = 60, 100
_MAX_COLUMNS_SHORTENED = 24
_COLUMNS_KEPT = 256
"""Columns of a dozen layers, in all forms: from one edit to the next most layers stay the same."""
_SEPARATOR, _NARROW_SEPARATOR = 2, 1
_MIN_AIRY, _MIN_COMPUTED, _MIN_GIVEN = 9, 5, 5
_MAX_GIVEN, _MAX_COMPUTED, _MAX_WIDE = 9, 9, 12
_ROOM_FOR_WIDE = 48
_SIGN_AND_BLANK = 2


class Form(NamedTuple):
    """The maximum of decimals of numbers that were given, of those typed, and of computed ones.

    typed_digits: None if numbers appear as they were typed; a typed number that is rounded begins
    with "≈". is_airy: whether columns are wide, so that their widths seldom change.
    is_shortest: whether 0.003 becomes 3e-3, and an out just below its limit "<1".
    """

    given_digits: int
    computed_digits: int
    typed_digits: int | None = None
    is_airy: bool = False
    is_shortest: bool = False

    def given(self, number: float) -> str:
        """Return the text of a weight or a bias."""
        text = format_number(number, FULL_DIGITS)
        if len(text) > _MAX_TYPED:
            return self._short(number, self.given_digits)
        if self.typed_digits is None:
            return text
        rounded = f"≈{self._short(number, self.typed_digits)}"
        return rounded if _cells(rounded) < _cells(text) else text

    def sum(self, number: float) -> str:
        """Return the text of a sum z."""
        return self._short(number, self.computed_digits)

    def out(self, number: float, limits: tuple[float, float]) -> str:
        """Return the text of an out of an activation with these limits, never rounded to one."""
        plain = format_number(number, self.computed_digits)
        text = format_within(number, limits, self.computed_digits)
        if text == plain:
            return self._short(number, self.computed_digits)
        if self.is_shortest:
            near = ">" if plain == format_number(limits[0], self.computed_digits) else "<"
            return near + plain
        return text

    def _short(self, number: float, digits: int) -> str:
        """The number rounded, but never to 0: in the shorter forms one significant digit stays."""
        if self.typed_digits is None or not math.isfinite(number):
            return format_number(number, digits)
        if number == 0 or float(f"{number:.{digits}f}"):
            return format_number(number, digits)
        mantissa, exponent = f"{number:.0e}".split("e")
        if abs(number) < _MIN_PLAIN or self.is_shortest:
            return f"{mantissa}e{int(exponent)}"
        return f"{number:.{-int(exponent)}f}"


SHORTEST = Form(_MIN_DIGITS, _MIN_DIGITS, _MIN_DIGITS, is_shortest=True)


@lru_cache(maxsize=16)
def forms_for(digits: int, airy: bool, shortens: bool) -> tuple[Form, ...]:
    """Return the forms to try in turn until all columns fit.

    Numbers that were not typed lose decimals first. Sums and activations follow if `shortens`, and
    then typed numbers, unless more decimals than usual were asked for.
    """
    fewer = range(min(digits, _USUAL_DIGITS + 1) - 1, _MIN_DIGITS - 1, -1)
    forms = [Form(digits, digits, is_airy=True)] if airy else []
    forms += [Form(given, digits) for given in (digits, *fewer)]
    fewest = forms[-1].given_digits
    if shortens and digits <= _USUAL_DIGITS:
        forms += [Form(fewest, computed) for computed in fewer]
        forms += [Form(fewest, _MIN_DIGITS, typed) for typed in (3, _MIN_DIGITS)]
        forms.append(SHORTEST)
    return tuple(forms)


def fitting(digits: int, cells: int, text_of: Callable[[int], str]) -> str:
    """Return a number with as many of its `digits` decimals as fit, at least two.

    Where more decimals than usual were asked for, none is left out.
    cells: the available width without the cell for the sign. text_of: from decimals to the text.
    """
    fewer = range(_USUAL_DIGITS - 1, _MIN_DIGITS - 1, -1) if digits <= _USUAL_DIGITS else ()
    for decimals in (digits, *fewer):
        text = text_of(decimals)
        if _cells(text) <= cells:
            return text
    return text if digits > _USUAL_DIGITS else _with_fewer_digits(float(text), cells)


def given_in(cells: int, number: float, digits: int) -> str:
    """Return a number that was given in so many cells: as typed, or rounded and saying so."""
    text = Form(digits, digits).given(number)
    if _cells(text) <= cells:
        return text
    return fitting(digits, cells, lambda decimals: Form(decimals, decimals, decimals).given(number))


class Numbers(NamedTuple):
    """The numbers of a layer that decide how wide its columns are.

    weights, biases, sums, activations: all of them, or of a large layer the largest ones or the
    first. limits: those of the activation. is_off: for each activation whether it says *off*.
    heading_width: the width of the row headings. column_heading: that of the longest heading of a
    weight's column. n_columns: the number of weights in a row.
    """

    weights: tuple[float, ...]
    biases: tuple[float, ...]
    sums: tuple[float, ...]
    activations: tuple[float, ...]
    limits: tuple[float, float]
    is_off: tuple[bool, ...]
    heading_width: int
    column_heading: int
    n_columns: int


class Texts(NamedTuple):
    """The texts of a layer's numbers in one form, and the widths of its columns.

    widths: of a weight, the biases, the sums and the activations.
    """

    form: Form
    weights: list[str]
    biases: list[str]
    sums: list[str]
    activations: list[str]
    widths: list[int]

    @property
    def separator(self) -> int:
        """The width of the line between the numbers given and those computed."""
        return _SEPARATOR if self.form.typed_digits is None else _NARROW_SEPARATOR

    def columns_in(self, room: int, heading_width: int) -> int:
        """Return how many columns of weights fit; below 1 if the others are too wide."""
        weight_width, *pinned = self.widths
        return (room - heading_width - self.separator - sum(pinned)) // weight_width


def texts_in(numbers: Numbers, digits: int, room: int) -> Texts:
    """Return the texts in the first form in which all columns fit, else in which most do.

    digits: the decimals asked for. room: the available width.
    """
    best, most_columns = None, -1
    airy = room >= AIRY_ROOM
    # Of so many columns most scroll anyway.
    shortens = not airy or numbers.n_columns <= _MAX_COLUMNS_SHORTENED
    for form in forms_for(digits, airy, shortens):
        texts = _texts(numbers, form, digits, room)
        n_columns = max(0, texts.columns_in(room, numbers.heading_width))
        if n_columns > most_columns:
            best, most_columns = texts, n_columns
        if n_columns >= numbers.n_columns:
            break
    assert best is not None
    return best


def out_texts(
    form: Form, activations: Sequence[float], limits: tuple[float, float], is_off: Sequence[bool]
) -> list[str]:
    """Return the texts of activations; a neuron that is off says so."""
    return [form.out(a, limits) + " off" * off for a, off in zip(activations, is_off, strict=True)]


def _texts(numbers: Numbers, form: Form, digits: int, room: int) -> Texts:
    is_tight = form.typed_digits is not None
    most = _MAX_GIVEN + max(0, form.given_digits - _USUAL_DIGITS)
    least = _MIN_GIVEN + (not is_tight)
    if form.is_airy and room >= _VAST_ROOM:
        least = _MIN_AIRY
    of_weights = min(numbers.column_heading + 1, least + 1) if is_tight else least
    weights, weight_width = _given_column(form, numbers.weights, of_weights, most)
    biases, bias_width = _given_column(form, numbers.biases, least, most)
    narrowest = _MIN_AIRY if form.is_airy else _MIN_COMPUTED + (not is_tight)
    widest = _MAX_WIDE if room >= _ROOM_FOR_WIDE else _MAX_COMPUTED
    widest += max(0, digits - _USUAL_DIGITS)
    # Forms that differ in the decimals of weights alone share these.
    computed = form._replace(given_digits=form.computed_digits)
    sums, sum_width = _sum_column(computed, numbers.sums, narrowest, widest)
    out = numbers.activations, numbers.limits, numbers.is_off
    activations, out_width, is_shortest = _out_column(computed, *out, narrowest, widest)
    if is_tight:
        # The last column needs no blank after it.
        out_width = max(_MIN_COMPUTED, out_width - 1)
    form = form._replace(is_shortest=is_shortest)
    widths = [weight_width, bias_width, sum_width, out_width]
    return Texts(form, weights, biases, sums, activations, widths)


@lru_cache(maxsize=_COLUMNS_KEPT)
def _sum_column(
    form: Form, sums: tuple[float, ...], narrowest: int, widest: int
) -> tuple[list[str], int]:
    """The texts of sums and the width of their column."""
    texts = _shortened([*map(form.sum, sums)], sums, widest)
    return texts, _width_for(texts, narrowest, widest)


@lru_cache(maxsize=_COLUMNS_KEPT)
def _out_column(
    form: Form,
    activations: tuple[float, ...],
    limits: tuple[float, float],
    is_off: tuple[bool, ...],
    narrowest: int,
    widest: int,
) -> tuple[list[str], int, bool]:
    """The texts of activations, the width of their column, and whether they are the shortest."""
    texts = out_texts(form, activations, limits, is_off)
    if max(map(_cells, texts), default=0) + _SIGN_AND_BLANK > widest:
        # Cut off, 0.999998 would read as 0.9999.
        form = form._replace(is_shortest=True)
        texts = out_texts(form, activations, limits, is_off)
    texts = _shortened(texts, activations, widest)
    return texts, _width_for(texts, narrowest, widest), form.is_shortest


@lru_cache(maxsize=_COLUMNS_KEPT)
def _given_column(
    form: Form, numbers: tuple[float, ...], narrowest: int, widest: int
) -> tuple[list[str], int]:
    """The texts of weights or biases and the width of their column.

    A typed number that fits into the width that others need is whole.
    """
    texts = _shortened([form.given(number) for number in numbers], numbers, widest)
    width = _width_for(texts, narrowest, widest)
    for place, text in enumerate(texts):
        if text.startswith("≈"):
            whole = format_number(numbers[place], FULL_DIGITS)
            texts[place] = whole if _cells(whole) + 2 <= width else text
    return texts, width


def _shortened(texts: Sequence[str], numbers: Sequence[float], widest: int) -> list[str]:
    """The texts, with fewer digits of those too long for a column of the `widest`."""
    most = widest - _SIGN_AND_BLANK
    if max(map(len, texts), default=0) <= most:
        return [*texts]
    return [
        text if _cells(text) <= most else _with_fewer_digits(number, most)
        for text, number in zip(texts, numbers, strict=True)
    ]


def _with_fewer_digits(number: float, cells: int) -> str:
    for digits in range(cells, 0, -1):
        mantissa, _, exponent = f"{number:.{digits}g}".partition("e")
        text = f"{mantissa}e{int(exponent)}" if exponent else mantissa
        if _cells(text) <= cells:
            break
    return text


def _width_for(texts: Sequence[str], narrowest: int, widest: int) -> int:
    """The width of a column for `texts`, a sign and a blank; the widest if there are no texts."""
    longest = max(map(_cells, texts), default=widest)
    return max(narrowest, min(widest, longest + _SIGN_AND_BLANK))


def _cells(text: str) -> int:
    """The characters of a number after the one that is kept for its sign."""
    return len(text) - text.startswith(("-", "≈"))

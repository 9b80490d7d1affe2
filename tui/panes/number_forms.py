"""How the numbers of a layer are written: in as many decimals as its pane has room for."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from engine.numbers import format_given, format_number, format_within

_FEWEST_DIGITS, _USUAL_DIGITS = 2, 4
_SHORT_WIDTH = 4
_SMALLEST_SHORT = 1e-9
"""What is nearer to 0 takes more than four characters, as in 1e-10."""
_TEXTS_KEPT = 8192


class Form(NamedTuple):
    """How many decimals there are at most, of weights and biases and of sums and outs.

    is_short: typed numbers are rounded too, and small ones have one digit.
    """

    given_digits: int
    computed_digits: int
    is_short: bool = False

    def given(self, number: float) -> str:
        """Return the text of a weight or a bias."""
        if self.is_short:
            return _short(number, self.given_digits)
        return format_given(number, self.given_digits)

    def sum(self, number: float) -> str:
        """Return the text of a sum z."""
        if self.is_short:
            return _short(number, self.computed_digits)
        return format_number(number, self.computed_digits)

    def out(self, number: float, limits: tuple[float, float]) -> str:
        """Return the text of an out of an activation with these limits."""
        text = format_within(number, limits, self.computed_digits)
        if not self.is_short or len(text) <= _SHORT_WIDTH + 1:
            return text
        for limit, sign in zip(limits, "><", strict=True):
            if format_number(number, self.computed_digits) == format_number(limit):
                return sign + format_number(limit)
        return _short(number, self.computed_digits)


SHORTEST = Form(_FEWEST_DIGITS, _FEWEST_DIGITS, is_short=True)


@lru_cache(maxsize=8)
def forms_for(digits: int, *, is_narrow: bool) -> tuple[Form, ...]:
    """Return the forms to try one after the other until all columns fit.

    Weights that were not typed lose decimals first. In a narrow pane sums and outs do so next, and
    then the weights that were typed, unless more decimals than usual were asked for.
    """
    fewer = range(min(digits, _USUAL_DIGITS) - 1, _FEWEST_DIGITS - 1, -1)
    forms = [Form(digits, digits), *(Form(given, digits) for given in fewer)]
    if is_narrow and digits <= _USUAL_DIGITS:
        fewest = forms[-1].given_digits
        forms += [Form(fewest, computed) for computed in fewer]
        forms.append(SHORTEST)
    return tuple(forms)


@lru_cache(maxsize=_TEXTS_KEPT)
def _short(number: float, digits: int) -> str:
    """A number in few characters; one that is nearly 0 is not written as 0."""
    text = format_number(number, digits)
    if len(text) <= _SHORT_WIDTH or abs(number) >= 1 or "e" not in text:
        return text
    if abs(number) < _SMALLEST_SHORT:
        return "≈0"
    mantissa, _, exponent = f"{number:.0e}".partition("e")
    return f"{mantissa}e{int(exponent)}"

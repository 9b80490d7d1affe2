"""How the numbers of a layer are written: in as many decimals as its pane has room for."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from engine.numbers import format_given, format_number, format_within

_FEWEST_DIGITS, _USUAL_DIGITS = 2, 4
_TIGHT_WIDTH, _NEXT_TO_NOTHING = 5, 0.005


class Form(NamedTuple):
    """How many decimals there are at most, of weights and biases and of sums and outs.

    is_short: typed numbers are rounded too, and what is nearly nothing is "≈0". is_tight: so are
    sums and outs, and an out that is nearly a limit is "<1".
    """

    given_digits: int
    computed_digits: int
    is_short: bool = False
    is_tight: bool = False

    def given(self, number: float) -> str:
        """Return the text of a weight or a bias."""
        if self.is_short:
            return _tight(number, format_number(number, self.given_digits))
        return format_given(number, self.given_digits)

    def sum(self, number: float) -> str:
        """Return the text of a sum z."""
        text = format_number(number, self.computed_digits)
        return _tight(number, text) if self.is_tight else text

    def out(self, number: float, limits: tuple[float, float]) -> str:
        """Return the text of an out of an activation with these limits."""
        text = format_within(number, limits, self.computed_digits)
        if self.is_tight and len(text) > _TIGHT_WIDTH:
            for limit, sign in zip(limits, "><", strict=True):
                if limit and float(f"{number:.{self.computed_digits}f}") == limit:
                    return sign + format_number(limit)
        return _tight(number, text) if self.is_tight else text


def _tight(number: float, text: str) -> str:
    return "≈0" if len(text) > _TIGHT_WIDTH and abs(number) < _NEXT_TO_NOTHING else text


SHORTEST = Form(_FEWEST_DIGITS, _FEWEST_DIGITS, is_short=True)
TIGHTEST = SHORTEST._replace(is_tight=True)
"""For where otherwise the outs themselves would not be in sight."""


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

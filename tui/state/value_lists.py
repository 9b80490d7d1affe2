"""The values that a person lists for a sweep: "0, 1, -2", or rows of weights "0.1, 0.2; 1, -1"."""

from __future__ import annotations

from engine.nn.network import Network
from engine.nn.parameters import Axis, WeightRow, parameters_of
from engine.text import FULL_DIGITS, format_number
from tui.state.typed_numbers import evaluate
from tui.state.view_settings import Values


def parse_values(text: str, axis: Axis, network: Network) -> Values:
    """Return the values listed in `text`; raises ValueError that says which one is wrong.

    A row of weights is ended by a semicolon, a number by a comma or a semicolon.
    """
    is_row = isinstance(axis, WeightRow)
    parts = text.split(";") if is_row else text.replace(";", ",").split(",")
    rows = [part.split(",") if is_row else [part] for part in parts if part.strip()]
    if not rows:
        raise ValueError("no values are listed")
    n_each = len(parameters_of(network, axis))
    values = []
    for number, row in enumerate(rows, start=1):
        if len(row) != n_each:
            raise ValueError(
                f"row {number} has {len(row)} weights, expected {n_each} (a semicolon ends a row)"
            )
        try:
            values.append(tuple(map(evaluate, row)))
        except ValueError as error:
            what = "row" if is_row else "value"
            raise ValueError(f"{what} {number}: {error}") from None
    return tuple(values)


def values_text(values: Values) -> str:
    """Return the text that `parse_values` reads as these values."""
    between = "; " if any(len(row) > 1 for row in values) else ", "
    return between.join(map(row_text, values))


def row_text(row: tuple[float, ...], digits: int = FULL_DIGITS) -> str:
    """Return one alternative as text: "0.5", or "0.1, 0.2"."""
    return ", ".join(format_number(number, digits) for number in row)

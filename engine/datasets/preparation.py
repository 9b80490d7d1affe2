"""How the columns of a file became inputs, so that new rows can be read in the same way."""

from __future__ import annotations

from dataclasses import dataclass

MISSING_CHOICES = ("drop", "fill")
"""What can be done about empty cells: leave their rows out, or fill them."""

MAX_VALUES = 20
"""A column of more different texts is no feature."""

MAX_TEXT_LENGTH = 80
"""The longest name or text that our own file format accepts."""

_MAX_NAME = 40
_MAX_VALUE = 30
_FIRST_IS_YES = frozenset(("ja", "j"))


@dataclass(frozen=True, slots=True)
class FeatureColumn:
    """A column that became one or more inputs.

    Parameters
    ----------
    column
        Its name, or its number from 1.
    values
        The texts it may hold: of two the second is an input of 1, more have an input each; None for
        a column of numbers.
    fill
        What an empty cell becomes, or None.
    unit
        What stands beside each number, such as kg or $, or None.

    Raises
    ------
    ValueError
        For values that no column has.
    """

    column: str | int
    values: tuple[str, ...] | None = None
    fill: float | str | None = None
    unit: str | None = None

    def __post_init__(self) -> None:
        if self.values is not None and not 2 <= len(set(self.values)) == len(self.values):
            raise ValueError(f"column {self.column!r:.40}: expected at least two different values")
        if self.values is not None and self.fill is not None and self.fill not in self.values:
            raise ValueError(f"column {self.column!r:.40}: fill is not one of the values")
        if self.values is None and isinstance(self.fill, str):
            raise ValueError(f"column {self.column!r:.40}: fill is a text, expected a number")
        if self.values is not None and self.unit is not None:
            raise ValueError(f"column {self.column!r:.40}: texts have no unit")

    @property
    def n_inputs(self) -> int:
        """How many inputs the column became."""
        return 1 if self.values is None or len(self.values) == 2 else len(self.values)

    def input_names(self, name: str) -> tuple[str, ...]:
        """Return the names of its inputs.

        Parameters
        ----------
        name
            That of the column.

        Returns
        -------
        tuple of str
            Such as ("colour=blue", "colour=red", …); one for each input.
        """
        if self.values is None:
            return (name,)
        shown = self.values[1:] if len(self.values) == 2 else self.values
        return tuple(f"{name[:_MAX_NAME]}={value[:_MAX_VALUE]}" for value in shown)


@dataclass(frozen=True, slots=True)
class Preparation:
    """What became of the columns of a file.

    Parameters
    ----------
    features
        The columns that became inputs, in order.
    targets
        The columns of the answers, in order, each by its name or number from 1.
    missing
        "drop" or "fill"; None where no cell was empty.
    decimal
        "." or "," where the file showed it.
    empty
        Texts that stand for an empty cell, besides the usual ones.

    Raises
    ------
    ValueError
        For anything else.
    """

    features: tuple[FeatureColumn, ...]
    targets: tuple[str | int, ...]
    missing: str | None = None
    decimal: str | None = None
    empty: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.features:
            raise ValueError("columns: expected at least one")
        if self.missing not in (None, *MISSING_CHOICES):
            raise ValueError(
                f"missing is {self.missing!r:.40}, expected {' or '.join(MISSING_CHOICES)}"
            )
        if self.decimal not in (None, ".", ","):
            raise ValueError(f'decimal is {self.decimal!r:.40}, expected "." or ","')

    @property
    def n_inputs(self) -> int:
        """How many inputs all columns became."""
        return sum(feature.n_inputs for feature in self.features)


def values_in_order(texts: set[str]) -> tuple[str, ...]:
    """Return the texts of a column by the alphabet; of two that mean yes and no, no is first.

    Parameters
    ----------
    texts
        All texts of the column.

    Returns
    -------
    tuple of str
    """
    ordered = sorted(texts, key=lambda text: (text.casefold(), text))
    if len(ordered) == 2 and ordered[0].casefold() in _FIRST_IS_YES:
        ordered.reverse()
    return tuple(ordered)

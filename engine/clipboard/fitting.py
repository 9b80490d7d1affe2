"""Whether pasted numbers fit at the cursor, and what can be done if they do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.clipboard.numbers import Pasted
from engine.nn.arrays import FloatArray, read_only

FitKind = Literal["exact", "part", "transposed", "square", "other", "too_big"]
Choice = Literal["put", "transpose", "resize"]

Shape = tuple[int, int]


@dataclass(frozen=True, eq=False, slots=True)
class Fit:
    """How pasted numbers fit a matrix.

    Parameters
    ----------
    kind
        Exact, the whole matrix; part, some cells from the cursor on; transposed, only with rows and
        columns exchanged; square, when the orientation is unknown; other, a matrix of another
        shape; too_big, more than there is room for from the cursor on.
    choices
        What can be done, the most likely first; empty if nothing can.
    put, transposed
        The numbers as rows from the cursor on, as they are and transposed.
    message
        One line for the user.
    """

    kind: FitKind
    choices: tuple[Choice, ...]
    put: FloatArray
    transposed: FloatArray
    message: str

    @property
    def settled(self) -> bool:
        """Whether the numbers can be put as they are, without a question."""
        return self.kind in ("exact", "part")

    def values(self, choice: Choice) -> FloatArray:
        """Return the numbers, (n_rows, n_columns), that this choice puts from the cursor on.

        Parameters
        ----------
        choice
            What was chosen.

        Returns
        -------
        FloatArray
        """
        return self.transposed if choice == "transpose" else self.put


def fit(
    pasted: Pasted,
    shape_wanted: Shape,
    square_is_transposed: bool | None = None,
    *,
    cursor: Shape = (0, 0),
    bias_column: bool = False,
) -> Fit:
    """Return how the pasted numbers fit a matrix of `shape_wanted`, (n_rows, n_columns).

    Parameters
    ----------
    pasted
        What was pasted.
    shape_wanted
        (n_rows, n_columns) of the matrix.
    square_is_transposed
        Whether a square matrix has one column per neuron, if known; by default as the text shows.
    cursor
        The row and column, from 0, of the first number.
    bias_column
        Whether the numbers may also cover the bias, one column further right.

    Returns
    -------
    Fit
        (n_rows, n_columns).
    """
    n_rows, n_columns = shape_wanted
    room = (n_rows - cursor[0], n_columns + bias_column - cursor[1])
    values = pasted.values
    if pasted.flat and values.size > 1:
        return _flat_fit(values, shape_wanted, room, cursor)
    whole = [shape_wanted, *([(n_rows, n_columns + 1)] if bias_column else [])]
    if cursor == (0, 0) and values.shape in whole:
        return _whole_fit(pasted, shape_wanted, square_is_transposed)
    turned = values.shape[::-1]
    if cursor == (0, 0) and pasted.kind != "number" and turned in whole:
        biases = "" if turned == shape_wanted else ", the biases in the last row"
        return _of(
            "transposed",
            ("transpose", "resize"),
            values,
            f"{_shape(values)} is {_text(turned)} transposed: one column per neuron{biases}",
        )
    if cursor == (0, 0) and pasted.kind == "matrix":
        choices: list[Choice] = ["resize"]
        choices += ["put"] if _has_room(values.shape, room) else []
        choices += ["transpose"] if _has_room(turned, room) else []
        return _of(
            "other",
            tuple(choices),
            values,
            f"{_shape(values)} numbers, the matrix has {_text(shape_wanted)}",
        )
    if _has_room(values.shape, room):
        kind: FitKind = "exact" if values.shape == room else "part"
        return _of(kind, ("put",), values, f"{_shape(values)} numbers from the cursor on")
    if _has_room(turned, room):
        return _of(
            "transposed",
            ("transpose",),
            values,
            f"{_shape(values)} numbers fit here only transposed",
        )
    return _too_big(values, room)


def _flat_fit(values: FloatArray, wanted: Shape, room: Shape, cursor: Shape) -> Fit:
    """A list without orientation: along the row, or down the column if only that has room."""
    count = values.shape[1]
    in_bias_column = cursor[1] == wanted[1]
    if count <= room[1] and not in_bias_column:
        kind: FitKind = "exact" if count in (room[1], wanted[1] - cursor[1]) else "part"
        return _of(kind, ("put",), values, f"{count} numbers along the row")
    if count <= room[0]:
        kind = "exact" if count == room[0] else "part"
        return _of(kind, ("put",), values.T, f"{count} numbers down the column")
    return _too_big(values, room)


def _whole_fit(pasted: Pasted, wanted: Shape, square_is_transposed: bool | None) -> Fit:
    """Numbers of exactly the right shape: only for a square matrix is the orientation in doubt."""
    values = pasted.values
    is_square = values.shape[0] == values.shape[1] > 1
    if not is_square or np.array_equal(values, values.T):
        return _of("exact", ("put",), values, f"{_shape(values)} numbers")
    is_transposed = square_is_transposed
    if is_transposed is None and pasted.one_row_per_neuron is not None:
        is_transposed = not pasted.one_row_per_neuron
    if is_transposed is None:
        return _of(
            "square",
            ("put", "transpose"),
            values,
            f"{_shape(values)} can be one row or one column per neuron: which is it?",
        )
    if is_transposed:
        return _of(
            "transposed",
            ("transpose", "put"),
            values,
            f"{_shape(values)} with one column per neuron",
        )
    return _of("exact", ("put",), values, f"{_shape(values)} with one row per neuron")


def _too_big(values: FloatArray, room: Shape) -> Fit:
    return _of(
        "too_big",
        (),
        values,
        f"{_shape(values)} numbers do not fit: from the cursor on there is room for "
        f"{_text((room[0], room[1]))}",
    )


def _of(kind: FitKind, choices: tuple[Choice, ...], values: FloatArray, message: str) -> Fit:
    put = read_only(values, "the pasted numbers", 2)
    return Fit(kind, choices, put, read_only(values.T, "the pasted numbers", 2), message)


def _has_room(shape: tuple[int, ...], room: Shape) -> bool:
    return shape[0] <= room[0] and shape[1] <= room[1]


def _shape(values: FloatArray) -> str:
    return _text((values.shape[0], values.shape[1]))


def _text(shape: Shape) -> str:
    return f"{shape[0]}×{shape[1]}"

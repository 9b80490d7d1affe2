"""Pieces of Python source: numbers in full, and untrusted texts that can never become code."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from engine.nn.arrays import FloatArray
from engine.session.names import input_names, output_name
from engine.session.session import Session
from engine.text import printable

MAX_NUMBERS = 1_000_000
"""Python itself takes too long to parse a longer script."""

_MAX_TEXT_LENGTH = 200
_MAX_NAMES = 20


def quoted(text: str) -> str:
    """Return `text` as a Python string on one line, without control characters.

    Parameters
    ----------
    text
        Any text, from a file too.

    Returns
    -------
    str
    """
    return repr(printable(text))


def comment(text: str) -> str:
    """Return `text` as a comment on one line, shortened if long.

    It must not be in the first two lines of a file, where Python looks for an encoding even in
    comments.

    Parameters
    ----------
    text
        Any text, from a file too.

    Returns
    -------
    str
    """
    clean = printable(text).strip()
    return f"# {clean if len(clean) <= _MAX_TEXT_LENGTH else clean[: _MAX_TEXT_LENGTH - 1] + '…'}"


def row_literal(numbers: Iterable[float]) -> str:
    """Return "[0.2, -0.5]", each number with enough digits to read back as the same float64.

    An unset target is np.nan.

    Parameters
    ----------
    numbers
        The entries, in order.

    Returns
    -------
    str
    """
    texts = ("np.nan" if math.isnan(number) else repr(float(number)) for number in numbers)
    return f"[{', '.join(texts)}]"


def matrix_literal(matrix: FloatArray) -> str:
    """Return the rows of a matrix as Python lists, one per line if there are several.

    Parameters
    ----------
    matrix
        (n_rows, n_columns).

    Returns
    -------
    str
    """
    rows = [row_literal(row) for row in matrix.tolist()]
    if len(rows) == 1:
        return f"[{rows[0]}]"
    return "[\n" + "".join(f"    {row},\n" for row in rows) + "]"


def array_literal(array: FloatArray) -> str:
    """Return an array of one or two dimensions as a call of np.array.

    Parameters
    ----------
    array
        One or two dimensions.

    Returns
    -------
    str
    """
    text = row_literal(array.tolist()) if array.ndim == 1 else matrix_literal(array)
    return f"np.array({text})"


def tuple_literal(numbers: Sequence[int]) -> str:
    """Return "(3,)" or "(3, 4)".

    Parameters
    ----------
    numbers
        The entries, in order.

    Returns
    -------
    str
    """
    return f"({', '.join(map(str, numbers))}{',' if len(numbers) == 1 else ''})"


def check_size(session: Session) -> None:
    """Raise ValueError when the session has more numbers than a script can hold.

    Parameters
    ----------
    session
        The network with its samples and names.
    """
    count = session.network.n_parameters + session.inputs.size
    if count > MAX_NUMBERS:
        raise ValueError(
            f"{count:,} numbers are too many for a script, which holds at most {MAX_NUMBERS:,}"
        )


def title_lines(session: Session) -> list[str]:
    """Return the title of the session as a comment and a blank line, if it has one.

    Parameters
    ----------
    session
        The network with its samples and names.

    Returns
    -------
    list[str]
    """
    return [comment(session.title), ""] if session.title else []


def input_lines(session: Session) -> list[str]:
    """Return the inputs of all samples as an assignment of a NumPy array to `inputs`.

    Parameters
    ----------
    session
        The network with its samples and names.

    Returns
    -------
    list[str]
    """
    about = "one row per sample"
    if session.features:
        about += f", the features {_listed(input_names(session, 0))}"
    return [comment(about), f"inputs = {array_literal(session.inputs)}", ""]


def parameter_lines(session: Session) -> list[str]:
    """Return the weights and bias of every layer as assignments to weights1, bias1, weights2 …

    Parameters
    ----------
    session
        The network with its samples and names.

    Returns
    -------
    list[str]
    """
    lines = []
    for number, layer in enumerate(session.network.layers, start=1):
        words = [f"layer {number}", layer.name or "", layer.activation.text]
        lines += [
            comment(" · ".join(filter(None, map(printable, words)))),
            f"weights{number} = {array_literal(layer.weights)}  # one row per neuron",
            f"bias{number} = {array_literal(layer.bias)}",
            "",
        ]
    return lines


def print_lines(session: Session, outputs: str) -> list[str]:
    """Return the lines that print the outputs in full; `outputs` is the name of their matrix.

    Parameters
    ----------
    session
        The network with its samples and names.
    outputs
        The name of the variable that holds them.

    Returns
    -------
    list[str]
    """
    names = [output_name(session, output) for output in range(session.network.n_outputs)]
    return [
        comment(f"one row per sample, the outputs {_listed(names)}"),
        f"for row in {outputs}.tolist():",
        "    print(row)",
    ]


def joined(lines: Iterable[str]) -> str:
    """Return the lines as the text of a file.

    Parameters
    ----------
    lines
        Without line ends.

    Returns
    -------
    str
    """
    return "\n".join(lines) + "\n"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(printable(name) for name in names[:_MAX_NAMES])
    return shown if len(names) <= _MAX_NAMES else f"{shown} and {len(names) - _MAX_NAMES} more"

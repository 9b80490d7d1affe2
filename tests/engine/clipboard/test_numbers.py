"""Numbers from the clipboard, in every notation they come in."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clipboard import array_code, number_code, parse_numbers, row_code
from engine.clipboard.tokens import MAX_CHARACTERS, MAX_NUMBERS
from tests.engine.strategies import any_number, matrices, vectors

MATRIX = [[0.2, 0.8, -0.5], [0.5, -0.91, 0.26]]

NOTATIONS = {
    "a Python list": "[[0.2, 0.8, -0.5], [0.5, -0.91, 0.26]]",
    "over lines, with comments": "[[0.2, 0.8, -0.5],  # first\n  [0.5, -0.91, 0.26]]  # second",
    "tuples": "((0.2, 0.8, -0.5), (0.5, -0.91, 0.26))",
    "rows cut out of a list": " [0.2, 0.8, -0.5],\n           [0.5, -0.91, 0.26],\n",
    "NumPy code": "weights = np.array([[0.2, 0.8, -0.5], [0.5, -0.91, 0.26]], dtype=np.float64)",
    "NumPy code, transposed": "W = np.array([[0.2, 0.5], [0.8, -0.91], [-0.5, 0.26]]).T",
    "NumPy at the prompt": "array([[ 0.2 ,  0.8 , -0.5 ],\n       [ 0.5 , -0.91,  0.26]])",
    "with its type": "array([[ 0.2 ,  0.8 , -0.5 ],\n       [ 0.5 , -0.91,  0.26]], dtype=float32)",
    "NumPy printed": "[[ 0.2   0.8  -0.5 ]\n [ 0.5  -0.91  0.26]]",
    "scalars of NumPy": "[[np.float64(0.2), np.float64(0.8), -0.5], [0.5, -0.91, 0.26]]",
    "a session of Python": ">>> w = np.array([[0.2, 0.8, -0.5],\n...      [0.5, -0.91, 0.26]])",
    "a notebook": "Out[12]: array([[0.2, 0.8, -0.5], [0.5, -0.91, 0.26]])",
    "PyTorch": "tensor([[ 0.2000,  0.8000, -0.5000],\n        [ 0.5000, -0.9100,  0.2600]], "
    "grad_fn=<AddmmBackward0>)",
    "a parameter of PyTorch": "Parameter containing:\ntensor([[0.2, 0.8, -0.5], [0.5, -0.91, 0.26]]"
    ", requires_grad=True)",
    "MATLAB": "W = [0.2 0.8 -0.5; 0.5 -0.91 0.26];",
    "MATLAB with commas": "W = [0.2, 0.8, -0.5; 0.5, -0.91, 0.26]",
    "MATLAB over lines": "W = [0.2 0.8 -0.5\n     0.5 -0.91 0.26]; % weights",
    "MATLAB over lines with commas": "W = [0.2, 0.8, -0.5\n     0.5, -0.91, 0.26]",
    "MATLAB, transposed": "W = [0.2 0.5; 0.8 -0.91; -0.5 0.26]'",
    "JSON": json.dumps(MATRIX, indent=1),
    "CSV": "0.2,0.8,-0.5\n0.5,-0.91,0.26\n",
    "CSV with commas at the end": "0.2, 0.8, -0.5,\n0.5, -0.91, 0.26,",
    "CSV of Windows": "0.2,0.8,-0.5\r\n0.5,-0.91,0.26\r\n",
    "savetxt": "# two rows\n2.0e-01 8.0e-01 -5.0e-01\n5.0e-01 -9.1e-01 2.6e-01",
    "a spreadsheet": "0.2\t0.8\t-0.5\n0.5\t-0.91\t0.26\n",
    "a spreadsheet with decimal commas": "0,2\t0,8\t-0,5\n0,5\t-0,91\t0,26",
    "semicolons and decimal commas": "0,2;0,8;-0,5\n0,5;-0,91;0,26",
    "semicolons": "0.2;0.8;-0.5\n0.5;-0.91;0.26",
    "columns": "  0.2   0.8  -0.5\n  0.5  -0.91  0.26\n",
    "rows on one line": "0.2 0.8 -0.5; 0.5 -0.91 0.26",
    "signs and blanks of a web page": "0.2\u00a00.8\u00a0\u22120.5\n0.5\u00a0\u22120.91\u00a00.26",
}


@pytest.mark.parametrize("text", NOTATIONS.values(), ids=NOTATIONS.keys())
def test_a_matrix_is_read_in_every_notation(text: str) -> None:
    read = parse_numbers(text)
    np.testing.assert_array_equal(read.values, MATRIX)
    assert (read.kind, read.flat) == ("matrix", False)


@pytest.mark.parametrize(
    ("text", "values", "kind", "flat"),
    [
        ("0.5", [[0.5]], "number", True),
        ("x = -3", [[-3.0]], "number", True),
        ("1e-5", [[1e-5]], "number", True),
        ("[1, 2, 3]", [[1, 2, 3]], "row", True),
        ("array([1., 2., 3.])", [[1, 2, 3]], "row", True),
        ("1 2 3", [[1, 2, 3]], "row", True),
        ("1\t2\t3", [[1, 2, 3]], "row", True),
        ("[[1, 2, 3]]", [[1, 2, 3]], "row", False),
        ("1\n2\n3", [[1], [2], [3]], "column", False),
        ("[1; 2; 3]", [[1], [2], [3]], "column", False),
        ("[1 2 3]'", [[1], [2], [3]], "column", False),
        ("[[1], [2], [3]]", [[1], [2], [3]], "column", False),
        ("np.zeros((2, 3))", [[0, 0, 0], [0, 0, 0]], "matrix", False),
        ("np.ones(2)", [[1, 1]], "row", True),
    ],
)
def test_numbers_rows_and_columns(
    text: str, values: list[list[float]], kind: str, flat: bool
) -> None:
    read = parse_numbers(text)
    np.testing.assert_array_equal(read.values, values)
    assert (read.kind, read.flat) == (kind, flat)


def test_a_row_that_numpy_breaks_stays_one_row() -> None:
    numbers = np.linspace(-1, 1, 30)
    np.testing.assert_allclose(parse_numbers(str(numbers)).values, [numbers], atol=1e-8)
    matrix = np.linspace(-1, 1, 60).reshape(2, 30)
    np.testing.assert_allclose(parse_numbers(str(matrix)).values, matrix, atol=1e-8)
    np.testing.assert_allclose(parse_numbers(repr(matrix)).values, matrix, atol=1e-8)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing to paste"),
        (" \n\t\n", "nothing to paste"),
        ("[[1, 2], [3]]", "row 2 has 1 number, row 1 has 2 numbers"),
        ("1,2\n3,4,5", "row 2 has 3 numbers, row 1 has 2 numbers"),
        ("1,2\n3,x", "line 2, column 2: 'x' is not a number"),
        ("1\t\t3", "line 1, column 2 is empty"),
        ("1.234,5\t2", "line 1, column 1: '1.234,5' is not a number"),
        ("[[0.1 0.2 ... 0.9]\n [0.1 0.2 ... 0.9]]", "line 1: ... stands for numbers"),
        ("[1, 2, …]", "stands for numbers that are left out"),
        ("[1, 2", "the text ends"),
        ("[1, 2]]", "one word too many"),
        ("[1,, 2]", "a number is missing before a comma"),
        ("[1-2]", "expected a comma or a blank before '-2'"),
        ("[1, [2, 3]]", "row 1 is a number, other rows are lists"),
        ("[[[1, 2]]]", "row 1, column 1 is a list"),
        ("[[[[[[[[[[1]]]]]]]]]]", "brackets within brackets"),
        ("[]", "no numbers"),
        ("[1, nan]", "'nan' is not a number"),
        ("1, 1e999", "line 1, column 2: '1e999' is too large"),
        ("[True, False]", "'True' is not a number"),
        ("[1, None]", "'None' is not a number"),
        ("W = np.random.randn(3, 4)", "must be run"),
        ("__import__('os').system('true')", "must be run"),
        ("[__import__('os')]", "must be run"),
        ("[(lambda: 1)()]", "expected a comma or a blank before ':'"),
        ("np.zeros((1, 2, 3))", "a shape of one or two numbers"),
        ("np.zeros((100000, 100000))", "more than 200,000"),
        ("{'rate': 0.1, 'size': 3}", "line 1: a table without weights"),
        ("hello", "line 1: 'hello' is a word; numbers can be pasted"),
        ("[1 \x07 2]", "is not a number"),
        ("1" * (MAX_CHARACTERS + 1), "too many to paste"),
        ("1 " * (MAX_NUMBERS + 1), "more than 200,000 numbers"),
        ("[" + "1," * (MAX_NUMBERS + 1) + "]", "more than 200,000 numbers"),
    ],
)
def test_what_is_no_matrix_is_refused_in_one_line(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)) as error:
        parse_numbers(text)
    message = str(error.value)
    assert message.isprintable()
    assert len(message) < 200


@pytest.mark.parametrize(
    ("text", "one_row_per_neuron"),
    [
        ("[[1, 2], [3, 4]]", True),
        ("weights = np.array([[1, 2], [3, 4]])", True),
        ("self.weights = [[1, 2], [3, 4]]", True),
        ("fc1.weight = [[1, 2], [3, 4]]", True),
        ("tensor([[1., 2.], [3., 4.]])", True),
        ("kernel = [[1, 2], [3, 4]]", False),
        ("coefs_ = [[1, 2], [3, 4]]", False),
        ("W1 = np.array([[1, 2], [3, 4]])", None),
        ("[1 2; 3 4]", None),
        ("1,2\n3,4", None),
        ("[[1 2]\n [3 4]]", None),
        ("[1, 2]", None),
    ],
)
def test_the_orientation_is_known_where_the_text_tells(
    text: str, one_row_per_neuron: bool | None
) -> None:
    assert parse_numbers(text).one_row_per_neuron is one_row_per_neuron


@given(st.integers(1, 5).flatmap(lambda n: matrices(n, 3, any_number)), st.sampled_from([0, 1, 2]))
def test_what_is_written_reads_back_the_same(matrix: np.ndarray, way: int) -> None:
    texts = [array_code(matrix), array_code(matrix, "W"), repr(matrix.tolist())]
    read = parse_numbers(texts[way])
    assert read.values.tobytes() == matrix.tobytes()
    assert not read.flat
    assert read.name == (None, "W", None)[way]


@given(vectors(4, any_number))
def test_rows_and_numbers_read_back_the_same(row: np.ndarray) -> None:
    assert parse_numbers(row_code(row)).values.tobytes() == row.tobytes()
    assert parse_numbers(array_code(row)).values.tobytes() == row.tobytes()
    assert parse_numbers(number_code(row[0])).values.tobytes() == row[:1].tobytes()


@given(st.text("[](){},;= \n\t'.TeE+-0123456789nparay#%…x\"<>", max_size=60))
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    read, refusal = None, ""
    try:
        read = parse_numbers(text)
    except ValueError as error:
        refusal = str(error)
    assert refusal.isprintable()
    assert read is None or np.isfinite(read.values).all()

"""Where pasted numbers fit, and what is offered when they do not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.clipboard import fit, parse_numbers

WORKED = json.loads(
    (Path(__file__).parents[2] / "data" / "worked-examples.json").read_text(encoding="utf-8")
)


def worked_weights(id: str) -> list[list[float]]:
    example = next(example for example in WORKED["examples"] if example["id"] == id)
    weights: list[list[float]] = example["layers"][0]["weights"]
    return weights


def test_the_matrix_of_a_lesson_pastes_without_a_question() -> None:
    rows = worked_weights("layer-relu")
    text = "weights = [" + ",\n           ".join(map(str, rows)) + "]"
    for pasted in (text, text.removeprefix("weights = ")):
        found = fit(parse_numbers(pasted), (3, 3))
        assert (found.kind, found.settled) == ("exact", True)
        np.testing.assert_array_equal(found.values("put"), rows)


def test_a_lesson_that_stores_one_column_per_neuron_is_transposed() -> None:
    rows = worked_weights("tiny-net")
    stored = np.array(rows).T
    found = fit(parse_numbers(f"W1 = np.array({stored.tolist()})"), (5, 4))
    assert (found.kind, found.choices) == ("transposed", ("transpose", "resize"))
    assert "4×5 is 5×4 transposed" in found.message
    np.testing.assert_array_equal(found.values("transpose"), rows)


def test_a_transposed_matrix_may_have_the_biases_as_its_last_row() -> None:
    found = fit(parse_numbers("[[1, 2], [3, 4], [5, 6]]"), (2, 2), bias_column=True)
    assert (found.kind, found.choices) == ("transposed", ("transpose", "resize"))
    assert found.message.startswith(
        "3×2 is 2×3 transposed: one column per neuron, the biases in the last row"
    )
    np.testing.assert_array_equal(found.values("transpose"), [[1, 3, 5], [2, 4, 6]])


@pytest.mark.parametrize(
    ("text", "known", "kind", "choices"),
    [
        ("1,2\n3,4", None, "square", ("put", "transpose")),
        ("1,2\n3,4", False, "exact", ("put",)),
        ("1,2\n3,4", True, "transposed", ("transpose", "put")),
        ("1,2\n2,4", None, "exact", ("put",)),
        ("kernel = [[1,2],[3,4]]", None, "transposed", ("transpose", "put")),
        ("kernel = [[1,2],[3,4]]", False, "exact", ("put",)),
    ],
)
def test_a_square_matrix_is_asked_about_where_nothing_tells(
    text: str, known: bool | None, kind: str, choices: tuple[str, ...]
) -> None:
    found = fit(parse_numbers(text), (2, 2), known)
    assert (found.kind, found.choices) == (kind, choices)


@pytest.mark.parametrize(
    ("text", "shape", "cursor", "bias", "kind", "choices", "put"),
    [
        ("5", (2, 2), (1, 1), False, "exact", ("put",), (1, 1)),
        ("5", (3, 3), (0, 0), False, "part", ("put",), (1, 1)),
        ("[1, 2, 3]", (2, 3), (1, 0), False, "exact", ("put",), (1, 3)),
        ("[1, 2, 3]", (2, 3), (1, 0), True, "exact", ("put",), (1, 3)),
        ("[1, 2, 3, 4]", (2, 3), (1, 0), True, "exact", ("put",), (1, 4)),
        ("[1, 2]", (3, 3), (0, 1), False, "exact", ("put",), (1, 2)),
        ("[1, 2]", (3, 4), (0, 1), False, "part", ("put",), (1, 2)),
        ("[1, 2, 3]", (3, 4), (0, 4), True, "exact", ("put",), (3, 1)),
        ("[1, 2, 3]", (3, 2), (0, 0), False, "exact", ("put",), (3, 1)),
        ("[1, 2, 3]", (2, 2), (0, 0), False, "too_big", (), (1, 3)),
        ("1\n2\n3", (3, 3), (0, 2), False, "exact", ("put",), (3, 1)),
        ("[[1, 2, 3]]", (3, 2), (0, 1), False, "transposed", ("transpose",), (1, 3)),
        ("1 2\n3 4", (3, 3), (1, 1), False, "exact", ("put",), (2, 2)),
        ("1 2\n3 4", (3, 3), (2, 2), False, "too_big", (), (2, 2)),
        ("1 2\n3 4", (3, 4), (0, 0), False, "other", ("resize", "put", "transpose"), (2, 2)),
        ("1 2 3\n4 5 6", (2, 2), (0, 0), False, "other", ("resize",), (2, 3)),
        ("1 2 3\n4 5 6", (2, 2), (0, 0), True, "exact", ("put",), (2, 3)),
        ("1 2\n3 4\n5 6", (2, 2), (0, 0), True, "transposed", ("transpose", "resize"), (3, 2)),
    ],
)
def test_what_fits_from_the_cursor_on(
    text: str,
    shape: tuple[int, int],
    cursor: tuple[int, int],
    bias: bool,
    kind: str,
    choices: tuple[str, ...],
    put: tuple[int, int],
) -> None:
    found = fit(parse_numbers(text), shape, cursor=cursor, bias_column=bias)
    assert (found.kind, found.choices, found.put.shape) == (kind, choices, put)
    assert found.settled == (kind in ("exact", "part"))
    assert found.message.isprintable()
    np.testing.assert_array_equal(found.transposed, found.put.T)


def test_what_does_not_fit_says_how_much_room_there_is() -> None:
    found = fit(parse_numbers("1 2\n3 4"), (3, 3), cursor=(2, 1))
    assert found.message == ("2×2 numbers do not fit: from the cursor on there is room for 1×2")

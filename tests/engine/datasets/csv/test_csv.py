"""Own data from CSV files: what is found out, and what is made of it."""

import codecs
from pathlib import Path

import numpy as np
import pytest

from engine.datasets import Dataset, parse_csv, read_csv

PLAIN = "1,2,3.5\n4,5,-6e-1\n"
PLAIN_ROWS = [[1, 2, 3.5], [4, 5, -0.6]]


def table(dataset: Dataset) -> list[list[float]]:
    rows: list[list[float]] = np.hstack([dataset.inputs, dataset.targets]).tolist()
    return rows


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.rstrip("\n"),
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace(",", ", "),
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace(",", " "),
        PLAIN.replace(",", "   "),
        "  " + PLAIN.replace(",", "  ").replace("\n", "  \n  "),
        PLAIN.replace(",", ";").replace(".", ","),
        PLAIN.replace(",", "\t").replace(".", ","),
        PLAIN.replace(",", " ").replace(".", ","),
        '"1","2","3.5"\n"4","5","-0.6"\n',
        "\n\n" + PLAIN.replace("\n", "\n\n  \n"),
        PLAIN + ",,\n , ,\n",
        "a,b,c\n" + PLAIN,
        "a;b;c\n" + PLAIN.replace(",", ";").replace(".", ","),
    ],
)
def test_delimiters_line_ends_quotes_blank_rows_and_decimal_commas(text: str) -> None:
    dataset = parse_csv(text.encode(), "own")
    assert table(dataset) == PLAIN_ROWS
    assert dataset.features == (("a", "b") if "a" in text else ("x1", "x2"))
    assert (dataset.name, dataset.task, dataset.notes) == ("own", "regression", ())


@pytest.mark.parametrize(
    ("data", "note"),
    [
        ("größe,y\n1,2\n".encode(), None),
        (codecs.BOM_UTF8 + "größe,y\n1,2\n".encode(), None),
        (codecs.BOM_UTF16_LE + "größe,y\n1,2\n".encode("utf-16-le"), None),
        (codecs.BOM_UTF16_BE + "größe,y\n1,2\n".encode("utf-16-be"), None),
        (codecs.BOM_UTF32_LE + "größe,y\n1,2\n".encode("utf-32-le"), None),
        ("größe,y\n1,2\n".encode("latin-1"), "the file is not UTF-8; it was read as Windows-1252"),
        ("größe,\x81y\n1,2\n".encode("latin-1"), "the file is not UTF-8; it was read as Latin-1"),
    ],
)
def test_encodings(data: bytes, note: str | None) -> None:
    dataset = parse_csv(data, "own")
    assert dataset.features == ("größe",)
    assert dataset.notes == (() if note is None else (note,))


@pytest.mark.parametrize(
    ("text", "features", "n_samples"),
    [
        ("a,b\n1,2\n", ("a",), 1),
        ("1,2\n3,4\n", ("x1",), 2),
        ("1,2\n", ("x1",), 1),
        (",b,c\n1,2,3\n", ("x1", "b"), 1),
        ('"a, b",c\n1,2\n', ("a, b",), 1),
        ('"two\nlines",c\n1,2\n', ("two lines",), 1),
        ("a\u202eb,c\n1,2\n", ("ab",), 1),
        ("country,1990,y\n1,2,3\n4,5,6\n", ("country", "1990"), 2),
        ("1,2,ham\n3,4,spam\n", ("x1", "x2"), 2),
        ("x,y,class\n3,4,spam\n1,2,ham\n", ("x", "y"), 2),
        ("x;y\n1,5;2\n", ("x",), 1),
    ],
)
def test_headings(text: str, features: tuple[str, ...], n_samples: int) -> None:
    dataset = parse_csv(text.encode(), "own")
    assert dataset.features == features
    assert dataset.n_samples == n_samples


def test_a_delimiter_inside_quoted_texts_is_none() -> None:
    dataset = parse_csv(b'1,2,"a;b"\n3,4,"c;d"\n', "own")
    assert dataset.classes == ("a;b", "c;d")
    assert dataset.inputs.tolist() == [[1, 2], [3, 4]]


def test_two_texts_are_one_output_of_0_and_1_by_the_alphabet() -> None:
    dataset = parse_csv(b"1,spam\n2, ham\n3,spam \n", "own")
    assert dataset.task == "binary"
    assert dataset.classes == ("ham", "spam")
    assert dataset.targets.tolist() == [[1], [0], [1]]


def test_more_texts_are_an_output_each() -> None:
    dataset = parse_csv("1,rot\n2,blau\n3,grün\n4,rot\n".encode(), "own")
    assert dataset.task == "multiclass"
    assert dataset.classes == ("blau", "grün", "rot")
    assert dataset.targets.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]]


@pytest.mark.parametrize(
    ("targets", "task"),
    [
        ("0 1 1", "binary"),
        ("1.0 0 1", "binary"),
        ("0 0 0", "regression"),
        ("1 1 1", "regression"),
        ("0 1 2", "regression"),
        ("-1 1 1", "regression"),
        ("0.5 1 0", "regression"),
    ],
)
def test_numbers_as_targets(targets: str, task: str) -> None:
    values = targets.split()
    text = "".join(f"{row},{value}\n" for row, value in enumerate(values))
    dataset = parse_csv(text.encode(), "own")
    assert dataset.task == task
    assert dataset.classes is None
    assert dataset.targets[:, 0].tolist() == [float(value) for value in values]


def test_a_task_that_is_asked_for() -> None:
    text = b"1,0\n2,10\n3,9\n4,10\n"
    dataset = parse_csv(text, "own", classes=True, one_hot=True)
    assert dataset.classes == ("0", "9", "10")
    assert dataset.targets.argmax(axis=1).tolist() == [0, 2, 1, 2]
    assert parse_csv(b"1,0\n2,1\n", "own", classes=False).task == "regression"
    assert parse_csv(b"1,0\n2,1\n", "own", classes=True, one_hot=True).targets.tolist() == [
        [1, 0],
        [0, 1],
    ]
    binary = parse_csv(b"1,7\n2,5\n", "own", classes=True)
    assert (binary.classes, binary.targets.tolist()) == (("5", "7"), [[1], [0]])


HEADED = b"id,height,weight,sex\n7,1.5,50,f\n8,1.8,80,m\n9,1.7,60,f\n"


@pytest.mark.parametrize(
    ("target", "features", "names", "first"),
    [
        (None, None, ("height", "weight"), [1.5, 50, 0]),
        (None, ["id", "height", "weight"], ("id", "height", "weight"), [7, 1.5, 50, 0]),
        (None, ["height", "weight"], ("height", "weight"), [1.5, 50, 0]),
        ("weight", ["height"], ("height",), [1.5, 50]),
        ("weight", [2, 1], ("height", "id"), [1.5, 7, 50]),
        (3, ["2"], ("height",), [1.5, 50]),
        ("3", (2,), ("height",), [1.5, 50]),
        ("id", [2], ("height",), [1.5, 7]),
        (4, [3, 1], ("weight", "id"), [50, 7, 0]),
    ],
)
def test_columns_by_name_and_number(
    target: str | int | None,
    features: list[str | int] | None,
    names: tuple[str, ...],
    first: list[float],
) -> None:
    dataset = parse_csv(HEADED, "own", target, features)
    assert dataset.features == names
    assert table(dataset)[0] == first


def test_a_name_goes_before_a_number() -> None:
    dataset = parse_csv(b"x,y,2,1\n5,0,6,7\n", "own", "1", ["2", "x"])
    assert dataset.features == ("2", "x")
    assert table(dataset) == [[6, 5, 7]]


def test_text_in_columns_that_are_not_asked_for_is_no_matter() -> None:
    dataset = parse_csv(b"name,a,b\nAda,1,2\nBob,4,3\n", "own", feature_columns=["a"])
    assert table(dataset) == [[1, 2], [4, 3]]


def test_a_decimal_comma_far_down_the_file() -> None:
    text = "1;2\n" * 30_000 + "3;4,5\n"
    dataset = parse_csv(text.encode(), "own")
    assert table(dataset)[-1] == [3, 4.5]
    assert dataset.n_samples == 30_001


def test_many_rows_and_columns_come_out_in_order() -> None:
    expected = np.random.default_rng(3).normal(size=(3000, 100))
    text = "\n".join(",".join(map(repr, row)) for row in expected.tolist())
    dataset = parse_csv(text.encode(), "own")
    assert np.array_equal(np.hstack([dataset.inputs, dataset.targets]), expected)


def test_some_of_20_000_columns() -> None:
    text = ",".join(map(str, range(20_000))) + "\n"
    dataset = parse_csv(text.encode() * 3, "own", feature_columns=[1, 15_001])
    assert table(dataset) == [[0, 15_000, 19_999]] * 3


def test_a_file_is_called_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "my \x1b[31mdata.csv"
    path.write_bytes(HEADED)
    dataset = read_csv(
        path, target_column="sex", feature_columns=["height"], classes=True, one_hot=True
    )
    assert dataset.name == "my [31mdata"
    assert dataset.targets.tolist() == [[1, 0], [0, 1], [1, 0]]

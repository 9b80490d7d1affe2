"""CSV files that cannot be read: one clear line each, with row and column."""

import os
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.datasets import parse_csv, read_csv, targets
from engine.datasets.csv import columns, reader, surveyed_table

REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "the file has no rows"),
    "a byte order mark only": (b"\xef\xbb\xbf", "the file has no rows"),
    "blank rows only": (b"\n \n,,\n", "the file has no rows"),
    "a heading only": (b"a,b\n\n", "the file has no rows of data after its heading"),
    "one column": (b"1\n2\n", "row 1 has only one column; expected at least two"),
    "a short row": (
        b"1,2,3\n4,5\n",
        "row 2, column 3: the row has 2 cells, expected 3 as in the first row",
    ),
    "a long row": (
        b"a,b\n1,2\n3,4,5\n",
        "row 3, column 3: the row has 3 cells, expected 2 as in the first row",
    ),
    "a short row among many": (
        b"1,2\n" * 70_000 + b"1",
        "row 70001, column 2: the row has 1 cells, expected 2 as in the first row",
    ),
    "a missing number": (b"a,b\n1,2\n,3\n", "row 3, column 1 (a): the cell is empty"),
    "a blank number": (b"1,2\n3,  \n", "row 2, column 2: the cell is empty; expected a number"),
    "a missing class": (b"1,ham\n2,spam\n3,\n", "row 3, column 2: the cell is empty; expected a c"),
    "a class of nothing printable": (
        "1,ham\n2,spam\n3,\u202e\n".encode(),
        "row 3, column 2: the cell is empty",
    ),
    "text in a number column": (
        b"a,b\n1,2\n\n3,foo\n4,5\n",
        "row 4, column 2 (b): 'foo' is text; expected a number",
    ),
    "text in the first row": (b"1,x,3\n4,5,6\n7,8,9\n", "row 1, column 2: 'x' is text"),
    "text in a quoted row": (
        b'1,2\n3,4\n5,"on two\nlines"\n',
        "row 3, column 2: 'on two lines' is text",
    ),
    "a row after one of two lines": (
        b'a,"b\nc"\n1,2\n3,?\n',
        "row 3, column 2 (b c): '?' stands for no value; expected a number",
    ),
    "all text": (
        b"a,b\nc,d\ne,f\n",
        "no inputs are left: column 1 (a) holds another text in every row",
    ),
    "nan": (b"1,2\n3,NaN\n", "row 2, column 2: 'NaN' stands for no value; expected a number"),
    "inf": (b"1,2\n-inf,2\n", "row 2, column 1: '-inf' is too large or infinite"),
    "overflow": (b"1,2\n1,1e999\n", "row 2, column 2: '1e999' is too large or infinite"),
    "an underscore": (b"1,2\n1_000,3\n", "row 2, column 1: '1_000' is text"),
    "a percent sign": (b"1,2\n3,4%\n", "row 2, column 2: '4%' is text"),
    "comma and point": (
        b"1,5;2\n1.25;3\n0,5;4\n",
        "row 2, column 1: '1.25' has a decimal point, but other numbers of the column have a comma",
    ),
    "point and comma": (
        b'1.5,2\n"1,25",3\n0.5,4\n',
        "row 2, column 1: '1,25' has a decimal comma; expected a decimal point",
    ),
    "groups that are not of three": (b"1.234,5;2\n1.23.4;3\n", "row 2, column 1: '1.23.4' is text"),
    "a long text": (b"1,2\n3," + b"y" * 99_000, "row 2, column 2: '" + "y" * 39 + "…' is text"),
    "a text with an escape": (b"1,2\n3,\x1b[31mred\n", "row 2, column 2: the cell holds a control"),
    "a text with a C1 escape": ("1,2\n3,\x9b31m\n".encode(), "row 2, column 2: '31m' is text"),
    "NUL": (
        b"a,b\n1,2\n3,\x004\n",
        "row 3, column 2: the cell holds a control character (byte 0x00); a CSV file is text",
    ),
    "UTF-16 without its mark": (
        "1,2\n3,4\n".encode("utf-16-le"),
        "row 1, column 1: the cell holds a control character (byte 0x00)",
    ),
    "UTF-16 cut off": (
        "\ufeff1,2\n3,4".encode("utf-16-le") + b"5",
        "row 2: the file begins as UTF-16, and byte 17 is not: truncated data",
    ),
    "a lone surrogate": (
        b"\xff\xfe1\x00,\x00\x00\xd8,\x00",
        "row 1: the file begins as UTF-16, and byte 7 is not: illegal",
    ),
    "a picture": (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00",
        "row 2, column 1: the cell holds a control character (byte 0x1a)",
    ),
    "a quote not closed": (
        b'1,2\n3,"4\n5,6\n',
        "row 2: a cell begins with a quotation mark that is not closed",
    ),
    "a quote that closes early": (
        b'1,2\n3,"4"5\n',
        "row 2: text follows the quotation mark that closes a cell",
    ),
    "a cell without end": (
        b'1,2\n3,"' + b"y" * 200_000,
        "row 2: a cell has more than 131,072 characters; is a quote not closed?",
    ),
    "a single class": (
        b"a,b\n1,ham\n2,ham\n",
        "column 2 (b), the target, is 'ham' in every row; expected at least two classes",
    ),
    "a name in every row": (
        b"".join(b"%d,n%d\n" % (row, row) for row in range(1500)),
        "row 1001, column 2: more than 1,000 different texts; is this column the target?",
    ),
    "20,000 columns": (
        b",".join([b"1"] * 20_000),
        "row 1 has 19,999 columns of features, up to column 19,999; at most 10,000 are read",
    ),
}


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED)
def test_one_line_that_says_what_and_where(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}") as error:
        parse_csv(data, "own")
    message = str(error.value)
    assert len(message) < 200
    assert message.isprintable()


@pytest.mark.parametrize(
    ("target", "features", "reason"),
    [
        ("c", None, "there is no target column 'c'; did you mean"),
        (None, ["wieght"], "there is no feature column 'wieght'; did you mean 'weight'?"),
        (0, None, "there is no target column 0; they count from 1 to 4"),
        ("5", None, "there is no target column 5; they count from 1 to 4"),
        (None, [-1], "there is no feature column -1; they count from 1 to 4"),
        ("٣", None, "there is no target column '٣'"),
        ("1" * 500, None, "there is no target column '1111"),
        ("cc", None, "target column 'cc': 2 columns have that name; give a number, from 1"),
        (2, ["weight"], "column 2 is both the target and a feature"),
        (None, [1, "height"], "column 1 is a feature twice"),
        (None, [], "no feature columns; expected at least one"),
    ],
)
def test_columns_that_cannot_be_had(
    target: str | int | None, features: list[str | int] | None, reason: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}") as error:
        parse_csv(b"height,weight,cc,cc\n1,2,3,4\n", "own", target, features)
    assert len(str(error.value)) < 200


def test_a_name_where_there_is_no_heading() -> None:
    with pytest.raises(ValueError, match="'b'; the file has no heading with names"):
        parse_csv(b"1,2\n", "own", target_column="b")


def test_tasks_that_do_not_suit() -> None:
    with pytest.raises(ValueError, match="task 'guess' is unknown"):
        parse_csv(b"1,2\n", "own", network_task="guess")
    with pytest.raises(ValueError, match="row 1, column 2: 'a' is text"):
        parse_csv(b"1,a\n2,b\n", "own", classes=False)


def test_more_numbers_than_memory_is_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "MAX_NUMBERS", 10)
    monkeypatch.setattr(surveyed_table, "MAX_NUMBERS", 10)
    monkeypatch.setattr(targets, "MAX_NUMBERS", 10)
    assert parse_csv(b"1,2,3\n" * 5, "own").n_samples == 5
    with pytest.raises(ValueError, match="row 7: more than 10 numbers"):
        parse_csv(b"a,b,c\n" + b"1,2,3\n" * 6, "own")
    with pytest.raises(ValueError, match="4 rows of 3 classes are too many"):
        parse_csv(b"1,a\n2,b\n3,c\n4,a\n", "own")


def test_what_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="is a folder, not a file"):
        read_csv(tmp_path)
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(ValueError, match="is a pipe, not a file"):
        read_csv(tmp_path / "pipe.csv")
    with pytest.raises(FileNotFoundError):
        read_csv(tmp_path / "absent.csv")
    (tmp_path / "large.csv").write_bytes(b"1,2\n" * 100)
    monkeypatch.setattr(reader, "MAX_BYTES", 399)
    with pytest.raises(ValueError, match="a file of this kind has at most"):
        read_csv(tmp_path / "large.csv")


PIECES = [
    *("1", "2.5", "-3e4", "0", "1,5", "nan", "inf", "1e999", "a", "ham", "x1", "ä", "%", "_"),
    *("", " ", ",", ";", "\t", "\n", "\r\n", '"', '""'),
    *("\x00", "\x1b", "\x85", "\u2028", "\u202e", "\ufeff"),
]
ENCODINGS = ["utf-8", "utf-16", "utf-16-le", "utf-32", "latin-1"]


def check_read_or_refused(data: bytes) -> None:
    refusal = None
    try:
        dataset = parse_csv(data, "own")
    except ValueError as error:
        refusal = str(error)
    if refusal is not None:
        assert refusal.isprintable()
        assert len(refusal) < 300
        return
    assert np.isfinite(dataset.inputs).all()
    assert np.isfinite(dataset.targets).all()
    assert all(name.isprintable() for name in (*dataset.features, *(dataset.classes or ())))


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.sampled_from(ENCODINGS))
def test_whatever_looks_like_csv_is_read_or_refused(text: str, encoding: str) -> None:
    check_read_or_refused(text.encode(encoding, "replace"))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    check_read_or_refused(data)

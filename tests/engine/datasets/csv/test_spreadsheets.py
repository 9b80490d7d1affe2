"""CSV files as spreadsheets and people write them: what is read, left out, and said about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.datasets import Dataset, FeatureColumn, Preparation, parse_csv


def read(text: str, **options: Any) -> Dataset:
    return parse_csv(text.encode(), "own", **options)


def table(dataset: Dataset) -> list[list[float]]:
    rows: list[list[float]] = np.hstack([dataset.inputs, dataset.targets]).tolist()
    return rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('a,b\n1,"1,978"\n2,"543"\n', [[1, 1978], [2, 543]]),
        ('a,b\n1,"1,204,500.5"\n2,"-3,000"\n', [[1, 1204500.5], [2, -3000]]),
        ("a,b\n1,64'704\n2,1'323.56\n", [[1, 64704], [2, 1323.56]]),
        ("a,b\n1,64’704\n2,12\n", [[1, 64704], [2, 12]]),
        ("a;b\n1;1.234,5\n2;7\n", [[1, 1234.5], [2, 7]]),
        ("a;b\n1;1.234.567\n2;1,5\n", [[1, 1234567], [2, 1.5]]),
        ("a;b\n1;1 234,5\n2;7\n", [[1, 1234.5], [2, 7]]),
        ("a;b\n1;1\xa0234\n2;7\n", [[1, 1234], [2, 7]]),
        ("a;b\n1;1\u202f234 567,25\n2;7\n", [[1, 1234567.25], [2, 7]]),
        # The other columns tell what a column alone leaves open.
        ("a;b\n1,5;1.234\n2;2.500\n", [[1.5, 1234], [2, 2500]]),
        ("a;b\n1.5;1,234\n2;2,500\n", [[1.5, 1234], [2, 2500]]),
        ("a;b\n1.5;1.234\n2;2.500\n", [[1.5, 1.234], [2, 2.5]]),
        ("a;b\n1,5;1,234\n2;2,500\n", [[1.5, 1.234], [2, 2.5]]),
        # The column itself does.
        ("a;b\n1;1,234\n2;0,500\n", [[1, 1.234], [2, 0.5]]),
        ("a;b\n1;1.234\n2;2.5\n", [[1, 1.234], [2, 2.5]]),
        ("a;b\n1;1.234\n2;1,5\n", [[1, 1234], [2, 1.5]]),
        ('"1,5",2\n"3,25",4\n', [[1.5, 2], [3.25, 4]]),
        ("1,5;2.5\n3,25;4\n", [[1.5, 2.5], [3.25, 4]]),
        ("a\tb\n1\t1.234,5\n2\t3\n", [[1, 1234.5], [2, 3]]),
    ],
)
def test_marks_between_thousands_and_decimals(text: str, rows: list[list[float]]) -> None:
    dataset = read(text, classes=False)
    assert table(dataset) == rows
    assert dataset.notes == ()


def test_a_number_that_could_be_two_is_read_as_the_plainer_one_and_told() -> None:
    dataset = read("a;b\n1;1.234\n2;2.500\n")
    assert table(dataset) == [[1, 1.234], [2, 2.5]]
    note = "column 2 (b): 1.234 was read as 1.234; it could also be 1234: --decimal , reads it so"
    assert dataset.notes == (note,)
    assert table(read("a;b\n1;1.234\n2;2.500\n", decimal=",")) == [[1, 1234], [2, 2500]]
    told = read("a;b\n1;1.234\n2;2.500\n", decimal=".")
    assert (table(told), told.notes) == ([[1, 1.234], [2, 2.5]], ())
    comma = read("a;b\n1;1,234\n2;2,500\n")
    assert table(comma) == [[1, 1.234], [2, 2.5]]
    assert "could also be 1234" in comma.notes[0]


numbers = st.integers(-(10**9), 10**9)


@given(
    st.lists(st.tuples(numbers, st.integers(0, 99)), min_size=1, max_size=6),
    st.sampled_from([(",", "."), (".", ","), ("'", "."), (" ", ","), ("\u202f", ","), ("", ",")]),
)
def test_what_a_spreadsheet_writes_is_read_back(
    values: list[tuple[int, int]], marks: tuple[str, str]
) -> None:
    thousands, decimal = marks
    cells = [
        f"{whole:,}".replace(",", thousands) + f"{decimal}{hundredths:02}"
        for whole, hundredths in values
    ]
    text = "".join(f"{row};{cell}\n" for row, cell in enumerate(cells))
    expected = [float(f"{whole}.{hundredths:02}") for whole, hundredths in values]
    assert read(text, classes=False).targets[:, 0].tolist() == expected


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;", "sep=|", "sep=\t", "sep=;;"])
def test_a_first_line_that_names_the_delimiter_is_no_row(first: str) -> None:
    mark = first.strip('";')[-1] if "|" in first or "\t" in first else ";"
    text = f"{first}\na;b;c\n1;2;3\n4;5;x\n".replace(";", mark) if mark != ";" else None
    text = text or f"{first}\na;b;c\n1;2;3\n4;5;x\n"
    with pytest.raises(ValueError, match=r"row 4, column 3 \(c\): 'x' is text"):
        read(text)
    dataset = read(text.replace("x", "6"))
    assert (dataset.features, table(dataset)) == (("a", "b"), [[1, 2, 3], [4, 5, 6]])


@pytest.mark.parametrize(
    ("heading", "cells", "name"),
    [
        ("", lambda k: k, "column 1"),
        ("id", lambda k: k + 1, "column 1 (id)"),
        ("ID", lambda k: 900 - 7 * k, "column 1 (ID)"),
        ("Unnamed: 0", lambda k: k, "column 1 (Unnamed: 0)"),
        ("PassengerId", lambda k: k + 1, "column 1 (PassengerId)"),
        ("patient_id", lambda k: 17 * k + 3, "column 1 (patient_id)"),
        ("rownames", lambda k: k + 1, "column 1 (rownames)"),
        ("index", lambda k: (k * 5) % 7, "column 1 (index)"),
        ("Nr.", lambda k: k + 1, "column 1 (Nr.)"),
        ("Lfd. Nr.", lambda k: k + 1, "column 1 (Lfd. Nr.)"),
        ("X", lambda k: k + 1, "column 1 (X)"),
    ],
)
def test_columns_that_number_the_rows_are_left_out(
    heading: str, cells: Callable[[int], int], name: str
) -> None:
    rows = "".join(f"{cells(k)},{k % 3}.5,{k % 2}.25,{k % 4}\n" for k in range(7))
    dataset = read(f"{heading},a,b,y\n{rows}")
    assert dataset.features == ("a", "b")
    assert dataset.notes == (f"left out: {name} numbers the rows",)
    assert dataset.preparation == Preparation((FeatureColumn("a"), FeatureColumn("b")), ("y",))
    named = read(f"{heading},a,b,y\n{rows}", feature_columns=[1, "a", "b"])
    assert named.inputs[:, 0].tolist() == [cells(k) for k in range(7)]
    assert named.notes == ()


@pytest.mark.parametrize(
    "text",
    [
        # Another name, another number, a repeated one, the only feature.
        "day,a,y\n1,5,2\n2,6,3\n3,5,4\n",
        "id,a,y\n1,5,2\n1,6,3\n2,5,4\n",
        "id,a,y\n1.5,5,2\n2,6,3\n3,5,4\n",
        "1,5,2\n2,6,3\n3,5,4\n",
        "x,a,y\n1,5,2\n2,6,3\n3,5,4\n",
    ],
)
def test_columns_that_only_look_like_row_numbers_stay(text: str) -> None:
    dataset = read(text)
    assert dataset.inputs.shape == (3, 2)
    assert dataset.notes == ()
    assert read("id,y\n1,5\n2,6\n").inputs[:, 0].tolist() == [1, 2]


def test_row_numbers_without_any_heading() -> None:
    rows = "".join(f"{k},{k % 3}.5,{k % 4}\n" for k in range(1, 13))
    dataset = read(rows)
    assert dataset.inputs[:, 0].tolist() == [k % 3 + 0.5 for k in range(1, 13)]
    assert dataset.notes == ("left out: column 1 numbers the rows",)


@pytest.mark.parametrize(
    "days",
    [
        ["2026-03-01", "2026-03-02", "2026-03-02"],
        ["01.03.2026", "02.03.2026", "28.02.2026"],
        ["3/1/2026", "3/2/2026", "3/2/26"],
        ["2026-03-01 10:00", "2026-03-01T11:30:00Z", "2026-03-01 12:00:00.5+01:00"],
        ["1-Mar-2026", "2. März 2026", "Mar 3, 2026"],
        ["10:00", "11:30:15", "1:15 PM"],
        ["2026-03", "2026/04", "2026-05"],
    ],
)
def test_dates_and_times_are_left_out(days: list[str]) -> None:
    text = "when;a;y\n" + "".join(f"{day};{k}.5;{k}\n" for k, day in enumerate(days))
    dataset = read(text)
    assert dataset.features == ("a",)
    assert dataset.notes == ("left out: column 1 (when) holds dates or times",)
    with pytest.raises(ValueError, match=r"column 1 \(when\) holds dates or times; it cannot be"):
        read(text, feature_columns=["when", "a"])


def test_days_written_as_numbers_are_left_out_under_such_a_name() -> None:
    rows = "20260301,1,5\n20260302,2,6\n"
    assert read(f"date,a,y\n{rows}").notes == ("left out: column 1 (date) holds dates",)
    assert read(f"parts,a,y\n{rows}").features == ("parts", "a")


def test_texts_become_inputs_of_0_and_1_in_their_place() -> None:
    dataset = read("w,colour,s,y\n6,red,40,1.5\n3,blue,34,2.5\n6,green,33,3\n7,blue,12,4\n")
    assert dataset.features == ("w", "colour=blue", "colour=green", "colour=red", "s")
    assert dataset.inputs.tolist() == [
        [6, 0, 0, 1, 40],
        [3, 1, 0, 0, 34],
        [6, 0, 1, 0, 33],
        [7, 1, 0, 0, 12],
    ]
    words = "column 2 (colour): an input of 0 and 1 for each of blue, green, red"
    assert dataset.notes == (words,)
    assert dataset.preparation == Preparation(
        (FeatureColumn("w"), FeatureColumn("colour", ("blue", "green", "red")), FeatureColumn("s")),
        ("y",),
        decimal=".",
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [("no", "yes"), ("nein", "ja"), ("n", "j"), ("False", "True"), ("female", "male"), ("A", "b")],
)
def test_two_texts_become_one_input(first: str, second: str) -> None:
    rows = f"{second},1\n{first},2\n{first},3\n{second},4\n"
    dataset = read(f"smokes,y\n{rows}")
    assert dataset.inputs[:, 0].tolist() == [1, 0, 0, 1]
    assert dataset.features == (f"smokes={second}",)
    assert dataset.notes == (f"column 1 (smokes): {first} is read as 0, {second} as 1",)


def test_texts_that_are_no_feature_are_left_out() -> None:
    many = "".join(f"city {k % 21},{k},{k}.5\n" for k in range(42))
    assert read(f"c,a,y\n{many}").notes == (
        "left out: column 1 (c) holds more than 20 different texts",
    )
    rows = "Ada,same,1,2,\nBob,same,4,3,\nCy,same,5,3,\n"
    dataset = read(f"name,kind,a,y,\n{rows}")
    assert (dataset.features, dataset.target) == (("a",), "y")
    assert dataset.notes == (
        "left out: column 1 (name) holds another text in every row",
        "left out: column 2 (kind) holds the same text in every row",
    )


GAPS = "a,b,c,y\n1,2,red,1\n,4,blue,2\n3,NA,red,3\n5,6,,4\n7,8,red,\n9,10,red,6\n"


def test_all_gaps_are_one_report() -> None:
    with pytest.raises(ValueError, match="row 3") as error:
        read(GAPS)
    assert str(error.value) == (
        "row 3, column 1 (a): the cell is empty; expected a number (in all: a 1 empty, b 1 empty, "
        "c 1 empty, y 1 empty); --missing drop leaves such rows out, --missing fill fills the cells"
    )
    with pytest.raises(ValueError, match="row 2") as error:
        read("a,b,y\n1,x,2\n,3,4\n5,4,6\ny,5,8\n9,z,8\n1,7,8\n")
    assert str(error.value) == (
        "row 2, column 2 (b): 'x' is text; expected a number (in all: a 1 empty and 1 not a number,"
        " b 2 not a number); --missing drop leaves such rows out, --missing fill fills the cells; "
        "--empty x takes it as an empty cell"
    )


def test_rows_with_gaps_are_left_out_and_counted() -> None:
    dataset = read(GAPS.replace("9,10,red", "9,10,blue"), missing="drop")
    assert table(dataset) == [[1, 2, 1, 1], [9, 10, 0, 6]]
    assert dataset.notes[0] == "4 of 6 rows left out: 4 cells empty or NA"
    assert dataset.preparation is not None
    assert dataset.preparation.missing == "drop"


def test_gaps_are_filled_with_the_mean_or_the_commonest() -> None:
    dataset = read(GAPS, missing="fill")
    assert table(dataset) == [
        [1, 2, 1, 1],
        [4.5, 4, 0, 2],
        [3, 5.5, 1, 3],
        [5, 6, 1, 4],
        [9, 10, 1, 6],
    ]
    assert dataset.notes[:2] == (
        "1 of 6 rows left out: 1 cell empty or NA",
        "3 empty cells filled with the mean or the commonest text of the column",
    )
    assert dataset.preparation == Preparation(
        (
            FeatureColumn("a", None, 4.5),
            FeatureColumn("b", None, 5.5),
            FeatureColumn("c", ("blue", "red"), "red"),
        ),
        ("y",),
        "fill",
        None,
    )
    empty = read("a,b,y\n,,1\n,2,2\n", missing="fill")
    assert (empty.features, empty.notes[-1]) == (("b",), "left out: column 1 (a) is empty")
    with pytest.raises(ValueError, match="all 2 rows have an empty cell; none is left"):
        read("a,b,y\n,1,1\n2,,2\n", missing="drop")


@pytest.mark.parametrize(
    "gap", ["", " ", "NA", "N/A", "nan", "NaN", "NULL", "null", "None", "?", "-", "#N/A", "#NV"]
)
def test_whatever_stands_for_no_value_is_a_gap(gap: str) -> None:
    dataset = read(f"a,b,y\n1,2,3\n4,{gap},6\n7,8,9\n", missing="drop")
    assert table(dataset) == [[1, 2, 3], [7, 8, 9]]


def test_new_rows_are_read_as_the_first_file_was() -> None:
    first = read(
        "id;colour;size;day;price\n1;red;1,5;1.1.2026;1.234\n2;blue;;2.1.2026;2.500\n"
        "3;green;2,5;3.1.2026;3.125\n4;red;3,5;4.1.2026;4.000\n",
        missing="fill",
    )
    assert first.preparation == Preparation(
        (FeatureColumn("colour", ("blue", "green", "red")), FeatureColumn("size", None, 2.5)),
        ("price",),
        "fill",
        ",",
    )
    new = read("price;size;other;colour\n1.000;;x;blue\n", prepared=first.preparation)
    assert new.inputs.tolist() == [[1, 0, 0, 2.5]]
    assert new.targets.tolist() == [[1000]]
    assert new.features == first.features
    with pytest.raises(
        ValueError, match=r"row 2, column 2 \(colour\): 'pink' is none of the texts"
    ):
        read("size;colour;price\n1;pink;3\n", prepared=first.preparation)
    with pytest.raises(ValueError, match="there is no feature column 'size'"):
        read("colour;price\nred;3\n", prepared=first.preparation)


def test_several_targets() -> None:
    text = "a,b,north,east\n1,2,3.5,4\n5,6,7,8\n"
    both = read(text, target_column="north,east")
    assert both.features == ("a", "b")
    assert both.targets.tolist() == [[3.5, 4], [7, 8]]
    assert (both.task, both.target) == ("regression", "north, east")
    turned = read(text, target_column=["east", 3])
    assert turned.targets.tolist() == [[4, 3.5], [8, 7]]
    assert read('a,"north,east"\n1,2\n', target_column="north,east").target == "north,east"
    for wanted, reason in (
        ("north,north", "column 3 is a target twice"),
        ("north,soth", "there is no target column 'soth'"),
        (",", "no target column"),
    ):
        with pytest.raises(ValueError, match=reason):
            read(text, target_column=wanted)


ONE_HOT = "a,cat,dog,fox\n1,1,0,0\n2,0,0,1\n3,0,1,0\n4,0,1,0\n"


def test_one_hot_targets_are_classes() -> None:
    for options in ({"target_column": "cat,dog,fox"}, {}):
        dataset = read(ONE_HOT, **options)
        assert (dataset.task, dataset.classes) == ("multiclass", ("cat", "dog", "fox"))
        assert dataset.features == ("a",)
        assert dataset.targets.tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 0]]
    assert "all are the target" in read(ONE_HOT).notes[0]
    alone = read(ONE_HOT, target_column="fox")
    assert alone.features == ("a", "cat", "dog")
    known = read(ONE_HOT, target_column="cat,dog,fox", known=("fox", "cat", "dog"))
    assert known.targets[0].tolist() == [0, 1, 0]
    assert read(ONE_HOT, target_column="dog,fox").task == "binary"
    numbers = read(ONE_HOT, target_column="cat,dog,fox", classes=False)
    assert (numbers.task, numbers.classes) == ("regression", None)
    with pytest.raises(ValueError, match="other numbers than 0 and 1"):
        read(ONE_HOT.replace("4,0,1,0", "4,0,2,0"), target_column="dog,fox", classes=True)


def test_columns_of_0_and_1_that_are_not_one_hot_stay_features() -> None:
    assert read("a,p,q,y\n1,1,0,0\n2,1,0,1\n3,0,1,0\n").features == ("a", "p", "q")
    assert read("p,q,y\n1,0,0\n0,0,1\n0,1,0\n").features == ("p", "q")


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("1990,1991,1992\n5,6,7\n8,9,10\n", ("1990", "1991")),
        ("1990,2000,y\n5,6,7\n8,9,10\n", ("1990", "2000")),
        ("2020;2021\n1,5;2\n2,5;3\n", ("2020",)),
        ("1990,1991,1992\n1993,1994,1995\n", ("x1", "x2")),
        ("2000,3,180\n1500,2,150\n", ("x1", "x2")),
        ("1950,1990\n150,30\n", ("x1",)),
    ],
)
def test_years_above_other_numbers_are_a_heading(text: str, features: tuple[str, ...]) -> None:
    assert read(text).features == features

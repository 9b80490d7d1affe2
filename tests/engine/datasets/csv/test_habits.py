"""CSV files as spreadsheets, libraries and people write them, with the numbers that are meant."""

import gzip

import numpy as np
import pytest

from engine.datasets import Dataset, parse_csv
from engine.datasets.csv.numbers import undress


def read(text: str | bytes, **options: object) -> Dataset:
    data = text.encode() if isinstance(text, str) else text
    return parse_csv(data, "own", **options)  # type: ignore[arg-type]  # options by name, of several types


def rows(dataset: Dataset) -> list[list[float]]:
    """Inputs and targets side by side."""
    table: list[list[float]] = np.hstack([dataset.inputs, dataset.targets]).tolist()
    return table


# Each with the table meant, the last column being the target, a number.
TABLES: dict[str, tuple[str, list[list[float]]]] = {
    "French, with narrow spaces": (
        "surface;loyer;prix\n12,5;1\u202f234,50;100\u202f000\n8;980;90\u202f000\n"
        "9,5;12\u2009000;1\u2009250\u2009000\n",
        [[12.5, 1234.5, 100_000], [8, 980, 90_000], [9.5, 12_000, 1_250_000]],
    ),
    "Indian groups": (
        'area,price\n1200,"1,25,00,000"\n800,"85,00,000.50"\n1500,"2,10,50,000"\n',
        [[1200, 12_500_000], [800, 8_500_000.5], [1500, 21_050_000]],
    ),
    "Swiss, with a typographic mark": (
        "a;b;y\n1’234.50;2;3.5\n12’000.00;3;4\n999.95;4;5\n",
        [[1234.5, 2, 3.5], [12_000, 3, 4], [999.95, 4, 5]],
    ),
    "quoted decimal commas between commas": (
        'a,b,y\n"1,5","2,250","0,5"\n"2,5","3,500","1,5"\n"3,75","4,125",2\n',
        [[1.5, 2.25, 0.5], [2.5, 3.5, 1.5], [3.75, 4.125, 2]],
    ),
    "dollars and percent": (
        'price,rate,y\n"$1,200.00",12%,3\n$950.50,7.5%,4\n"-$2,000,000.00",100%,5\n',
        [[1200, 12, 3], [950.5, 7.5, 4], [-2_000_000, 100, 5]],
    ),
    "euros behind, in German": (
        "Fläche;Miete;y\n50;1.200,00 €;3\n60;950,50 €;4\n70;2.000,00 €;5\n",
        [[50, 1200, 3], [60, 950.5, 4], [70, 2000, 5]],
    ),
    "units": (
        "height,weight,y\n180 cm,80kg,3\n165 cm,55kg,4\n172 cm,70kg,5\n",
        [[180, 80, 3], [165, 55, 4], [172, 70, 5]],
    ),
    "a target in percent": ("a,y\n1,12%\n2,7.5%\n3,100%\n", [[1, 12], [2, 7.5], [3, 100]]),
    "brackets, and minus signs of other kinds": (
        'a,b,c,y\n"(1,200)",1200-,−1.5,3\n(50),50-,−2,4\n700,700,+7,5\n',
        [[-1200, -1200, -1.5, 3], [-50, -50, -2, 4], [700, 700, 7, 5]],
    ),
    "powers": (
        "a;b;c;y\n1,5E+03;1,5D+03;1,5×10^3;3\n2,25E-01;2,25D-01;2,25×10^-1;4\n",
        [[1500, 1500, 1500, 3], [0.225, 0.225, 0.225, 4]],
    ),
    "numbers as Excel keeps them texts": ('a,b,y\n="1",2,3\n="5",6,7\n', [[1, 2, 3], [5, 6, 7]]),
    "bars": ("a|b|y\n1.5|2|3\n4|5|7\n", [[1.5, 2, 3], [4, 5, 7]]),
    "spaces before quotation marks": (
        'a, "b", y\n1, "2", "3"\n4, "5", "7"\n',
        [[1, 2, 3], [4, 5, 7]],
    ),
    "spaces and a tab": ("1.5  2 \t3\n4    5\t7\n", [[1.5, 2, 3], [4, 5, 7]]),
    "comments above": (
        "# made by me, on Tuesday\n# in Bonn\na,b,y\n1,2,3\n4,5,7\n",
        [[1, 2, 3], [4, 5, 7]],
    ),
    "a heading behind a mark": ("% a b y\n1 2 3\n4 5 7\n", [[1, 2, 3], [4, 5, 7]]),
    "a title": (
        "Messung vom 3.4.2021\nGerät: X12\n\na;b;y\n1;2,5;3\n4;5;7\n",
        [[1, 2.5, 3], [4, 5, 7]],
    ),
    "dates and names above the heading": (
        "Name;Meier\nDate;3.4.2021\nTemp;Druck;Ziel\n1,5;2;3\n4;5;7\n",
        [[1.5, 2, 3], [4, 5, 7]],
    ),
    "a remark of two cells below": ("a,b,y\n1,2,3\n4,5,7\nMe, Inc.\n", [[1, 2, 3], [4, 5, 7]]),
    "accounting": ('a,b,y\n1," $1,200.50 ",3\n2,$(5.00),4\n', [[1, 1200.5, 3], [2, -5, 4]]),
    "a title in a spreadsheet": ("Report,,\n,,\na,b,y\n1,2,3\n4,5,7\n", [[1, 2, 3], [4, 5, 7]]),
    "units below the heading": ("a,b,y\n°C,m,kg\n1,2,3\n4,5,7\n", [[1, 2, 3], [4, 5, 7]]),
    "a total below": ("a,b,y\n1,2,3\n4,5,7\nTotal:,7,10\n", [[1, 2, 3], [4, 5, 7]]),
    "a remark below": ("a,b,y\n1,2,3\n4,5,7\n\nSource: me\n", [[1, 2, 3], [4, 5, 7]]),
    "commas behind the rows": ("a,b,y\n1,2,3,\n4,5,7,\n", [[1, 2, 3], [4, 5, 7]]),
    "R, without a name for the rows": (
        '"a" "b" "y"\n"1" 1.5 2 3\n"2" 4 5 7\n',
        [[1.5, 2, 3], [4, 5, 7]],
    ),
    "R, with texts for the rows": (
        'a,b,y\n"Mazda RX4",1.5,2,3\n"Valiant",4,5,7\n',
        [[1.5, 2, 3], [4, 5, 7]],
    ),
    "a table made twice by pandas": (
        "Unnamed: 0.1,Unnamed: 0,a,y\n0,0,1.5,3\n1,1,4,7\n2,2,6,8\n",
        [[1.5, 3], [4, 7], [6, 8]],
    ),
    "columns counted by pandas": ("0,1,2\n1.5,2.5,3\n4.5,5.5,7\n", [[1.5, 2.5, 3], [4.5, 5.5, 7]]),
    "columns counted behind an index": (",0,1,y\n0,1.5,2,3\n1,4,5,7\n", [[1.5, 2, 3], [4, 5, 7]]),
    "days and times as numbers": (
        "Date,unix_time,a,y\n45322,1706659200,1,3\n45323,1706745600,2,4.5\n",
        [[1, 3], [2, 4.5]],
    ),
    "a byte that ends texts": ("a,b,y\r\n1,2,3\r\n4,5,7\r\n\x1a", [[1, 2, 3], [4, 5, 7]]),
}


@pytest.mark.parametrize(("text", "meant"), TABLES.values(), ids=TABLES)
def test_the_numbers_that_are_meant(text: str, meant: list[list[float]]) -> None:
    assert rows(read(text)) == meant


@pytest.mark.parametrize(
    "text",
    ["class 1", "A1", "20-30", "31.01.2024", "10:30", "5+", "<5", "0x1F", "-(5)", "--5", "1:0", ""],
)
def test_what_is_no_number_with_a_unit(text: str) -> None:
    assert undress(text) is None


def test_numbers_of_two_units_are_no_numbers() -> None:
    dataset = read("a,height,y\n1,180 cm,3\n2,1.65 m,4\n3,172 cm,5\n")
    assert dataset.features == ("a",)
    assert dataset.notes == ("left out: column 2 (height) holds another text in every row",)
    assert read("a,y\n1,1st\n2,2nd\n3,1st\n").classes == ("1st", "2nd")


def test_what_was_taken_off_is_told_and_kept() -> None:
    dataset = read("a,b,y\n80 kg,(50),3\n70 kg,60,4\n90 kg,70,5\n")
    assert dataset.notes == (
        "column 1 (a): 80 kg is read as 80",
        "column 2 (b): (50) is read as -50",
    )
    assert dataset.preparation is not None
    again = read("b,a\n1,55 kg\n2,60\n", prepared=dataset.preparation, inputs=dataset.features)
    assert again.inputs.tolist() == [[55, 1], [60, 2]]
    with pytest.raises(ValueError, match=r"row 2, column 2 .*'9 lb' has another unit than kg"):
        read("b,a\n1,9 lb\n", prepared=dataset.preparation, inputs=dataset.features)


def test_lines_beside_the_table_are_told_and_counted() -> None:
    dataset = read("# one\n# two\na,b,y\n1,2,3\n4,5,7\nTotal,5,10\n")
    assert dataset.notes == (
        "left out: '# one' and 1 more above the table",
        "left out: 'Total,5,10' below the table",
    )
    with pytest.raises(ValueError, match="row 5, column 2"):
        read("# one\n# two\na,b,y\n1,2,3\n4,x,7\n8,9,1\n")


def test_rows_of_texts_without_a_heading() -> None:
    dataset = read("p,x,s\ne,x,y\np,b,s\ne,b,y\n", classes=None)
    assert (dataset.n_samples, dataset.classes) == (4, ("s", "y"))
    assert read("size,form,kind\np,x,s\ne,x,y\np,x,s\ne,b,y\n").n_samples == 4


@pytest.mark.parametrize(
    "gap",
    [
        *("n.a.", "k. A.", "<NA>", "-nan", "NaT", "(null)", "—", "...", "#DIV/0!", "#WERT!"),
        *("#NAME?", "unknown", "Missing", "not available", "tbd", "*", "1.#QNAN"),
    ],
)
def test_cells_without_a_number(gap: str) -> None:
    text = f"a,b,y\n1,2,3\n4,{gap},7\n6,7,8\n9,1,2\n"
    assert rows(read(text, missing="drop")) == [[1, 2, 3], [6, 7, 8], [9, 1, 2]]
    with pytest.raises(ValueError, match=r"row 3, column 2 .* stands for no value"):
        read(text)


def test_unknown_is_a_kind_of_its_own_among_texts() -> None:
    dataset = read("a,job,y\n1,cook,3\n2,unknown,4\n3,cook,5\n4,unknown,6\n")
    assert dataset.inputs.tolist() == [[1, 0], [2, 1], [3, 0], [4, 1]]


def test_numbers_that_stand_for_nothing_are_told_and_can_be_empty() -> None:
    text = "a,b,y\n1,20,3\n2,-999,4\n3,22,5\n4,-999,6\n"
    assert read(text).notes == (
        "column 2 (b): -999 in 2 rows is far from all others; --empty -999 takes it as an empty "
        "cell",
    )
    dropped = read(text, empty=["-999"], missing="drop")
    assert rows(dropped) == [[1, 20, 3], [3, 22, 5]]
    assert dropped.preparation is not None
    again = read("a,b,y\n7,-999,1\n8,9,2\n", prepared=dropped.preparation)
    assert again.inputs.tolist() == [[8, 9]]
    assert read("a,y\n-99,3\n-98,4\n5,5\n").notes == ()


def test_a_few_numbers_and_texts_again_and_again_are_kinds() -> None:
    dataset = read("doors,y\n" + "2,1\n3,0\n4,0\n5more,1\n" * 3)
    assert dataset.features == ("doors=2", "doors=3", "doors=4", "doors=5more")
    with pytest.raises(
        ValueError, match=r"'six' is text; .* --empty six takes it as an empty cell"
    ):
        read("a,y\n1,2\nsix,3\n7,4\n8,5\n")


def test_columns_that_may_be_the_target_are_told() -> None:
    assert read("y,a,b\n1,2.5,3\n0,1.5,2\n").notes == (
        "column 1 (y) may be what to predict; --target-column y makes it the target",
    )
    assert read("a,b,id\n1,2.5,11\n0,1.5,12\n").notes == (
        "the target, column 3 (id), only numbers the rows; --target-column names another",
    )


def test_one_hot_targets_of_true_and_false() -> None:
    dataset = read("a,cat,dog,fox\n1,True,False,False\n2,False,True,False\n3,False,False,True\n")
    assert (dataset.classes, dataset.targets.tolist()) == (
        ("cat", "dog", "fox"),
        np.eye(3).tolist(),
    )


@pytest.mark.parametrize(
    "day",
    [
        *("Mon, 31 Jan 2024", "Wednesday, January 31, 2024", "31 janvier 2024", "2024-W05"),
        *("2024/01/31 10:00:00 AM GMT+1", "2024-01-31 10:00:00.123456+00:00", "2024Q1"),
    ],
)
def test_more_dates_are_left_out(day: str) -> None:
    dataset = read(f'day,a,y\n"{day}",1,3\n"{day}",2,4\n')
    assert dataset.features == ("a",)


FOREIGN = {
    "Excel": (b"PK\x03\x04\x14\0\x06\0[Content_Types].xml", "is an Excel workbook; save the sheet"),
    "LibreOffice": (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "LibreO"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Excel workbook"),
    "Parquet": (b"PAR1\x15", "is Parquet; .*read_parquet"),
    "JSON": (b'[{"a": 1, "y": 2}]', "is JSON; .*read_json"),
    "JSON lines": (b'{"a": 1, "y": 2}\n{"a": 3, "y": 4}\n', "lines=True"),
    "ARFF": (b"% hello\n\n@RELATION x\n@attribute a numeric\n@data\n1\n", "is ARFF.*loadarff"),
    "LIBSVM": (b"+1 1:0.5 2:1.2\n-1 1:0.3 3:1e-2\n", "LIBSVM; .*load_svmlight_file"),
    "a page": (b"<!DOCTYPE html>\n<html></html>", "is a web page"),
    "Git LFS": (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
    "a pickle": (b"\x80\x04\x95\0", "is a pickle, which is never run"),
    "one array": (b"\x93NUMPY\x01\0", "holds one array"),
}


@pytest.mark.parametrize(("data", "reason"), FOREIGN.values(), ids=FOREIGN)
def test_files_of_other_kinds_are_refused_by_name(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read(data)


def test_packed_files(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(b"a,b,y\n1,2,3\n4,5,7\n")
    assert rows(read(packed)) == [[1, 2, 3], [4, 5, 7]]
    for damaged in (packed[:-9], packed[:9] + b"??" + packed[11:]):
        with pytest.raises(ValueError, match="packed by gzip"):
            read(damaged)
    monkeypatch.setattr("engine.datasets.csv.dialect.MAX_BYTES", 10)
    with pytest.raises(ValueError, match="packed by gzip"):
        read(packed)


def test_new_rows_without_targets_and_with_more_columns() -> None:
    for text in ("b,a\n2,1\n4,3\n", "b,y,a\n2,,1\n4,,3\n", "1,2\n3,4\n"):
        dataset = read(text, inputs=["a", "b"])
        assert dataset.inputs.tolist() == [[1, 2], [3, 4]]
        assert np.isnan(dataset.targets).all()
        assert dataset.describe_target() == "no targets"
    assert read("b,note,a,y\n2,7,1,5\n4,8,3,6\n", inputs=["a", "b"]).targets.tolist() == [[5], [6]]


def test_gaps_in_row_numbers_leave_no_row_out() -> None:
    dataset = read("id,a,y\n11,1.5,3\n,2.5,4\n13,,5\n14,4.5,6\n", missing="drop")
    assert rows(dataset) == [[1.5, 3], [2.5, 4], [4.5, 6]]
    assert "1 of 4 rows left out: 1 cell empty or NA" in dataset.notes


def test_names_and_notes_have_plain_spaces() -> None:
    dataset = read("a\xa0b,c,y\n+\xa05,1,x\xa0y\n+\xa06,3,z\n")
    assert dataset.features == ("a b", "c")
    assert dataset.classes == ("x y", "z")
    assert dataset.notes == ("column 1 (a b): + 5 is read as 5",)


def test_a_second_row_of_another_length_is_no_heading() -> None:
    with pytest.raises(ValueError, match="row 2, column 2: the row has 1 cells"):
        read("a,b,y\nkg\n1,2,3\n4,5,6\n")


def test_numbers_under_a_name_of_classes() -> None:
    text = "a,{}\n" + "".join(f"{k}.5,{k % 3 + 1}\n" for k in range(9))
    named = read(text.format("Class"), network_task="binary")
    assert (named.task, named.classes) == ("multiclass", ("1", "2", "3"))
    other = read(text.format("stars"), network_task="binary")
    assert (other.task, other.notes) == (
        "regression",
        ("target stars: 3 different whole numbers; --classes takes them as classes",),
    )
    assert read(text.format("Class"), classes=False, network_task="binary").notes == ()


def test_texts_that_differ_in_capitals_are_told() -> None:
    dataset = read("a,b,y\n" + "1,Yes,no\n2,yes,No\n3,no,no\n" * 2)
    assert dataset.classes == ("No", "no")
    assert dataset.notes == (
        "column 2 (b): an input of 0 and 1 for each of no, Yes, yes",
        "column 2 (b): Yes and yes are taken as different",
        "column 3 (y): no and No are taken as different",
    )

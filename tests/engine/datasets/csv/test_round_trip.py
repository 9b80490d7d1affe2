"""What is written as CSV in any of the usual ways is read back to the last bit."""

import csv
import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.datasets import parse_csv
from tests.engine.strategies import FloatArray, any_number

# Not what float() accepts as a number.
words = st.text("abcdeghjk äß-,;\"'", min_size=1, max_size=6).map(lambda text: f"w{text}w")
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"])
line_ends = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def numbers(draw: st.DrawFn) -> FloatArray:
    n_columns = draw(st.integers(2, 5))
    row = st.lists(any_number, min_size=n_columns, max_size=n_columns)
    return np.array(draw(st.lists(row, min_size=1, max_size=8)))


def written(
    rows: list[list[str]], delimiter: str, line_end: str, encoding: str, quoting: int
) -> bytes:
    file = io.StringIO()
    writer = csv.writer(
        file,
        delimiter=delimiter,
        lineterminator=line_end,
        # 0 and 1 are csv.QUOTE_MINIMAL and csv.QUOTE_ALL.
        quoting=csv.QUOTE_ALL if quoting else csv.QUOTE_MINIMAL,
    )
    writer.writerows(rows)
    return file.getvalue().encode(encoding)


@given(
    numbers(),
    st.sampled_from([",", ";", "\t", " "]),
    st.booleans(),
    st.lists(words, min_size=5, max_size=5),
    line_ends,
    encodings,
    st.integers(0, 1),
)
def test_numbers(
    values: FloatArray,
    delimiter: str,
    with_heading: bool,
    names: list[str],
    line_end: str,
    encoding: str,
    quoting: int,
) -> None:
    rows = [[repr(value) for value in row] for row in values.tolist()]
    heading = [names[: values.shape[1]]] if with_heading else []
    data = written(heading + rows, delimiter, line_end, encoding, quoting)
    dataset = parse_csv(data, "own", classes=False)
    assert np.hstack([dataset.inputs, dataset.targets]).tobytes() == values.tobytes()
    if with_heading:
        assert dataset.features == tuple(name.strip() for name in names[: values.shape[1] - 1])


@given(numbers(), st.sampled_from([";", "\t"]), line_ends, encodings)
def test_numbers_with_a_decimal_comma(
    values: FloatArray, delimiter: str, line_end: str, encoding: str
) -> None:
    rows = [[repr(value).replace(".", ",") for value in row] for row in values.tolist()]
    dataset = parse_csv(written(rows, delimiter, line_end, encoding, 0), "own", classes=False)
    assert np.hstack([dataset.inputs, dataset.targets]).tobytes() == values.tobytes()


@given(
    numbers(),
    st.lists(words, min_size=2, max_size=4, unique=True),
    st.sampled_from([",", ";", "\t"]),
    encodings,
    st.data(),
)
def test_classes(
    values: FloatArray, classes: list[str], delimiter: str, encoding: str, data: st.DataObject
) -> None:
    answers = data.draw(
        st.lists(st.sampled_from(classes), min_size=len(values), max_size=len(values))
    )
    rows = [[*map(repr, row), answer] for row, answer in zip(values.tolist(), answers, strict=True)]
    # Every class at least once.
    rows += [[*rows[0][:-1], answer] for answer in classes]
    dataset = parse_csv(written(rows, delimiter, "\n", encoding, 1), "own")
    assert dataset.inputs[: len(values)].tobytes() == np.ascontiguousarray(values).tobytes()
    assert dataset.classes == tuple(sorted(classes))
    given_classes = [row[-1] for row in rows]
    if len(classes) == 2:
        answered = dataset.targets[:, 0].astype(int)
    else:
        answered = dataset.targets.argmax(axis=1)
    assert [dataset.classes[answer] for answer in answered] == given_classes

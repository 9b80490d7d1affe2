"""Files written and read back, and read as tomllib reads them: properties of any session."""

from __future__ import annotations

import math
import tomllib
from itertools import pairwise
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import ACTIVATIONS, Activation, Layer, Network, Session, examples
from engine.formats.toml import parser, read_toml, write_toml
from engine.nn.arrays import FloatArray
from tests.engine.formats.session_comparison import bits, everything
from tests.engine.strategies import learning_sessions

numbers = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.0, -0.0, 5e-324, -2.2250738585072014e-308, 1.7976931348623157e308, 0.1]),
)
hostile_texts = st.one_of(
    st.text(max_size=80),
    st.text("\"'\\#=[]{}.,\n\r\t\x1b\x00 ab", max_size=80),
    st.sampled_from(
        ['"""', "'''", 'a"""b', "\\", "\\\\", "[[layers]]", 'x = [1, 2]\n"', "0e0000000"]
    ),
)
notes = st.one_of(hostile_texts, st.lists(hostile_texts, max_size=6).map("\n".join))


def arrays(*shape: int) -> st.SearchStrategy[FloatArray]:
    size = int(np.prod(shape))
    return st.lists(numbers, min_size=size, max_size=size).map(
        lambda values: np.array(values, dtype=np.float64).reshape(shape)
    )


@st.composite
def targets(draw: st.DrawFn, *shape: int) -> FloatArray:
    """Targets of which some, or all, are unset."""
    values = draw(arrays(*shape))
    if draw(st.booleans()):
        size = int(np.prod(shape))
        is_set = draw(st.lists(st.booleans(), min_size=size, max_size=size))
        values[~np.reshape(is_set, shape)] = np.nan
    return values


@st.composite
def activations(draw: st.DrawFn) -> Activation:
    kind = ACTIVATIONS[draw(st.sampled_from(sorted(ACTIVATIONS)))]
    if not kind.defaults or draw(st.booleans()):
        return Activation(kind.name)
    parameters = st.tuples(*[numbers for _ in kind.defaults])
    return Activation(kind.name, draw(parameters.filter(lambda each: not kind.refusal(*each))))


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    n_samples = draw(st.integers(1, 3))
    optional_text = st.none() | hostile_texts
    network = Network(
        Layer(
            draw(arrays(n_neurons, n_inputs)),
            draw(arrays(n_neurons)),
            draw(activations()),
            draw(optional_text),
        )
        for n_inputs, n_neurons in pairwise(sizes)
    )

    def names(count: int) -> tuple[str, ...] | None:
        listed = st.lists(hostile_texts, min_size=count, max_size=count)
        return draw(st.none() | listed.map(tuple))

    inputs_given = draw(st.booleans())
    tasks = [None, "regression", "binary", *["multiclass"] * (network.n_outputs > 1)]
    return Session(
        network,
        inputs=draw(arrays(n_samples, sizes[0])) if inputs_given else None,
        targets=draw(st.none() | targets(n_samples if inputs_given else 1, network.n_outputs)),
        title=draw(optional_text),
        note=draw(st.none() | notes),
        features=names(network.n_features),
        classes=names(2 if network.n_outputs == 1 else network.n_outputs),
        task=draw(st.sampled_from(tasks)),
    )


@given(sessions())
def test_a_file_written_and_read_is_the_same_session(session: Session) -> None:
    text = write_toml(session)
    again = read_toml(text.encode())
    assert everything(again) == everything(session)
    assert write_toml(again) == text


@given(learning_sessions())
def test_what_is_learned_from_and_how_is_in_the_file(session: Session) -> None:
    text = write_toml(session)
    again = read_toml(text.encode())
    assert everything(again) == everything(session)
    assert write_toml(again) == text


@given(sessions())
def test_what_is_written_is_toml_with_the_very_numbers(session: Session) -> None:
    document = tomllib.loads(write_toml(session))
    unset = np.isnan(session.targets_or_unset)
    is_part = session.targets is not None and unset.any()
    assert document["format"] == (2 if is_part else 1)
    for table, layer in zip(document["layers"], session.network.layers, strict=True):
        assert bits(np.array(table["weights"])) == bits(layer.weights)
        assert bits(np.array(table["bias"])) == bits(layer.bias)
    if "inputs" in document:
        assert bits(np.array(document["inputs"])) == bits(session.inputs)
    assert ("targets" in document) == (session.targets is not None)
    for row, numbers_of_row in zip(
        document.get("targets", []), session.targets_or_unset.tolist(), strict=False
    ):
        assert (row == []) == all(map(math.isnan, numbers_of_row))
        for number, expected in zip(row, numbers_of_row, strict=bool(row)):
            assert number == "-" if math.isnan(expected) else repr(number) == repr(expected)


@pytest.mark.parametrize("id", examples.ids())
def test_an_example_reads_as_tomllib_reads_it(id: str) -> None:
    text = examples.text(id)
    for longest in (14, 10**9):
        with mock.patch.object(parser, "_LONG_ARRAY", longest):
            assert parser.parse(text.encode()) == tomllib.loads(text)


def test_a_long_array_reads_as_tomllib_reads_it() -> None:
    rng = np.random.default_rng(1)
    session = Session(
        Network([Layer(rng.normal(size=(60, 50)), rng.normal(size=60), "relu")]),
        inputs=rng.normal(size=(3, 50)),
        note="weights = [" + "[1, 2], " * 500,
    )
    text = write_toml(session)
    assert parser.parse(text.encode()) == tomllib.loads(text)
    assert everything(read_toml(text.encode())) == everything(session)


def test_an_error_after_a_long_array_has_its_own_line_and_column() -> None:
    rows = ",\n".join(["[0.125, 0.25, 0.5]"] * 100)
    for array in (f"[{rows}]", f"[{rows}\n  ]", f"[\n{rows},\n]", f"[[{'1, ' * 500}2]]"):
        text = f"weights = {array} ?"
        with pytest.raises(tomllib.TOMLDecodeError) as expected:
            tomllib.loads(text)
        with pytest.raises(ValueError, match="not valid TOML") as raised:
            read_toml(text.encode())
        assert str(raised.value) == f"not valid TOML: {expected.value}"


pieces = st.one_of(
    st.sampled_from(
        [
            *("x = [", "y=[[", "]\n", "]]\n", "], [", ", ", ",\n  ", ",]", "\n", " # [1]\n", "#"),
            *('"', "'", '"""', "'''", '\\"', "\\", "true", "null", "{a = [", "}", "=", ".", "+"),
            *("[[t]]\n", "[u]\n", 'n = "m = [1, 2, 3, 4, 5, 6, 7, 8]"\n', "0e0000001", "\r\n"),
            *("1.5e-3", "-0", "1e+05", "01", "1_000", "NaN", "1979-05-27", "0x1f", "1.", ".5"),
        ]
    ),
    st.lists(st.integers(-9, 9) | st.floats(-9, 9), min_size=4).map(
        lambda values: f"[{', '.join(map(repr, values))}]"
    ),
    st.lists(st.integers(-9, 9), min_size=8, max_size=20).map(
        lambda values: f"z{values[0]}{values[1]} = [{', '.join(map(str, values))}]\n"
    ),
)


ROW = "1, 2, 3, 4, 5, 6, 7"
TRICKY = [
    f"x = [{ROW}]",
    f"x = [{ROW},]",
    f"x = [{ROW}, ]",
    f"x = [{ROW}\n,\n]",
    f"x = [{ROW},,]",
    f"x = [,{ROW}]",
    f"x = [{ROW}, [ , ]]",
    f"x = [[{ROW},],\n[{ROW},\n],\n]\ny = 1",
    f"x = [{ROW}]]",
    f"x = [{ROW}] y = 2",
    f"x = [{ROW}] # y = [{ROW}]",
    f"x = [{ROW}, null]",
    f"x = [{ROW}, true, false]",
    f"x = [{ROW}, tru]",
    f"x = [{ROW}, 01]",
    f"x = [{ROW}, 1., .5]",
    f"x = [{ROW}, +1, 1_000, 0x10]",
    f"x = [{ROW}, -0, -0.0, 1e05, 1E-5]",
    f"x = [{ROW}, {10**30}]",
    f"x = [{ROW} 8]",
    f"x = [{ROW}, 0e0000000]\ny = [{ROW}]",
    f"x = 0e0000000\ny = [0e0000001]\nz = [{ROW}]\nu = [{ROW}]",
    f"x = [{ROW}]\nx = [{ROW}]",
    f"x = [{ROW}]\n[[x]]",
    f"[a]\nx = [{ROW}]\n[a.x]",
    f"a = {{ x = [{ROW}], y = [[{ROW}]] }}",
    f"a = [{{ x = [{ROW}] }}, {{ x = [0, {ROW}] }}]",
    f"'x = [{ROW}]' = [{ROW}]",
    f'x = "y = [{ROW}]"',
    f"x = 'y = [{ROW}]'",
    f"x = '''y = [{ROW}]\n'y = [{ROW}]'''''\nz = [{ROW}]",
    f'x = """y = [{ROW}]\n""y = [{ROW}]\\"""""""\nz = [{ROW}]',
    f'x = "\\"y = [{ROW}]"\nz = [{ROW}]',
    f"x = '\\'\nz = [{ROW}]",
    f'x = "y\n = [{ROW}]"',
    f'x = "\\\ny = [{ROW}]"',
    f'""" = [{ROW}]',
    f"x=[{ROW}]\r\ny\t=\t[{ROW}]\r\n",
    f"x = [{ROW}\r]",
    f"x = \n[{ROW}]",
]


@pytest.mark.parametrize("text", TRICKY)
def test_taking_arrays_out_of_tricky_files_changes_nothing(text: str) -> None:
    compare(text)


@given(st.lists(pieces, max_size=40).map("".join))
def test_taking_arrays_out_changes_nothing_that_tomllib_says(text: str) -> None:
    compare(text)


def compare(text: str) -> None:
    """Assert the result of tomllib for `text`, or its error, with short arrays taken out too."""
    with mock.patch.object(parser, "_LONG_ARRAY", 14):
        try:
            document: object = parser.parse(text.encode())
        except ValueError as error:
            document = str(error)
    try:
        expected: object = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        expected = f"not valid TOML: {error}"
    if isinstance(document, str) and "not valid TOML" not in document:
        assert "a key of more than" in document
    else:
        # In this notation 1 is not 1.0, and -0.0 is not 0.0.
        assert repr(document) == repr(expected)

"""Valid files with some bytes changed are read, or refused in one printable line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import examples
from engine.formats.keras import read_keras, read_keras_h5
from engine.formats.npz import read_npz, write_npz
from engine.formats.reading import ReadOptions
from engine.formats.safetensors import read_safetensors, write_safetensors
from engine.nn.activations import Activation, activation
from tests.engine.formats.keras.keras_files import B, W, keras_file, layer, sequential
from tests.engine.formats.tensors.tensor_files import with_header

MODELS = Path(__file__).parents[2] / "data" / "models"
READERS = {
    ".safetensors": read_safetensors,
    ".npz": read_npz,
    ".keras": read_keras,
    ".h5": read_keras_h5,
}
CASES: dict[str, tuple[str, ...]] = {
    "torch-iris.safetensors": ("relu", "softmax"),
    "scikit-learn-iris.npz": ("relu", "relu", "softmax"),
    "keras-iris.keras": (),
    "keras-diabetes.h5": (),
    "keras-wine.weights.h5": ("tanh", "softmax"),
}
EXAMPLE = examples.load("two-layer")
FILES = [
    *(((MODELS / name).read_bytes(), Path(name).suffix, names) for name, names in CASES.items()),
    (write_safetensors(EXAMPLE), ".safetensors", ()),
    (write_npz(EXAMPLE), ".npz", ()),
]
PIECES = [
    b"",
    b"\0" * 8,
    b"\xff" * 8,
    b'"',
    b"{",
    b"[[",
    b"1e999",
    b"NaN",
    b"\x1b]0;x\x07",
    b"9" * 30,
]


def check(suffix: str, data: bytes, names: tuple[str, ...]) -> None:
    """Read the file; a refusal must be a ValueError of one printable line."""
    given_names: tuple[Activation, ...] | None = tuple(map(activation, names)) or None
    refusal = ""
    try:
        reading = READERS[suffix](data, ReadOptions(given_names))
    except ValueError as error:
        refusal = str(error) or "\n"
    else:
        assert reading.session.trace.outputs.shape[0] == reading.session.n_samples
    assert refusal.isprintable()
    assert len(refusal) < 1_000


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes, tuple[str, ...]]:
    data, suffix, names = draw(st.sampled_from(FILES))
    changed = bytearray(data)
    interesting = [place for place in range(len(data)) if data[place]]
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.one_of(st.sampled_from(interesting), st.integers(0, len(data))))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.binary(min_size=1, max_size=4)))
        length = draw(st.sampled_from([0, 1, len(piece), 40]))
        changed[place : place + length] = piece
    return suffix, bytes(changed), names


@given(mutated())
@settings(max_examples=150, deadline=None)
def test_changed_bytes(case: tuple[str, bytes, tuple[str, ...]]) -> None:
    check(*case)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**65), 2**65)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "relu", "Dense", "F16", "BatchNormalization", "\ud800", "\x1b[31m[/]"]),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=3), values),
    max_leaves=4,
)


@st.composite
def changed_json(draw: st.DrawFn, document: Any) -> Any:
    """The document with one to three of its values replaced."""
    copy = json.loads(json.dumps(document))
    places: list[tuple[Any, Any]] = []
    todo = [copy]
    while todo:
        table = todo.pop()
        items = table.items() if isinstance(table, dict) else enumerate(table)
        for key, value in items:
            places.append((table, key))
            if isinstance(value, dict | list):
                todo.append(value)
    for _ in range(draw(st.integers(1, 3))):
        table, key = draw(st.sampled_from(places))
        table[key] = draw(json_values)
    return copy


MODEL = sequential(
    layer("InputLayer", "in", batch_shape=[None, 2]),
    layer("Rescaling", "scale", scale=0.5, offset=-1),
    layer("Normalization", "front", axis=[-1], mean=[0.5, 1.0], variance=[1.0, 2.0], invert=False),
    layer("Dense", "first", units=3, activation="linear", use_bias=True),
    layer("BatchNormalization", "norm", axis=-1, epsilon=0.001, center=True, scale=True),
    layer("ReLU", "act", max_value=None, negative_slope=0.1, threshold=0.0),
)
ARRAYS: dict[str, list[Any]] = {"dense": [W, B], "batch_normalization": [B, B, B, B * 0 + 2]}


@given(changed_json(MODEL))
@settings(max_examples=100, deadline=None)
def test_changed_configurations(model: Any) -> None:
    check(".keras", keras_file(json.dumps(model).encode(), ARRAYS), ())


HEADER = {
    "__metadata__": {"nn-play": '[[layers]]\nactivation = "relu"\n'},
    "0.weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
    "0.bias": {"dtype": "F32", "shape": [2], "data_offsets": [24, 32]},
}


@given(changed_json(HEADER), st.booleans())
@settings(max_examples=200, deadline=None)
def test_changed_headers(header: Any, with_activation: bool) -> None:
    data = with_header(json.dumps(header).encode(), bytes(32))
    check(".safetensors", data, ("relu",) if with_activation else ())


def test_the_files_to_change_are_read_when_unchanged() -> None:
    for data, suffix, names in FILES:
        check(suffix, data, names)
    options = ReadOptions()
    assert read_keras(keras_file(MODEL, ARRAYS), options).session.network.sizes == (2, 3)
    header = with_header(HEADER, bytes(32))
    assert read_safetensors(header, options).session.network.sizes == (3, 2)
    with pytest.raises(ValueError, match=r"^does not say its activations"):
        read_npz((MODELS / "scikit-learn-iris.npz").read_bytes(), options)

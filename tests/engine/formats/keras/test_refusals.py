"""Keras models that are broken or not a dense path are refused in one line that says where."""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np
import pytest

from engine.formats.keras import read_keras, read_keras_h5
from engine.formats.reading import ReadOptions
from tests.engine.formats.keras.keras_files import (
    SOURCE,
    Arrays,
    B,
    W,
    dense,
    functional,
    keras_file,
    layer,
    node,
    sequential,
)

NOTHING = ReadOptions()


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (
            functional(SOURCE, (dense("a"), node("in")), (dense("b"), node("in"))),
            "has 2 outputs to choose from, 'a', 'b'; give one with --output NAME",
        ),
        (functional(SOURCE, (dense("a"), node("in") * 2)), "layer 'a' is used more than once"),
        (
            functional(SOURCE, (dense("a"), [{"args": [node("in"), node("in")], "kwargs": {}}])),
            "layer 'a' has 2 inputs, expected one",
        ),
        (
            functional(SOURCE, (layer("Dropout", "a"), node("in", training=True))),
            "layer 'a' is run as in training, which is not read",
        ),
        (functional(SOURCE, (dense("a"), node("b")), (dense("b"), node("a"))), "the model has no"),
        (
            functional((dense("a"), node("b")), (dense("b"), node("a")), (dense("c"), node("a"))),
            "the layers of the model do not form one path",
        ),
        (functional((dense("a"), node("a"))), "the model has 0 inputs, expected one"),
        (sequential(dense("a"), dense("a")), "configuration: two layers have the same name"),
        (sequential(), "configuration: expected 1 to 2,000 layers"),
        (sequential(layer("Flatten", "f")), "the model has no Dense layer"),
        (sequential({"class_name": "Dense"}), "configuration: a layer has no class_name or config"),
        ({"class_name": "Sequential", "config": {"layers": [3]}}, "configuration: a layer is not"),
        ({"class_name": "MyModel", "config": {}}, "is a Keras 'MyModel'; Sequential and"),
        (sequential(layer("Conv2D", "c")), "layer 'c' is a 'Conv2D', not part of a dense network"),
        (sequential(layer("Lambda", "l")), "layer 'l' is Python code, which is never run"),
        (
            sequential({**layer("Dense", "d"), "registered_name": "mine>Dense"}),
            "layer 'd' is of a custom class, whose code is not run",
        ),
        (
            sequential(dense(activation="exponential")),
            "layer 'dense': the activation 'exponential'",
        ),
        (
            sequential(
                dense(
                    activation={"class_name": "function", "config": "f", "registered_name": "m>f"}
                )
            ),
            "layer 'dense': its activation is custom code, which is not run",
        ),
        (sequential(layer("Softmax", "s"), dense()), "layer 's' (Softmax): the number of values"),
        (
            sequential(dense(), layer("ReLU", "r", max_value=3, negative_slope=1)),
            "layer 'r': a ReLU with these",
        ),
        (sequential(dense(), layer("ELU", "r", alpha="x")), "layer 'r': a parameter of its"),
        (sequential(dense(), layer("Softmax", "s", axis=0)), "layer 's': its softmax is not over"),
        (
            sequential(layer("Rescaling", "r", scale=[1, 2, 3]), dense()),
            "layer 'dense': reads 2 numbers a sample, but what comes to it has 3",
        ),
        (sequential(layer("Rescaling", "r", scale="x"), dense()), "layer 'r': expected numbers"),
        (
            sequential(layer("BatchNormalization", "n", epsilon=[1, 2]), dense()),
            "layer 'n': its epsilon is not one number",
        ),
        (sequential(layer("Normalization", "n", mean=1), dense()), "layer 'n': expected numbers"),
        (
            sequential(layer("Normalization", "n", mean=[0], variance=[0], invert=True), dense()),
            "layer 'n' undoes a normalisation, which is not read",
        ),
        (sequential(layer("Normalization", "n", axis=2), dense()), "layer 'n' does not normalise"),
        (
            sequential(layer("InputLayer", "i", batch_shape=[None, 28, 28]), dense()),
            "layer 'dense' reads something other than a row of numbers",
        ),
        (sequential(dense(), dense("other")), "layer 'other' has no weights in the file"),
        (sequential(dense(use_bias=False)), "layer 'dense': expected a matrix"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "model",
)
def test_what_is_no_dense_path_is_refused(model: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=r"^(?s:.*)$") as raised:
        read_keras(keras_file(model, {"dense": [W, B], "batch_normalization": [B] * 4}), NOTHING)
    assert str(raised.value).startswith(reason)
    assert str(raised.value).isprintable()


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ({"dense": [W, B, B]}, "layer 'dense': expected a matrix and a bias"),
        ({"dense": [W[0], B]}, "layer 'dense': expected a matrix and a bias"),
        ({"dense": [W, B[:2]]}, "layer 'dense': its bias is 2, expected 3"),
        ({"dense": [W.astype(int), B]}, "array '/layers/dense/vars/0/' does not hold plain float"),
        ({"dense": [W * np.nan, B]}, r"'/layers/dense/vars/0/'[1][1] is nan, not a finite number"),
        ({}, "layer 'dense' has no weights in the file"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "arrays",
)
def test_weights_that_do_not_fit_are_refused(arrays: Arrays, reason: str) -> None:
    with pytest.raises(ValueError, match=r"^(?s:.*)$") as raised:
        read_keras(keras_file(sequential(dense()), arrays), NOTHING)
    assert str(raised.value).startswith(reason)


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        (b"{", "config.json: is not JSON, at character 2"),
        (b"[" * 90_000, "config.json: is nested too deeply"),
        (json.dumps({"class_name": "\x1b[31m[/]"}).encode(), "is a Keras '[31m[/]'; Sequential"),
        (b" " * 9_000_000, "'config.json' unpacks to 9.0 MB; at most 8.0 MB are read"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "config",
)
def test_a_broken_configuration_is_refused(config: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=r"^(?s:.*)$") as raised:
        read_keras(keras_file(config, {}), NOTHING)
    assert str(raised.value).startswith(reason)


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyfive", None)
    reason = "Keras files need one more package; install it with: pip install 'nn-play[keras]'"
    for reader in (read_keras, read_keras_h5):
        with pytest.raises(ValueError, match=r"pip install") as raised:
            reader(keras_file(sequential(dense()), {"dense": [W, B]}), NOTHING)
        assert str(raised.value) == reason

"""Models in JSON answer as NumPy computes from their numbers; everything else is refused."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.formats import read, save
from engine.formats.json import read_json
from engine.formats.reading import (
    ActivationsUnknownError,
    OrientationUnknownError,
    Reading,
    ReadOptions,
)
from engine.nn.arrays import FloatArray

RNG = np.random.default_rng(7)
W1, B1 = RNG.normal(size=(3, 2)).round(4), RNG.normal(size=3).round(4)
W2, B2 = RNG.normal(size=(2, 3)).round(4), RNG.normal(size=2).round(4)
X = RNG.normal(size=(5, 2))


def sigmoid(z: FloatArray) -> FloatArray:
    return 1 / (1 + np.exp(-z))


def opened(table: object, folder: Path = Path(), **options: Any) -> Reading:
    return read_json(json.dumps(table).encode(), folder, ReadOptions(**options))


def outputs(reading: Reading) -> FloatArray:
    return reading.session.network.forward(X).outputs


def neurons(weights: FloatArray, bias: FloatArray, own: list[str], before: list[str]) -> object:
    return {
        key: {"bias": b, "weights": dict(zip(before, row, strict=True))}
        for key, row, b in zip(own, weights.tolist(), bias.tolist(), strict=True)
    }


def brain_1(inputs: list[str], classes: list[str], **more: object) -> dict[str, Any]:
    hidden = ["0", "1", "2"]
    return {
        "sizes": [2, 3, 2],
        "layers": [
            {key: {} for key in inputs},
            neurons(W1, B1, hidden, inputs),
            neurons(W2, B2, classes, hidden),
        ],
        "outputLookup": not classes[0].isdigit(),
        "inputLookup": not inputs[0].isdigit(),
        **more,
    }


def brain_2(**more: object) -> dict[str, Any]:
    return {
        "type": "NeuralNetwork",
        "sizes": [2, 3, 2],
        "layers": [
            {"weights": [], "biases": []},
            {"weights": W1.tolist(), "biases": B1.tolist()},
            {"weights": W2.tolist(), "biases": B2.tolist()},
        ],
        "inputLookup": None,
        "outputLookup": None,
        "options": {"inputSize": 0},
        **more,
    }


def matrix(values: FloatArray) -> dict[str, Any]:
    rows, cols = values.shape
    return {"rows": rows, "cols": cols, "data": values.tolist()}


def toy(**more: object) -> dict[str, Any]:
    return {
        "input_nodes": 2,
        "hidden_nodes": 3,
        "output_nodes": 2,
        "weights_ih": matrix(W1),
        "weights_ho": matrix(W2),
        "bias_h": matrix(B1[:, np.newaxis]),
        "bias_o": matrix(B2[:, np.newaxis]),
        "learning_rate": 0.1,
        "activation_function": {},
        **more,
    }


OF_SIGMOIDS = sigmoid(sigmoid(X @ W1.T + B1) @ W2.T + B2)


class TestBrainJs:
    def test_neurons_by_number_each_with_a_table_of_weights(self) -> None:
        reading = opened(brain_1(["0", "1"], ["0", "1"], activation="sigmoid"))
        assert outputs(reading) == pytest.approx(OF_SIGMOIDS)
        assert reading.notes == ()
        assert reading.session.features is reading.session.classes is None

    def test_names_of_inputs_and_outputs(self) -> None:
        reading = opened(brain_1(["red", "green"], ["dark", "light"], activation="tanh"))
        assert outputs(reading) == pytest.approx(np.tanh(np.tanh(X @ W1.T + B1) @ W2.T + B2))
        assert reading.session.features == ("red", "green")
        assert reading.session.classes == ("dark", "light")

    def test_version_2_and_its_lookup_by_number(self) -> None:
        training = {"activation": "leaky-relu", "leakyReluAlpha": 0.2, "iterations": 20000}
        table = brain_2(trainOpts=training, outputLookup={"b": 1, "a": 0})
        reading = opened(table)
        z1 = X @ W1.T + B1
        z2 = np.where(z1 > 0, z1, 0.2 * z1) @ W2.T + B2
        assert outputs(reading) == pytest.approx(np.where(z2 > 0, z2, 0.2 * z2))
        assert reading.session.classes == ("a", "b")

    def test_an_activation_that_is_not_told_is_sigmoid_as_brain_js_takes_it(self) -> None:
        reading = opened(brain_2())
        assert outputs(reading) == pytest.approx(OF_SIGMOIDS)
        assert "sigmoid" in reading.notes[0]

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"type": "LSTM"}, "'LSTM' of brain.js"),
            ({"sizes": [2, 4, 2]}, "sizes are not those of its layers, 2-3-2"),
            ({"trainOpts": {"activation": "swish"}}, "'swish' is not one of brain.js"),
            ({"activation": "relu", "trainOpts": {"activation": "tanh"}}, "tells two activations"),
            ({"layers": []}, "layers: expected"),
            ({"layers": [{}, 3]}, "expected the inputs and at least one layer"),
            ({"layers": [{"0": {}}, {"0": {"bias": 1}}]}, "layer 1, neuron '0': expected weights"),
            (
                {"layers": [{"0": {}}, {"0": {"bias": 1, "weights": {"1": 2}}}]},
                "expected 1 weights",
            ),
            (
                {"layers": [{"0": {}}, {"0": {"bias": True, "weights": {"0": 2}}}]},
                "not a finite number",
            ),
            (
                {"layers": [{}, {"weights": [[1, 2], [3]], "biases": [1, 2]}]},
                "layer 1, weights: row 2 has 1 numbers, row 1 has 2",
            ),
            ({"layers": [{}, {"weights": [[1]], "biases": [1, 2]}]}, "2 biases, expected 1"),
        ],
    )
    def test_what_is_wrong_is_named(self, change: dict[str, Any], words: str) -> None:
        with pytest.raises(ValueError, match=words):
            opened(brain_2(**change))


class TestToyNeuralNetwork:
    def test_serialized_once_or_turned_into_json_twice(self) -> None:
        for table in (toy(), json.dumps(toy())):
            reading = opened(table)
            assert outputs(reading) == pytest.approx(OF_SIGMOIDS)
            assert "sigmoid" in reading.notes[0]

    def test_its_other_activation(self) -> None:
        tanh = tuple(layer.activation for layer in opened(toy()).session.network.layers)
        assert [a.name for a in tanh] == ["sigmoid", "sigmoid"]
        told = opened(toy(activation_function="tanh"))
        assert outputs(told) == pytest.approx(np.tanh(np.tanh(X @ W1.T + B1) @ W2.T + B2))

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"bias_h": None}, "bias_h: expected a matrix"),
            ({"bias_h": matrix(B1[np.newaxis])}, "bias_h: its rows"),
            ({"weights_ih": {**matrix(W1), "rows": 4}}, "weights_ih: its rows and cols"),
            ({"weights_ho": matrix(W1)}, "3 rows|2 weights|biases"),
            ({"hidden_nodes": 4}, "hidden_nodes is not 3"),
        ],
    )
    def test_what_is_wrong_is_named(self, change: dict[str, Any], words: str) -> None:
        with pytest.raises(ValueError, match=words):
            opened(toy(**change))


def keras_layer(kind: str, name: str, **config: object) -> dict[str, Any]:
    return {"class_name": kind, "config": {"name": name, **config}}


def tensorflow(folder: Path, dtype: str = "float32", **more: object) -> dict[str, Any]:
    """A model.json; its weights are written beside it, in two files cut anywhere."""
    arrays = {"a/kernel": W1.T, "a/bias": B1, "b/kernel": W2.T, "b/bias": B2}
    data = b"".join(values.astype("<f4").tobytes() for values in arrays.values())
    (folder / "shard1.bin").write_bytes(data[:13])
    (folder / "shard2.bin").write_bytes(data[13:])
    weights = [
        {"name": name, "shape": list(values.shape), "dtype": dtype}
        for name, values in arrays.items()
    ]
    layers = [
        keras_layer("Dense", "a", activation="relu", use_bias=True, batch_input_shape=[None, 2]),
        keras_layer("Dropout", "d", rate=0.5),
        keras_layer("Dense", "b", activation="hard_sigmoid", use_bias=True),
    ]
    return {
        "format": "layers-model",
        "modelTopology": {
            "class_name": "Sequential",
            "config": {"name": "mine", "layers": layers},
            "keras_version": "tfjs-layers 4.22.0",
        },
        "weightsManifest": [{"paths": ["./shard1.bin", "shard2.bin"], "weights": weights}],
        **more,
    }


class TestTensorflowJs:
    def test_a_model_and_the_files_beside_it(self, tmp_path: Path) -> None:
        (tmp_path / "model.json").write_text(json.dumps(tensorflow(tmp_path)))
        reading = read(tmp_path / "model.json")
        w1, b1, w2, b2 = (
            values.astype(np.float32).astype(np.float64) for values in (W1, B1, W2, B2)
        )
        z2 = np.maximum(0, X @ w1.T + b1) @ w2.T + b2
        # Keras 2 and tensorflow.js: 0.2 z + 0.5 between 0 and 1.
        assert outputs(reading) == pytest.approx(np.clip(0.2 * z2 + 0.5, 0, 1))
        assert reading.dtype == "float32"
        assert reading.session.title == "mine"
        assert reading.notes == ("layer 'd' (Dropout) acts in training only: left out",)

    def test_one_written_by_keras_in_steps_of_eight_bits(self, tmp_path: Path) -> None:
        table = tensorflow(tmp_path)
        topology = table["modelTopology"]
        table["modelTopology"] = {"keras_version": "2.15.0", "model_config": topology}
        steps = np.arange(17, dtype=np.uint8)
        (tmp_path / "shard1.bin").write_bytes(steps.tobytes())
        for entry in table["weightsManifest"][0]["weights"]:
            entry["quantization"] = {"dtype": "uint8", "scale": 0.25, "min": -1}
        table["weightsManifest"][0]["paths"] = ["shard1.bin"]
        first, last = opened(table, tmp_path).session.network.layers
        numbers = steps * 0.25 - 1
        assert np.array_equal(first.weights, numbers[:6].reshape(2, 3).T)
        assert np.array_equal(last.bias, numbers[15:])

    @pytest.mark.parametrize(
        "name",
        ["../w.bin", "/etc/passwd", "a/b.bin", "..", ".", "", "c:w", "a\\b", "\0", 3, None, "./"],
    )
    def test_only_files_beside_it_are_read(self, name: object, tmp_path: Path) -> None:
        table = tensorflow(tmp_path)
        table["weightsManifest"][0]["paths"] = [name]
        with pytest.raises(ValueError, match="only files beside the model are read"):
            opened(table, tmp_path)

    def test_what_is_beside_it_must_be_a_file_of_the_right_size(self, tmp_path: Path) -> None:
        table = tensorflow(tmp_path)
        shard = tmp_path / "shard2.bin"
        data = shard.read_bytes()
        for content, words in ((data[:-1], "would end at byte 68"), (data + b"0", "too many")):
            shard.write_bytes(content)
            with pytest.raises(ValueError, match=words):
                opened(table, tmp_path)
        shard.unlink()
        with pytest.raises(ValueError, match=r"in 'shard2.bin', which is not beside it"):
            opened(table, tmp_path)
        shard.symlink_to(tmp_path / "shard1.bin")
        with pytest.raises(ValueError, match="is a link"):
            opened(table, tmp_path)
        shard.unlink()
        shard.hardlink_to(tmp_path / "shard1.bin")
        with pytest.raises(ValueError, match="is a link"):
            opened(table, tmp_path)
        shard.unlink()
        shard.mkdir()
        with pytest.raises(ValueError, match=r"'shard2.bin' is a folder"):
            opened(table, tmp_path)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"format": "graph-model"}, "is a graph model"),
            ({"weightsManifest": []}, "layers without weights"),
            ({"weightsManifest": [3]}, "expected paths and weights"),
            ({"weightsManifest": [{"paths": ["a"] * 999, "weights": []}]}, "too many files"),
            ({"modelTopology": None}, "modelTopology: expected"),
            ({"modelTopology": {"class_name": "Lambda", "config": {}}}, "is a Keras 'Lambda'"),
        ],
    )
    def test_what_is_wrong_is_named(
        self, change: dict[str, Any], words: str, tmp_path: Path
    ) -> None:
        with pytest.raises(ValueError, match=words):
            opened(tensorflow(tmp_path, **change), tmp_path)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"dtype": "string"}, "holds 'string'"),
            ({"dtype": [1]}, "which is not read"),
            ({"shape": [1 << 30, 1 << 30]}, "numbers; at most"),
            ({"shape": [-1]}, "shape is not a list of sizes"),
            ({"shape": "2"}, "shape is not a list of sizes"),
            ({"name": 3}, "an array has no name"),
            ({"quantization": {"dtype": "uint8"}}, "no scale and min"),
            ({"name": "z/kernel"}, "layer 'a'"),
        ],
    )
    def test_a_wrong_array_is_named(
        self, change: dict[str, Any], words: str, tmp_path: Path
    ) -> None:
        table = tensorflow(tmp_path)
        table["weightsManifest"][0]["weights"][0].update(change)
        with pytest.raises(ValueError, match=words):
            opened(table, tmp_path)


class TestNamedArrays:
    @pytest.mark.parametrize(
        "table",
        [
            {"0.weight": W1, "0.bias": B1, "2.weight": W2, "2.bias": B2},
            {"layers": [{"weights": W1, "biases": B1}, {"weights": W2, "biases": B2}]},
            {"net": {"fc1": {"weight": W1, "bias": B1}, "fc2": {"weight": W2, "bias": B2}}},
            {"weights": [W1, W2], "biases": [B1, B2], "loss": [0.3, 0.2], "epochs": 9},
            {"W1": W1, "b1": B1[:, np.newaxis], "W2": W2, "b2": B2[:, np.newaxis]},
            {"coefs": [W1.T, W2.T], "intercepts": [B1, B2]},
            [W1.T, B1, W2.T, B2],
        ],
    )
    def test_lists_under_names_as_json_dump_writes_them(self, table: object) -> None:
        plain = json.loads(json.dumps(table, default=lambda array: array.tolist()))
        with pytest.raises(ActivationsUnknownError):
            opened(plain)
        told = read_options("tanh,identity")
        reading = opened(plain, activations=told)
        assert outputs(reading) == pytest.approx(np.tanh(X @ W1.T + B1) @ W2.T + B2)

    def test_a_normalisation_is_folded_and_the_rest_left_out_with_a_word(self) -> None:
        gamma, beta, mean = np.array([2.0, 1, 3]), np.array([0.5, 0, 1]), np.array([1.0, 2, 3])
        variance = np.array([4.0, 1, 2])
        arrays = {
            "0.weight": W1,
            "0.bias": B1,
            "1.weight": gamma,
            "1.bias": beta,
            "1.running_mean": mean,
            "1.running_var": variance,
            "3.weight": W2,
            "3.bias": B2,
        }
        table: dict[str, Any] = {name: array.tolist() for name, array in arrays.items()}
        table |= {
            "history": [0.3, 0.2],
            "inputs": [[1, 2], [3, 4]],
            "flags": [True],
            "no": [[1], 2],
        }
        reading = opened(table, activations=read_options("tanh,identity"))
        z1 = (X @ W1.T + B1 - mean) / np.sqrt(variance + 1e-5) * gamma + beta
        assert outputs(reading) == pytest.approx(np.tanh(z1) @ W2.T + B2)
        for word in ("'inputs'", "'history'", "'1' folded"):
            assert any(word in note for note in reading.notes)

    def test_activations_beside_the_numbers(self) -> None:
        layers = [
            {"weights": W1.tolist(), "bias": B1.tolist(), "activation": "ReLU"},
            {"weights": W2.tolist(), "bias": B2.tolist(), "activation": "sigmoid"},
        ]
        expected = sigmoid(np.maximum(0, X @ W1.T + B1) @ W2.T + B2)
        assert outputs(opened({"layers": layers})) == pytest.approx(expected)
        with pytest.raises(ValueError, match="has its own activations"):
            opened({"layers": layers}, activations=read_options("tanh,tanh"))
        layers[0]["activation"] = "wavy"
        with pytest.raises(ValueError, match="layer 1: the activation 'wavy' is unknown"):
            opened({"layers": layers})

    def test_the_network_of_nielsens_book_has_rows_and_sigmoid(self) -> None:
        square = np.array([[1.0, 2.0], [3.0, 4.0]])
        table = {
            "sizes": [2, 2],
            "weights": [square.tolist()],
            "biases": [[[0.5], [-0.5]]],
            "cost": "CrossEntropyCost",
        }
        expected = sigmoid(X @ square.T + np.array([0.5, -0.5]))
        assert outputs(opened(table)) == pytest.approx(expected)
        del table["cost"]
        with pytest.raises(OrientationUnknownError):
            opened(table)

    @pytest.mark.parametrize(
        "table",
        [
            {"weights": [matrix(W1), matrix(W2)], "biases": [matrix(B1[None]), matrix(B2[None])]},
            {"weightsIH": matrix(W1), "weightsHO": matrix(W2), "biasH": B1, "biasO": B2},
            {"hiddenWeights": W1, "hiddenBias": B1, "outputWeights": W2, "outputBias": B2},
            {"weights_ih": W1, "weights_ho": W2, "bias_h": B1, "bias_o": B2, "X": W1, "y": B2},
            {"bo": B2, "wo": W2, "bh": B1, "wh": W1, "inputs": W1, "labels": B2},
            {"W1": W1.T, "b1": B1[np.newaxis], "W2": W2.T, "b2": B2[np.newaxis]},
            {
                f"layer{k}": [{"weights": row, "bias": one} for row, one in zip(w, b, strict=True)]
                for k, (w, b) in enumerate([(W1, B1), (W2, B2)])
            },
        ],
    )
    def test_matrices_and_neurons_as_classes_keep_them(self, table: object) -> None:
        plain = json.loads(json.dumps(table, default=lambda array: array.tolist()))
        reading = opened(plain, activations=read_options("tanh,identity"))
        assert outputs(reading) == pytest.approx(np.tanh(X @ W1.T + B1) @ W2.T + B2)

    def test_one_neuron(self) -> None:
        reading = opened({"coef_": [2, -1], "intercept_": 0.5}, activations=read_options("tanh"))
        assert outputs(reading) == pytest.approx(np.tanh(X @ [[2], [-1]] + 0.5))

    def test_one_activation_is_not_taken_for_the_outputs_too(self) -> None:
        table = {"coefs_": [W1.T.tolist(), W2.T.tolist()], "activation": "relu"}
        table["intercepts_"] = [B1.tolist(), B2.tolist()]
        with pytest.raises(ActivationsUnknownError):
            opened(table)
        hidden = np.maximum(0, X @ W1.T + B1)
        given = opened(table, activations=read_options("relu,identity"))
        assert outputs(given) == pytest.approx(hidden @ W2.T + B2)
        told = opened(table | {"out_activation_": "logistic"})
        assert outputs(told) == pytest.approx(sigmoid(hidden @ W2.T + B2))

    def test_text_as_windows_writes_it(self) -> None:
        text = json.dumps({"W1": W1.tolist(), "b1": B1.tolist()})
        for coding in ("utf-16", "utf-8-sig"):
            reading = read_json(text.encode(coding), Path(), ReadOptions(read_options("tanh")))
            assert outputs(reading) == pytest.approx(np.tanh(X @ W1.T + B1))

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("{}", "JSON without weights"),
            ('{"neurons": [], "connections": []}', "of Synaptic, which is not read; write its"),
            ('{"nodes": [], "connections": []}', "of Neataptic, which is not read"),
            ('{"layers": [{"layer_type": "fc"}]}', "of convnetjs, which is not read"),
            ('{"modelTopology": {"node": []}}', "is a graph model of tensorflow.js"),
            ('{"W1": {"rows": 2, "cols": 2, "data": [1, 2, 3]}}', "rows and cols are not those"),
            ('{"weights": 3}', "JSON without weights"),
            ('{"class_name": "Sequential", "config": {}}', "architecture of a Keras model"),
            ("3", "not a JSON object"),
            ("[1, 2", "not JSON, at character 6"),
            ('"\\ud800"', "not JSON"),
            ('{"weights": [[1, NaN]]}', "NaN is not a number"),
            ('{"weights": [[1, 1e999]]}', "row 1: number 2 is not a finite number"),
            ('{"weights": [[1, "2"]]}', "row 1: number 2"),
            ('{"weights": [[1, 2], [3]]}', "row 2 has 1 numbers"),
            ('{"weights": [[1]], "weights": [[1]]}', "given twice"),
            ("[" * 100_000, "nested too deeply"),
            ('{"a":' * 50 + "1" + "}" * 50, "nested too deeply"),
            ("[" + "1," * 400_001 + "1]", "too many values"),
        ],
    )
    def test_everything_else_is_refused_in_one_line(self, text: str, words: str) -> None:
        with pytest.raises(ValueError, match=words) as raised:
            read_json(text.encode(), Path(), ReadOptions())
        assert str(raised.value).isprintable()
        assert len(str(raised.value)) <= 400


def read_options(names: str) -> Any:
    from engine.nn.parsing import activations_of

    return tuple(activations_of(names))


KEYS = st.sampled_from(
    [
        *("layers", "weights", "bias", "biases", "sizes", "type", "activation", "inputLookup"),
        *("weights_ih", "weights_ho", "modelTopology", "weightsManifest", "0", "1", "data", "x"),
        *("class_name", "config", "name", "paths", "shape", "dtype", "outputLookup", "trainOpts"),
    ]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    st.floats(),
    st.sampled_from(["Sequential", "Dense", "float32", "relu", "NeuralNetwork", "../x", ""]),
)
TABLES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)


@given(TABLES)
def test_any_json_opens_or_is_refused_in_one_line(table: object) -> None:
    reason = ""
    try:
        reading = read_json(json.dumps(table).encode(), Path("/nonexistent"), ReadOptions())
    except ValueError as error:
        reason = str(error)
    else:
        assert reading.session.network.layers
    assert reason.isprintable()
    assert len(reason) <= 400


def test_it_is_saved_in_another_format(tmp_path: Path) -> None:
    (tmp_path / "brain.JSON").write_text(json.dumps(brain_2()))
    reading = read(tmp_path / "brain.JSON")
    with pytest.raises(ValueError, match="only read"):
        save(reading.session, tmp_path / "other.json")
    save(reading.session, tmp_path / "brain.toml")
    assert outputs(read(tmp_path / "brain.toml")) == pytest.approx(OF_SIGMOIDS)

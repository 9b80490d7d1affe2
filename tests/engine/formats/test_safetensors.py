"""safetensors: our files read back as the same session, and others' files are understood."""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path

import numpy as np
import pytest
import safetensors
import safetensors.numpy
from hypothesis import given

from engine import Layer, Network, Session, SetBias, SetWeight, examples
from engine.formats.reading import OrientationUnknownError, ReadOptions
from engine.formats.safetensors import read_remarks, read_safetensors, write_safetensors
from engine.nn.activations import activation
from tests.engine.formats.session_comparison import everything
from tests.engine.formats.tensors import tensor_files
from tests.engine.strategies import any_number, sessions

RELU_IDENTITY = ReadOptions((activation("relu"), activation("identity")))
NOTHING = ReadOptions()


@given(sessions(any_number))
def test_what_is_written_is_read_as_the_same_session(session: Session) -> None:
    again = read_safetensors(write_safetensors(session), NOTHING)
    assert everything(again.session) == everything(session)
    assert again.notes == ()
    assert again.dtype == "float64"


@given(sessions(any_number))
def test_samples_apart_are_read_as_the_same_session(session: Session) -> None:
    data = write_safetensors(session, samples_apart=True, remarks={"why": "unsaved"})
    assert everything(read_safetensors(data, NOTHING).session) == everything(session)
    with tempfile.NamedTemporaryFile(suffix=".safetensors") as file:
        file.write(data)
        file.flush()
        assert read_remarks(Path(file.name))["why"] == "unsaved"


@pytest.mark.parametrize("id", examples.ids())
def test_the_safetensors_library_reads_what_is_written(id: str) -> None:
    session = examples.load(id)
    arrays = safetensors.numpy.load(write_safetensors(session))
    for layer_index, layer in enumerate(session.network.layers):
        np.testing.assert_array_equal(arrays[f"{2 * layer_index}.weight"], layer.weights)
        np.testing.assert_array_equal(arrays[f"{2 * layer_index}.bias"], layer.bias)
    assert len(arrays) == 2 * len(session.network.layers)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_float32_is_kept_where_it_changes_nothing(dtype: str) -> None:
    layer = Layer([[0.5, 2**-100], [3.0, -0.0]], [1.5, 0.1], "tanh")
    whole = Session(Network([layer.replace(bias=[1.5, np.float64(np.float32(0.1))])]))
    assert read_safetensors(write_safetensors(whole, dtype), NOTHING).dtype == "float32"
    for array in ([1.5, 0.1], [1e300, 0]):
        session = Session(Network([layer.replace(bias=array)]))
        again = read_safetensors(write_safetensors(session, dtype), NOTHING)
        assert again.dtype == "float64"
        assert everything(again.session) == everything(session)


def test_a_bfloat16_is_the_upper_half_of_a_float32() -> None:
    numbers = [1.0, -2.5, 3.140625, 2.0**-120]
    data = b"".join(struct.pack("<f", number)[2:] for number in numbers)
    header = {
        "w.weight": {"dtype": "BF16", "shape": [1, 4], "data_offsets": [0, 8]},
    }
    options = ReadOptions((activation("identity"),))
    reading = read_safetensors(tensor_files.with_header(header, data), options)
    assert reading.session.network.layers[0].weights.tolist() == [numbers]
    assert reading.dtype == "bfloat16"
    assert reading.notes == ("layer 1 has no bias in the file: taken as 0",)


def test_matrices_have_one_row_per_neuron_unless_told_otherwise() -> None:
    tensors = {"0.weight": [[1, 2], [3, 4]], "0.bias": [5, 6], "2.weight": [[7, 8]], "2.bias": [9]}
    data = tensor_files.safetensors(tensors)
    network = read_safetensors(data, RELU_IDENTITY).session.network
    assert network.layers[0].weights.tolist() == [[1, 2], [3, 4]]
    assert network.sizes == (2, 2, 1)
    turned = tensor_files.safetensors(tensors | {"2.weight": [[7], [8]]})
    with pytest.raises(ValueError, match=r"the other way round: give --transposed$"):
        read_safetensors(turned, RELU_IDENTITY)
    options = ReadOptions(RELU_IDENTITY.activations, transposed=True)
    reading = read_safetensors(turned, options)
    assert reading.session.network.layers[0].weights.tolist() == [[1, 3], [2, 4]]
    assert reading.notes == ("matrices with one column per neuron were transposed",)


def test_kernels_have_one_column_per_neuron() -> None:
    data = tensor_files.safetensors({"dense/kernel": [[1, 2], [3, 4]], "dense/bias": [5, 6]})
    reading = read_safetensors(data, ReadOptions((activation("relu"),)))
    assert reading.session.network.layers[0].weights.tolist() == [[1, 3], [2, 4]]


def test_layer_ten_comes_after_layer_two() -> None:
    tensors = {f"layers.{k}.linear.weight": [[float(k)]] for k in range(12)}
    ordered = dict(sorted(tensors.items()))
    options = ReadOptions((activation("identity"),) * 12)
    session = read_safetensors(tensor_files.safetensors(ordered), options).session
    assert [layer.weights[0, 0] for layer in session.network.layers] == list(range(12))
    assert session.network.layers[10].name == "layers.10.linear"


def test_our_own_file_needs_no_options() -> None:
    data = write_safetensors(examples.load("two-layer"))
    with pytest.raises(ValueError, match=r"^has its own activations; leave --activations out$"):
        read_safetensors(data, ReadOptions((activation("relu"),)))
    with pytest.raises(ValueError, match=r"leave --transposed out$"):
        read_safetensors(data, ReadOptions(transposed=True))


def test_a_document_that_does_not_fit_is_refused() -> None:
    document = '[[layers]]\nactivation = "relu"\n'
    two = {"0.weight": [[1.0]], "2.weight": [[1.0]]}
    for metadata, tensors, reason in (
        (document, two, "^metadata: 1 layers, the file has weights for 2$"),
        ("layers = 3", two, "^metadata: layers: expected tables$"),
        (document.replace("relu", "relo"), {"0.weight": [[1.0]]}, r"^metadata: layers\[1\].activ"),
        (document + "weight = 3", {"0.weight": [[1.0]]}, r"^metadata: layers\[1\]: unknown key"),
        ("inputs = [[1, 2]]\n" + document, {"0.weight": [[1.0]]}, "^metadata: inputs: each sample"),
        ("[" * 5000, {"0.weight": [[1.0]]}, "^metadata: "),
    ):
        data = tensor_files.safetensors(tensors, metadata={"nn-play": metadata})
        with pytest.raises(ValueError, match=reason):
            read_safetensors(data, NOTHING)


def test_too_many_samples_are_not_written() -> None:
    session = Session(Network([Layer([[1.0]], [0.0], "relu")]), np.full((400_000, 1), 1 / 3))
    with pytest.raises(ValueError, match=r"save the network with fewer samples$"):
        write_safetensors(session)


@pytest.mark.parametrize(
    "names",
    [
        ("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"),
        ("net.0.weight", "net.0.bias", "net.2.weight", "net.2.bias"),
        ("encoder.weight", "encoder.bias", "decoder.weight", "decoder.bias"),
    ],
)
def test_an_edited_model_fits_back_where_it_came_from(names: tuple[str, ...]) -> None:
    shapes = ((3, 3), (3,), (2, 3), (2,))
    arrays = {name: np.ones(shape, np.float32) for name, shape in zip(names, shapes, strict=True)}
    read = read_safetensors(safetensors.numpy.save(arrays), RELU_IDENTITY)
    edited = SetWeight(1, 0, 2, 0.5).apply(read.session)
    for _ in range(2):
        data = write_safetensors(edited, read.dtype)
        back = safetensors.numpy.load(data)
        assert {name: array.shape for name, array in back.items()} == dict(
            zip(names, shapes, strict=True)
        )
        assert back[names[2]][0].tolist() == [1, 1, 0.5]
        assert back[names[2]].dtype == np.float32
        again = read_safetensors(data, NOTHING).session
        assert everything(again) == everything(edited)
        edited = again


def test_a_bias_that_was_not_there_comes_when_it_is_set() -> None:
    data = safetensors.numpy.save({"fc1.weight": np.ones((2, 2), np.float32)})
    session = read_safetensors(data, ReadOptions((activation("relu"),))).session
    assert set(safetensors.numpy.load(write_safetensors(session))) == {"fc1.weight"}
    set_now = SetBias(0, 1, 0.5).apply(session)
    assert set(safetensors.numpy.load(write_safetensors(set_now))) == {"fc1.weight", "fc1.bias"}


def test_a_layer_more_gives_all_of_them_the_usual_names() -> None:
    data = safetensors.numpy.save({"fc1.weight": np.ones((2, 2), np.float32)})
    session = read_safetensors(data, ReadOptions((activation("relu"),))).session
    more = session.evolve(network=Network([*session.network.layers, *session.network.layers]))
    assert "2.weight" in safetensors.numpy.load(write_safetensors(more))


def test_names_of_jax_have_one_column_per_neuron_and_others_are_asked_about() -> None:
    square, bias = np.array([[1, 2], [3, 4]], np.float32), np.zeros(2, np.float32)
    options = ReadOptions((activation("relu"),))
    jax = safetensors.numpy.save({"linear/w": square, "linear/b": bias})
    weights = read_safetensors(jax, options).session.network.layers[0].weights
    assert weights.tolist() == square.T.tolist()
    own = safetensors.numpy.save({"W1": square, "b1": bias})
    with pytest.raises(OrientationUnknownError):
        read_safetensors(own, options)


def test_whole_numbers_beside_the_layers_are_left_out() -> None:
    arrays = {"0.weight": np.ones((1, 2)), "step": np.array([3]), "mask": np.array([True])}
    notes = read_safetensors(
        safetensors.numpy.save(arrays), ReadOptions((activation("relu"),))
    ).notes
    assert "'step' holds whole numbers: left out" in notes
    assert "'mask' holds whole numbers: left out" in notes


def test_an_order_that_was_given_is_that_of_the_file_written() -> None:
    data = safetensors.numpy.save({f"fc{k}.weight": np.full((1, 1), k * 1.0) for k in (1, 2)})
    options = ReadOptions(RELU_IDENTITY.activations, layers=("fc2", "fc1"))
    session = read_safetensors(data, options).session
    again = read_safetensors(write_safetensors(session), NOTHING).session
    assert [layer.weights[0, 0] for layer in again.network.layers] == [2, 1]

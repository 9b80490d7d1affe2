"""NumPy's .npz: our files read back as the same session, and others' files are understood."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given

from engine import Session, examples
from engine.formats.npz import read_npz, write_npz
from engine.formats.reading import OrderUnknownError, OrientationUnknownError, ReadOptions
from engine.nn.activations import activation
from tests.engine.formats.session_comparison import everything
from tests.engine.formats.tensors.tensor_files import archive, npz
from tests.engine.strategies import any_number, sessions

NOTHING = ReadOptions()
ONE = ReadOptions((activation("relu"),))
TWO = ReadOptions((activation("relu"), activation("identity")))


@given(sessions(any_number))
def test_what_is_written_is_read_as_the_same_session(session: Session) -> None:
    again = read_npz(write_npz(session), NOTHING)
    assert everything(again.session) == everything(session)
    assert again.notes == ()


def test_numpy_reads_what_is_written() -> None:
    session = examples.load("two-layer")
    with np.load(io.BytesIO(write_npz(session)), allow_pickle=False) as arrays:
        assert set(arrays) == {"W1", "b1", "W2", "b2", "metadata"}
        np.testing.assert_array_equal(arrays["W2"], session.network.layers[1].weights)
        np.testing.assert_array_equal(arrays["b1"], session.network.layers[0].bias)
        assert "activation" in str(arrays["metadata"])


W1 = np.arange(6.0).reshape(2, 3)
W2 = np.array([[7.0, 8.0]])


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("dtype", ["<f8", ">f8", "<f4", "<f2", "<i8", ">i2", "u1"])
def test_rows_or_columns_are_told_by_what_fits(compressed: bool, dtype: str) -> None:
    arrays = {"W1": W1, "b1": np.array([1, 2]), "W2": W2, "b2": np.array([3])}
    arrays = {name: array.astype(dtype) for name, array in arrays.items()}
    turned = {name: np.asfortranarray(array.T) for name, array in arrays.items()}
    for given_arrays in (arrays, turned):
        layers = read_npz(npz(given_arrays, compressed), TWO).session.network.layers
        np.testing.assert_array_equal(layers[0].weights, W1)
        np.testing.assert_array_equal(layers[1].weights, W2)
        np.testing.assert_array_equal(layers[0].bias, [1, 2])
    notes = read_npz(npz(turned), TWO).notes
    assert notes == ("matrices with one column per neuron were transposed",)


def test_the_column_of_biases_of_a_tutorial_is_a_row() -> None:
    for bias in ([[1.0, 2.0]], [[1.0], [2.0]]):
        arrays = {"W1": W1, "b1": np.array(bias), "W2": W2, "b2": np.float64(3)}
        layers = read_npz(npz(arrays), TWO).session.network.layers
        assert [layer.bias.tolist() for layer in layers] == [[1, 2], [3]]


def test_a_square_matrix_must_be_explained() -> None:
    square = np.array([[1.0, 2.0], [3.0, 4.0]])
    data = npz({"W1": square, "b1": np.zeros(2)})
    with pytest.raises(
        OrientationUnknownError, match=r"^'W1': .* --not-transposed .* --transposed"
    ):
        read_npz(data, ONE)
    for transposed, expected in ((False, square), (True, square.T)):
        options = ReadOptions(ONE.activations, transposed)
        weights = read_npz(data, options).session.network.layers[0].weights
        np.testing.assert_array_equal(weights, expected)


@pytest.mark.parametrize(
    ("name", "bias_name", "expected"),
    [
        ("coefs_0", "intercepts_0", [[1, 3], [2, 4]]),
        ("dense/kernel", "dense/bias", [[1, 3], [2, 4]]),
        ("0.weight", "0.bias", [[1, 2], [3, 4]]),
    ],
)
def test_the_names_of_a_library_explain_a_square_matrix(
    name: str, bias_name: str, expected: list[list[float]]
) -> None:
    data = npz({name: np.array([[1.0, 2.0], [3.0, 4.0]]), bias_name: np.zeros(2)})
    assert read_npz(data, ONE).session.network.layers[0].weights.tolist() == expected


def test_arrays_without_telling_names_go_in_their_order() -> None:
    file = io.BytesIO()
    np.savez(file, *(np.eye(1) * k if k % 2 == 0 else np.zeros(1) for k in range(24)))
    options = ReadOptions((activation("identity"),) * 12, transposed=False)
    layers = read_npz(file.getvalue(), options).session.network.layers
    assert [layer.weights[0, 0] for layer in layers] == list(range(0, 24, 2))


def test_what_is_no_matrix_or_row_is_ignored_and_told() -> None:
    data = npz({"W1": W1, "b1": np.zeros(2), "epochs": np.int64(7), "note": np.array("x")})
    assert read_npz(data, ONE).notes == (
        "array 'epochs' is not a matrix or row of numbers: ignored",
        "array 'note' is not a matrix or row of numbers: ignored",
    )


def test_objects_are_refused_unread() -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return pytest.fail, ("it was unpickled",)

    data = npz({"W1": np.array([Trap()], dtype=object)})
    with pytest.raises(ValueError, match=r"^array 'W1' holds Python objects, which would run code"):
        read_npz(data, ONE)


def member(header: str, n_bytes: int = 16) -> bytes:
    return (
        b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + bytes(n_bytes)
    )


FORM = "{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is not a zip archive"),
        (b"PK\5\6" + bytes(8) + b"\xff\xff\xff\x7f" + bytes(6), "holds too many files"),
        (b"PK\5\6" + bytes(8) + b"\x64" + bytes(9), "is not a zip archive, or is a broken one"),
        (archive({}), "has no tensors"),
        (archive({"W1.npy": b"x"}), "array 'W1' is not in NumPy's format"),
        (archive({"W1.npy": member("{'descr': __import__('os')}")}), "array 'W1': its header is"),
        (archive({"W1.npy": member("x" * 5000)}), "array 'W1': its header would have 5,000 bytes"),
        (archive({"W1.npy": member(FORM.format("<f8", "1, 1"))}), "array 'W1': has 16 bytes, its"),
        (archive({"W1.npy": member(FORM.format("<f8", "1, 1" * 40))}), "array 'W1': its shape is"),
        (
            archive({"W1.npy": member(FORM.format("<f8", "999999999999999, 999999999999999"))}),
            "array 'W1': has 16 bytes, its shape needs 7,999",
        ),
        (archive({"W1.npy": member(FORM.format("<f8", "1, 2")), "W1": b""}), "array 'W1' is not"),
        (archive({"a": bytes(80_000_000)}), "unpacks to 80 MB; at most 72 MB are read"),
        (archive({f"{k}": b"" for k in range(2002)}), "holds 2,002 files; at most 2,001 are read"),
        (archive({f"{k}": b"" for k in range(50_000)}), "holds too many files"),
        (archive({"W1.npy": b"x"}, zipfile.ZIP_LZMA), "'W1.npy' is encrypted or compressed in a"),
        (npz({"W1": W1, "b1": np.ones(4)}), "'b1' has 4 numbers, expected 2, one for each row of"),
        (npz({"W1": W1, "v": np.ones((3, 2))}), "tensor 'v' is neither weights nor a bias by its"),
        (npz({"W1": W1, "b2": np.ones(3)}), "bias 'b2' has no weights of a similar name"),
        (npz({"W1": W1, "w1": W1}), "'W1' and 'w1' have the same meaning"),
        (npz({"W1": np.ones(3), "b1": np.ones(2)}), "'b1' has 2 numbers, expected 3, one for"),
        (npz({"W1": np.ones((2, 2, 2))}), "tensor 'W1' has 3 dimensions (2 × 2 × 2)"),
        (npz({"W1": np.ones((0, 2))}), "tensor 'W1' is empty (0 × 2)"),
        (npz({"x": np.ones(3)}), "tensor 'x' follows no matrix whose bias it could be"),
        (npz({"W1": W1, "W2": W1}), "the matrices do not form one path of layers: 'W1' 2 × 3"),
        (
            npz({"W1": [[1, 2**53 + 1]], "b1": [0]}),
            "array 'W1' holds integers too large for a float64",
        ),
        (npz({"W1": [[1.0, np.nan]], "b1": [0.0]}), "'W1'[1][2] is nan, not a finite number"),
        (npz({"W1": [[1j, 2]]}), "array 'W1' holds complex128; weights are read as float16, float"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "file",
)
def test_a_broken_file_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=r"^(?s:.*)$") as raised:
        read_npz(data, ONE)
    assert str(raised.value).startswith(reason)
    assert str(raised.value).isprintable()


def test_an_archive_that_lies_about_sizes_is_refused() -> None:
    data = npz({"W1": np.zeros((100, 100)), "b1": np.zeros(100)}, compressed=True)
    size = (80_128).to_bytes(4, "little")
    before, _, after = data.rpartition(size)
    with pytest.raises(ValueError, match=r"^'W1\.npy' is broken$"):
        read_npz(before + (300).to_bytes(4, "little") + after, ONE)


def test_the_same_member_twice_is_refused() -> None:
    data = npz({"W1": W1, "W2": W1}).replace(b"W2.npy", b"W1.npy")
    with pytest.raises(ValueError, match=r"^'W1\.npy' is in the archive twice$"):
        read_npz(data, ONE)


FEATURES = np.arange(12.0).reshape(4, 3)


@pytest.mark.parametrize(
    "arrays",
    [
        {"inputs": FEATURES, "labels": np.array([0, 1, 2, 1])},
        {"X": FEATURES, "y": np.ones(4)},
        {"x": FEATURES, "Y": np.eye(4)},
        {"X_train": FEATURES, "y_train": np.ones(4), "X_test": FEATURES, "y_test": np.ones(4)},
        {"xtrain": FEATURES, "ytrain": np.ones(4)},
        {"train_images": np.zeros((4, 2, 2)), "train_labels": np.ones(4), "mean": np.zeros(3)},
        {"data": FEATURES, "target": np.ones(4), "target_names": np.array(["a", "b"])},
        {"features": FEATURES, "classes": np.ones(4), "sample_weight": np.ones(4)},
        {"inputs": FEATURES},
        {"features": np.zeros((7, 3)), "targets": np.ones((7, 7))},
    ],
)
def test_a_data_set_is_no_network(arrays: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"^is a data set by its names, not a network: ") as no:
        read_npz(npz(arrays), ONE)
    assert str(no.value).isprintable()


def test_layers_named_for_inputs_and_classes_are_a_network() -> None:
    arrays = {"input_W": W1, "input_b": np.zeros(2), "class_W": W2, "class_b": np.zeros(1)}
    assert read_npz(npz(arrays), TWO).session.network.sizes == (3, 2, 1)


def test_arrays_of_objects_beside_the_layers_are_ignored() -> None:
    history = np.array({"loss": [1.0]}, dtype=object)
    notes = read_npz(npz({"W1": W1, "b1": np.zeros(2), "history": history}), ONE).notes
    assert notes == (
        "array 'history' holds Python objects, which would run code; it is not opened: ignored",
    )


def test_an_order_taken_from_the_file_is_told() -> None:
    arrays = {"W_dec": W1.T, "b_dec": np.zeros(3), "W_enc": W1, "b_enc": np.zeros(2)}
    reading = read_npz(npz(arrays), TWO)
    assert reading.session.network.sizes == (2, 3, 2)
    assert reading.notes == (
        "names and shapes leave the order of layers open: it is that of the file",
    )
    with pytest.raises(OrderUnknownError):
        read_npz(npz(dict(sorted(arrays.items()))), TWO)
    options = ReadOptions(TWO.activations, layers=("enc", "W_dec"))
    assert read_npz(npz(arrays), options).session.network.sizes == (3, 2, 3)


@pytest.mark.parametrize(
    ("names", "transposed"),
    [
        (("mlp/~/linear_0/w", "mlp/~/linear_0/b"), True),
        (("params/Dense_0/kernel", "params/Dense_0/bias"), True),
        (("coef_", "intercept_"), False),
    ],
)
def test_libraries_tell_a_square_matrix_by_their_names(
    names: tuple[str, str], transposed: bool
) -> None:
    square = np.array([[1.0, 2.0], [3.0, 4.0]])
    arrays = {names[0]: square, names[1]: np.zeros(2)}
    weights = read_npz(npz(arrays), ONE).session.network.layers[0].weights
    assert weights.tolist() == (square.T if transposed else square).tolist()

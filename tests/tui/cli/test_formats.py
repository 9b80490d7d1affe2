"""`nn-play` on the models of frameworks: each opens, answers, and is written back."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from engine import examples, load, save
from engine.edits.structure import AddLayer
from engine.formats import read
from tests.engine.formats.onnx.onnx_models import two_heads
from tests.tui.cli.command_line import Command, command, failure
from tests.tui.cli.test_completion import complete

nn_play = pytest.fixture(command)

ROOT = Path(__file__).parents[3]
TENSORS = ROOT / "tests" / "data" / "models"
ONNX = ROOT / "tests" / "data" / "onnx"
MODELS: dict[str, dict[str, Any]] = json.loads((TENSORS / "tensors.json").read_text("utf-8"))
EXPORTED: dict[str, dict[str, Any]] = json.loads((ONNX / "outputs.json").read_text("utf-8"))
IRIS = str(TENSORS / "torch-iris.safetensors")
OF_IRIS = ("--activations", "relu,identity")


def samples(inputs: list[list[float]]) -> list[str]:
    rows = [",".join(map(repr, row)) for row in inputs]
    return [word for row in rows for word in ("-x", row)]


def activations(case: dict[str, Any]) -> list[str]:
    names = case["activations"]
    return [] if names is None else ["--activations", ",".join(names)]


@pytest.mark.parametrize("name", MODELS)
def test_a_model_answers_as_its_framework_does(nn_play: Command, name: str) -> None:
    case = MODELS[name]
    result = nn_play(
        "run", str(TENSORS / name), "--json", *activations(case), *samples(case["inputs"])
    )
    assert (result.status, result.error) == (0, "")
    np.testing.assert_allclose(result.json["outputs"], case["outputs"], rtol=2e-6, atol=2e-6)
    np.testing.assert_allclose(result.json["outputs"], case["float64"], rtol=1e-13)


@pytest.mark.parametrize(
    "name",
    ["sklearn-cancer", "sklearn-iris-names", "torch-wine", "torch-external", "torch-digits-dynamo"],
)
def test_an_exported_model_answers_as_its_framework_does(nn_play: Command, name: str) -> None:
    case = EXPORTED[name]
    result = nn_play("run", str(ONNX / f"{name}.onnx"), "--json", *samples(case["inputs"]))
    assert (result.status, result.error) == (0, "")
    np.testing.assert_allclose(result.json["outputs"], case["outputs"], rtol=1e-5, atol=1e-5)
    assert result.json["task"] == case["task"]


def test_the_names_of_classes_are_the_predictions(nn_play: Command) -> None:
    case = EXPORTED["sklearn-iris-names"]
    result = nn_play(
        "run", str(ONNX / "sklearn-iris-names.onnx"), "--json", *samples(case["inputs"])
    )
    largest = np.argmax(case["outputs"], axis=1)
    assert result.json["predictions"] == [case["classes"][place] for place in largest]


@pytest.mark.parametrize("suffix", ["toml", "onnx", "safetensors", "npz"])
def test_what_is_exported_has_the_very_weights(
    nn_play: Command, tmp_path: Path, suffix: str
) -> None:
    result = nn_play("export", IRIS, f"net.{suffix}", *OF_IRIS)
    assert result == (0, f"wrote net.{suffix}: 4→8→3 · 67 parameters: 56 weights + 11 biases\n", "")
    before = read(IRIS, ["relu", "identity"])
    after = read(tmp_path / f"net.{suffix}")
    assert (before.dtype, after.dtype) == ("float32", "float32")
    for one, other in zip(before.session.network.layers, after.session.network.layers, strict=True):
        assert one.activation == other.activation
        np.testing.assert_array_equal(one.weights, other.weights)
        np.testing.assert_array_equal(one.bias, other.bias)


@pytest.mark.parametrize("suffix", ["onnx", "safetensors", "npz"])
def test_an_exported_example_is_the_same_session(nn_play: Command, suffix: str) -> None:
    assert nn_play("export", "xor-step", f"net.{suffix}").status == 0
    assert nn_play("run", f"net.{suffix}", "--json") == nn_play("run", "xor-step", "--json")
    session = read(f"net.{suffix}").session
    assert session.note == examples.load("xor-step").note


def test_a_layer_that_is_new_to_the_file_is_told(nn_play: Command) -> None:
    session = AddLayer(1).apply(load(IRIS, ["relu", "identity"]))
    save(session, "net.toml")
    assert nn_play("export", "net.toml", "net.safetensors").lines == [
        "wrote net.safetensors: 4→8→8→3 · 139 parameters: 120 weights + 19 biases",
        "note: layer 2 is new to the file it came from: added2.weight",
    ]


def test_what_was_folded_is_told_and_numbers_that_float32_lacks_are_float64(
    nn_play: Command,
) -> None:
    result = nn_play("export", str(TENSORS / "keras-iris.keras"), "net.npz")
    assert result.lines[0].startswith("wrote net.npz: 4→6→5→3")
    assert "note: all numbers are written as float64" in result.lines[1]
    assert any("(Normalization): folded into" in line for line in result.lines[2:])
    assert read("net.npz").dtype == "float64"


def test_trained_weights_are_written_in_the_format_of_the_source(nn_play: Command) -> None:
    arguments = ("--dataset", "iris", "--epochs", "1", "--loss", "mse")
    result = nn_play("train", IRIS, *OF_IRIS, *arguments, "-o", "net.safetensors")
    assert (result.status, result.error) == (0, "")
    assert read("net.safetensors").session.n_samples == 150


def test_a_sweep_of_a_file_without_activations(nn_play: Command) -> None:
    result = nn_play("sweep", IRIS, "b2[1]", "--from", "0", "--to", "1", "--json", *OF_IRIS)
    rows = np.array(result.json["outputs"])
    np.testing.assert_allclose(rows[:, 0], rows[0, 0] + np.array(result.json["values"]))
    assert (rows[:, 1:] == rows[0, 1:]).all()


@pytest.fixture
def square(tmp_path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    matrix = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.savez(tmp_path / "square.npz", W1=matrix, b1=np.zeros(2))
    return matrix


@pytest.mark.parametrize(
    ("option", "outputs"), [("--not-transposed", [1.0, 3.0]), ("--transposed", [1.0, 2.0])]
)
def test_how_matrices_lie_is_said_where_shapes_do_not_tell(
    nn_play: Command, square: object, option: str, outputs: list[float]
) -> None:
    arguments = ("run", "square.npz", "-x", "1,0", "--activations", "identity")
    message = failure(nn_play(*arguments))
    assert message.startswith("square.npz: 'W1': its shape does not show")
    assert option in message
    assert nn_play(*arguments, option, "--json").json["outputs"] == [outputs]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((IRIS,), "does not say its activations; give one for each of the 2 layers, as in"),
        ((IRIS, "--activations", "relu"), "1 activation given, expected 2, one for each layer"),
        ((IRIS, "--activations", "rellu,relu"), "--activations: activation 'rellu' is unknown"),
        ((IRIS, *OF_IRIS, "--transposed"), "give --not-transposed"),
        ((IRIS, "--neurons", "1"), "--bias and --neurons go with --tensor"),
        ((IRIS, "--tensor", "0.wieght"), "there is no tensor '0.wieght'; did you mean '0.weight'?"),
        ((IRIS, "--tensor", "0.bias"), "'0.bias' is 8, expected a matrix"),
        ((IRIS, "--tensor", "0.weight", "--activations", "relu,relu"), "2 given, expected one"),
        ((IRIS, "--tensor", "0.weight", "--neurons", "0-2"), "they count from 1 to 8"),
        ((IRIS, "--tensor", "0.weight", "--neurons", "2-9"), "they count from 1 to 8"),
        ((IRIS, "--tensor", "0.weight", "--neurons", "3-2"), "3-2 does not exist"),
        ((IRIS, "--tensor", "0.weight", "--neurons", "1,1"), "one of them is named twice"),
        (
            (IRIS, "--tensor", "0.weight", "--neurons", "a"),
            "'a' is not valid; expected",
        ),
        (("xor-step", "--tensor", "a"), "xor-step: --tensor is for safetensors files"),
        (("xor-step", "--transposed"), "has its own matrix orientation"),
        (("net.npz", "--tensor", "a"), "--tensor is for .safetensors files"),
        (("net.pt",), "is a pickle, which may run any code when opened; convert it with: import"),
        (("net.joblib",), "is a pickle, which may run any code"),
        (("none.onnx",), "none.onnx: no such file or directory"),
    ],
)
def test_what_cannot_be_opened_is_one_line(
    nn_play: Command, arguments: tuple[str, ...], words: str
) -> None:
    message = failure(nn_play("run", *arguments, "-x", "1,2,3,4"))
    assert words in message
    assert "opens one layer" not in message


def test_an_output_of_several_is_chosen(
    nn_play: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "heads.onnx")
    onnx.save(two_heads(), path)
    assert failure(nn_play("run", path)) == (
        f"{path}: has 2 outputs to choose from, 'action' (3 numbers), "
        f"'value' (1 number); give one with --output NAME"
    )
    chosen = json.loads(nn_play("info", path, "--output", "value", "--json").output)
    assert [layer["shape"] for layer in chosen["layers"]] == [[2, 3], [1, 2]]
    assert "output 'action': left out" in chosen["notes"]
    assert chosen["format"] == "onnx"
    part = tmp_path / "part.npz"
    assert nn_play("export", path, str(part), "--output", "action").status == 0
    assert read(part).session.network.sizes == (3, 2, 3)
    for source in ("xor-step", str(part)):
        result = failure(nn_play("run", source, "--output", "action"))
        assert result.endswith(f"{source}: --output is for ONNX and Keras files")
    assert complete(nn_play, monkeypatch, "run", path, "--output", "v") == ["plain,value"]


def test_what_is_only_read_cannot_be_written(nn_play: Command, tmp_path: Path) -> None:
    message = failure(nn_play("export", "xor-step", "net.keras"))
    assert message.startswith("net.keras: .keras files are only read; write one of .toml, ")
    assert not list(tmp_path.iterdir())


def test_one_layer_of_a_file(nn_play: Command) -> None:
    whole = read(IRIS, ["relu", "identity"]).session.network.layers[0]
    arguments = ("--tensor", "0.weight", "--neurons", "2-3,8", "-x", "1,2,3,4", "--json")
    answer = nn_play("run", IRIS, *arguments).json
    expected = whole.weights @ [1, 2, 3, 4] + whole.bias
    np.testing.assert_allclose(answer["outputs"], [expected[[1, 2, 7]]], rtol=1e-15)
    assert answer["title"] == "0.weight"
    turned = nn_play(
        "run", IRIS, "--tensor", "0.weight", "--transposed", "-x", "1,0,0,0,0,0,0,1", "--json"
    ).json
    assert turned["outputs"] == [(whole.weights[0] + whole.weights[7]).tolist()]


def test_no_command_loads_the_screen_for_any_format(tmp_path: Path) -> None:
    code = (
        "import sys; from tui.cli import main; status = main(sys.argv[1:]);"
        "assert not {'textual', 'rich', 'plotext'} & set(sys.modules); sys.exit(status)"
    )
    onnx = str(ONNX / "torch-wine.onnx")
    for arguments in (("info", IRIS), ("export", onnx, str(tmp_path / "net.npz")), ("info", onnx)):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")

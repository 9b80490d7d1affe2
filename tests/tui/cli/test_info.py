"""`nn-play info`: what a file or an example holds."""

from pathlib import Path

import pytest

from tests.tui.cli.command_line import Command, command, failure
from tests.tui.large_file import BIAS, N_INPUTS, N_NEURONS, WEIGHT, write_large_file

nn_play = pytest.fixture(command)

DATA = Path(__file__).parents[2] / "data"
IRIS = str(DATA / "models" / "torch-iris.safetensors")
KEYS = [
    "title",
    "format",
    "dtype",
    "task",
    "features",
    "classes",
    "samples",
    "n_test",
    "targets",
    "n_targets",
    "layers",
    "weights",
    "biases",
    "notes",
    "health",
    "tensors",
]
ONE_DEAD_NEURON = b"""
inputs = [[1], [2], [3]]
targets = [[0], [1], [1]]
[[layers]]
name = "hidden"
activation = "relu"
weights = [[1], [-1]]
bias = [0, 0]
[[layers]]
activation = "sigmoid"
weights = [[1, 1]]
bias = [0]
"""


@pytest.fixture
def large(tmp_path: Path) -> str:
    write_large_file(tmp_path / "large.safetensors")
    return "large.safetensors"


def test_an_example(nn_play: Command) -> None:
    answer = nn_play("info", "spam-or-ham", "--json").json
    assert list(answer) == KEYS
    assert answer == {
        "title": "One sigmoid neuron: spam (1) or ham (0)",
        "format": "toml",
        "dtype": "float64",
        "task": "binary",
        "features": ["suspicious words", "known senders"],
        "classes": ["ham", "spam"],
        "samples": 1,
        "n_test": 0,
        "targets": False,
        "n_targets": 0,
        "layers": [
            {
                "name": "output",
                "activation": "sigmoid",
                "shape": [1, 2],
                "weights": 2,
                "biases": 1,
            }
        ],
        "weights": 2,
        "biases": 1,
        "notes": [],
        "health": [],
        "tensors": None,
    }


def test_an_example_for_reading(nn_play: Command) -> None:
    assert nn_play("info", "spam-or-ham").lines == [
        "One sigmoid neuron: spam (1) or ham (0)",
        "2→1 · 3 parameters: 2 weights + 1 bias · binary · float64",
        "",
        "layer     neurons × inputs  activation  weights  biases",
        "1 output  1 × 2             sigmoid           2       1",
        "",
        "features: suspicious words, known senders",
        "classes: ham, spam",
        "samples: 1, without targets",
        "",
        "no neuron is silent over the samples",
    ]


def test_silent_neurons_are_told_over_the_samples(nn_play: Command) -> None:
    answer = nn_play("info", "-", "--json", stdin=ONE_DEAD_NEURON).json
    assert (answer["samples"], answer["targets"]) == (3, True)
    (sentence,) = answer["health"]
    assert "h2" in sentence
    text = " ".join(nn_play("info", "-", stdin=ONE_DEAD_NEURON).output.split())
    assert f"neurons over all samples: - {sentence}" in text
    assert "samples: 3, with targets" in text


def test_what_was_folded_and_left_out_is_told(nn_play: Command) -> None:
    keras = str(DATA / "models" / "keras-iris.keras")
    answer = nn_play("info", keras, "--json").json
    assert (answer["format"], answer["dtype"], answer["task"]) == ("keras", "float32", "multiclass")
    assert [layer["activation"] for layer in answer["layers"]] == [
        "gelu",
        "leaky_relu(0.1)",
        "softmax",
    ]
    assert [layer["shape"] for layer in answer["layers"]] == [[6, 4], [5, 6], [3, 5]]
    assert any("(Normalization): folded into layer 1" in note for note in answer["notes"])
    assert (answer["samples"], answer["health"]) == (None, None)
    text = " ".join(nn_play("info", keras).output.split())
    assert all(note in text for note in answer["notes"])
    assert "samples: none" in text


def test_a_file_without_activations_tells_all_the_rest(nn_play: Command) -> None:
    answer = nn_play("info", IRIS, "--json").json
    assert [layer["activation"] for layer in answer["layers"]] == [None, None]
    assert (answer["weights"], answer["biases"], answer["dtype"]) == (56, 11, "float32")
    assert (answer["task"], answer["health"]) == (None, None)
    text = nn_play("info", IRIS).output
    assert "task not in the file" in text
    assert "--activations relu,identity" in text
    known = nn_play("info", IRIS, "--activations", "relu,softmax", "--json").json
    assert [layer["activation"] for layer in known["layers"]] == ["relu", "softmax"]
    assert known["task"] == "multiclass"


def test_the_tensors_of_a_file_too_large_to_be_opened(nn_play: Command, large: str) -> None:
    answer = nn_play("info", large, "--json").json
    assert list(answer) == KEYS
    assert answer["layers"] is None
    assert answer["notes"][0].startswith("cannot be opened whole: has 96 MB; ")
    assert answer["tensors"] == [
        {"name": "layers.0.norm", "dtype": "float32", "shape": [N_INPUTS], "bytes": 4 * N_INPUTS},
        {
            "name": WEIGHT,
            "dtype": "float32",
            "shape": [N_NEURONS, N_INPUTS],
            "bytes": 4 * N_NEURONS * N_INPUTS,
        },
        {"name": BIAS, "dtype": "float32", "shape": [N_NEURONS], "bytes": 4 * N_NEURONS},
        {"name": "step", "dtype": "I64", "shape": [1], "bytes": 8},
    ]
    lines = nn_play("info", large).lines
    assert f"4000 × 6000  float32       96.0 MB  {WEIGHT}" in lines
    assert lines[-1] == f"  nn-play {large} --tensor {WEIGHT} --neurons 1-64"


def test_a_layer_of_it_is_opened_as_it_says(nn_play: Command, large: str) -> None:
    message = failure(nn_play("run", large, "-x", "1"))
    assert message.endswith("--tensor NAME opens one layer of it; 'nn-play info' lists its tensors")
    chosen = ("--tensor", WEIGHT, "--neurons", "3,1")
    answer = nn_play("info", large, *chosen, "--json").json
    assert answer["format"] == "safetensors"
    assert answer["layers"][0]["shape"] == [2, N_INPUTS]
    assert answer["notes"] == [
        "activation: identity, as the file gives none",
        f"bias: '{BIAS}'",
    ]
    row = ",".join(["1", "1", "1", *["0"] * (N_INPUTS - 3)])
    outputs = nn_play("run", large, *chosen, "-x", row, "--json").json["outputs"]
    assert outputs == [[6.5, 0.0]]
    outputs = nn_play(
        "run", large, *chosen, "--bias", BIAS, "--activations", "sigmoid", "-x", row, "--json"
    ).json["outputs"]
    assert outputs[0][1] == 0.5


def test_all_neurons_of_it_are_too_many(nn_play: Command, large: str) -> None:
    message = failure(nn_play("run", large, "--tensor", WEIGHT, "-x", "1"))
    assert "24,004,000 numbers; at most 6,000,000 are opened as a network" in message
    assert "as in --neurons 1-64" in message


def test_what_is_no_network_is_one_line(nn_play: Command, tmp_path: Path) -> None:
    (tmp_path / "junk.safetensors").write_bytes(b"\x1b[31mjunk")
    (tmp_path / "junk.onnx").write_bytes(b"junk")
    for name in ("junk.safetensors", "junk.onnx", "none.npz", "xor-stpe"):
        assert failure(nn_play("info", name)).startswith(f"{name}: ")


def test_names_with_control_characters_reach_no_terminal(nn_play: Command, tmp_path: Path) -> None:
    name = "a\x1b]0;owned\x07.weight"
    header = (
        b'{"a\\u001b]0;owned\\u0007.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},'
        b'"b.c":{"dtype":"F32","shape":[1,1,1],"data_offsets":[4,8]}}'
    )
    content = len(header).to_bytes(8, "little") + header + bytes(8)
    (tmp_path / "odd.safetensors").write_bytes(content)
    result = nn_play("info", "odd.safetensors")
    assert result.status == 0
    assert "\x1b" not in result.output
    assert "\x07" not in result.output
    assert nn_play("info", "odd.safetensors", "--json").json["tensors"][0]["name"] == name

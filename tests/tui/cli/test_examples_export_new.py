"""`nn-play` examples, export and new: what is listed, and what is written."""

from pathlib import Path

import numpy as np
import pytest

from engine import examples, load
from tests.tui.cli.command_line import Command, command, failure

nn_play = pytest.fixture(command)


def test_examples_lists_all_with_sizes_and_notes(nn_play: Command) -> None:
    listed = nn_play("examples", "--json").json
    assert [entry["id"] for entry in listed] == list(examples.ids())
    for entry in listed:
        assert list(entry) == ["id", "title", "note", "sizes"]
        session = examples.load(entry["id"])
        assert entry["title"] == session.title
        assert entry["note"] == session.note
        assert entry["sizes"] == list(session.network.sizes)


def test_examples_for_reading_fits_the_terminal(
    nn_play: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    result = nn_play("examples")
    assert max(map(len, result.lines)) <= 80
    assert all(len(line) < 60 for line in result.lines if line.startswith("    "))
    heads = [line.split()[0] for line in result.lines if line and not line.startswith(" ")]
    assert heads == list(examples.ids())
    words = " ".join(result.output.split())
    for name in examples.ids():
        note = examples.load(name).note
        assert note
        assert " ".join(note.split()) in words


@pytest.mark.parametrize("name", ["xor-step", "three-classes", "spam-or-ham"])
def test_export_writes_a_file_that_answers_the_same(
    nn_play: Command, tmp_path: Path, name: str
) -> None:
    result = nn_play("export", name, "copy.toml")
    assert result.status == 0
    assert result.output.startswith("wrote copy.toml: ")
    assert nn_play("run", "copy.toml", "--json") == nn_play("run", name, "--json")


def test_export_writes_over_a_file_only_when_told_to(nn_play: Command, tmp_path: Path) -> None:
    (tmp_path / "old.toml").write_text("mine")
    message = failure(nn_play("export", "xor-step", "old.toml"))
    assert message == "old.toml: exists already; --force writes over it"
    assert (tmp_path / "old.toml").read_text() == "mine"
    assert nn_play("export", "xor-step", "old.toml", "--force").status == 0
    assert load(tmp_path / "old.toml").title == "XOR by hand with step neurons"


@pytest.mark.parametrize(
    ("destination", "words"),
    [
        ("copy", "copy: the name has no suffix; expected one of .toml"),
        ("copy.tmol", "copy.tmol: the suffix '.tmol' is unknown; did you mean '.toml'?"),
        ("none/copy.toml", "none/copy.toml: no such folder"),
        (".", ".: the name has no suffix"),
        ("-", "-: the name has no suffix"),
        ("folder.toml", "folder.toml: is a folder, not a file"),
    ],
)
def test_where_nothing_can_be_written_is_one_line(
    nn_play: Command, tmp_path: Path, destination: str, words: str
) -> None:
    (tmp_path / "folder.toml").mkdir()
    assert failure(nn_play("export", "xor-step", destination)).startswith(words)
    assert failure(nn_play("export", "xor-step", destination, "--force")).startswith(words)
    assert failure(nn_play("new", "2-1", "-o", destination)).startswith(words)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.toml"]


def test_new_writes_a_network_of_the_sizes_and_activations(
    nn_play: Command, tmp_path: Path
) -> None:
    arguments = ("--activations", "tanh,leaky_relu(0.2),softmax", "--init", "xavier")
    result = nn_play("new", "4-8-8-3", *arguments, "--seed", "7", "-o", "net.toml")
    assert result.output == "wrote net.toml: 4→8→8→3 · 139 parameters: 120 weights + 19 biases\n"
    session = load(tmp_path / "net.toml")
    assert session.network.sizes == (4, 8, 8, 3)
    texts = [layer.activation.text for layer in session.network.layers]
    assert texts == ["tanh", "leaky_relu(0.2)", "softmax"]
    assert session.title == "New 4-8-8-3 network: xavier, seed 7"
    assert not session.inputs_given


def test_the_same_seed_gives_the_same_network_and_the_note_tells_it(
    nn_play: Command, tmp_path: Path
) -> None:
    nn_play("new", "3-3-1", "-o", "first.toml")
    nn_play("new", "3-3-1", "-o", "other.toml")
    note = load(tmp_path / "first.toml").note
    assert note
    again = note.removeprefix("The same numbers again: nn-play ").split()
    assert nn_play(*again, "-o", "again.toml").status == 0
    first, other, again_text = (
        (tmp_path / f"{name}.toml").read_text() for name in ("first", "other", "again")
    )
    assert again_text == first
    assert other != first


def test_random_samples_leave_the_weights_of_the_seed(nn_play: Command, tmp_path: Path) -> None:
    for name, more in {"one": (), "ten": ("--samples", "10"), "again": ("--samples", "10")}.items():
        arguments = ("new", "4-5", "--activations", "relu", "--seed", "3", "-o", f"{name}.toml")
        assert nn_play(*arguments, *more).status == 0
    one, ten, again = (load(tmp_path / f"{name}.toml") for name in ("one", "ten", "again"))
    assert one.network.same_as(ten.network)
    assert ten.inputs.shape == (10, 4)
    assert ten.trace.outputs.shape == (10, 5)
    np.testing.assert_array_equal(ten.inputs, again.inputs)
    assert ten.note
    assert "--samples 10 --seed 3" in ten.note


def test_the_usual_activations(nn_play: Command, tmp_path: Path) -> None:
    for sizes, expected in {
        "3-1": ["sigmoid"],
        "3-2": ["softmax"],
        "3-4-5-1": ["relu", "relu", "sigmoid"],
        "3-4-2": ["relu", "softmax"],
    }.items():
        assert nn_play("new", sizes, "-o", "net.toml", "--force").status == 0
        layers = load(tmp_path / "net.toml").network.layers
        assert [layer.activation.text for layer in layers] == expected


def test_zeros_have_no_seed(nn_play: Command, tmp_path: Path) -> None:
    nn_play("new", "3-3-1", "--init", "zeros", "-o", "net.toml")
    session = load(tmp_path / "net.toml")
    assert session.title == "New 3-3-1 network: zeros"
    assert not np.any(session.network.layers[0].weights)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("3",), "'3' is not a list of sizes"),
        (("3-0-1",), "at least one"),
        (("three-one",), "is not a list of sizes"),
        (("999999999-999999999",), "too many"),
        (("1" + "0" * 400 + "-1",), "is not a list of sizes"),
        (("-".join(["1"] * 2000),), "1,999 layers are too many"),
        (("3-1", "--activations", "rellu"), "did you mean"),
        (("3-1", "--activations", "relu,relu"), "2 activations for 1 layer"),
        (("3-1", "--activations", ""), ""),
        (("3-1", "--init", "xavir"), "did you mean 'xavier'?"),
        (("3-1", "--init", "normal(-1)"), "the scale must be a positive number"),
        (("3-1", "--seed", "-1"), "-1 is not a whole number from 0"),
        (("3-1", "--samples", "0"), "samples: expected a whole number from 1 to"),
        (("3-1", "--samples", "99999999"), "samples: expected a whole number from 1 to 3,333,333"),
        (("3-1", "--seed", "x"), "'x' is not a valid integer"),
        (("3-1", "--seed", "9" * 5000), "--seed"),
    ],
)
def test_what_makes_no_network_is_one_line(
    nn_play: Command, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    assert words in failure(nn_play("new", *arguments, "-o", "net.toml"))
    assert not list(tmp_path.iterdir())


def test_new_without_a_terminal_says_what_to_do_instead(nn_play: Command) -> None:
    message = failure(nn_play("new", "3-3-1"))
    assert message.endswith("which the playground needs; -o FILE writes the network instead")

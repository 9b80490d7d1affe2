"""Models of every format on the screen: opened, asked about, saved."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from safetensors.numpy import save_file

from engine import Session, SetWeight
from engine.formats import read
from engine.formats.pickles import refusal
from tests.engine.formats.onnx.onnx_models import two_heads
from tests.tui.documents import answer, asks, complaint, own_folder
from tests.tui.large_file import N_INPUTS, WEIGHT, write_large_file
from tests.tui.player import Player, playing
from tui.app import PlaygroundApp
from tui.cli.options import CommandError
from tui.cli.options import read as read_source
from tui.screens.dialogs.dialog import Entry

folder = pytest.fixture(autouse=True)(own_folder)

DATA = Path(__file__).parents[2] / "data"
IRIS = DATA / "models" / "torch-iris.safetensors"


async def open_file(player: Player, path: Path | str) -> None:
    await player.press("ctrl+o")
    if player.workspace.is_unsaved:
        await player.press("down", "down", "enter")
    player.app.screen.query_one(Entry).value = str(path)
    await player.press("enter")


def activations(session: Session) -> list[str]:
    return [layer.activation.text for layer in session.network.layers]


@pytest.mark.parametrize(
    ("path", "sizes", "last"),
    [
        ("onnx/sklearn-iris-names.onnx", (4, 5, 3), "softmax"),
        ("models/keras-diabetes.keras", (10, 6, 4, 1), "identity"),
        ("models/keras-diabetes.h5", (10, 6, 4, 1), "identity"),
    ],
)
async def test_a_file_that_says_everything_is_opened_at_once(
    path: str, sizes: tuple[int, ...], last: str
) -> None:
    async with playing() as player:
        await open_file(player, DATA / path)
        session = player.workspace.session
        assert session.network.sizes == sizes
        assert activations(session)[-1] == last
        assert player.workspace.source is not None
        assert player.workspace.source.dtype == "float32"
        assert "→".join(map(str, sizes)) in player.lines[0]


async def test_what_was_folded_in_is_reported() -> None:
    async with playing(size=(120, 36)) as player:
        await open_file(player, DATA / "models" / "keras-iris.keras")
        assert "Noticed while reading" in player.notice
        assert "(BatchNormalization): folded into" in player.notice
        await open_file(player, DATA / "models" / "keras-diabetes.keras")
        assert "Noticed" not in player.text


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_activations_are_asked_for_where_a_file_has_none(size: tuple[int, int]) -> None:
    async with playing(size=size) as player:
        before = player.workspace.session
        await open_file(player, IRIS)
        assert asks(player, "the file has none")
        await player.press("enter")
        assert asks(player, "type 2, one for each layer")
        await player.type("leaky_relu(0.2),s")
        assert asks(player, "activation 's' is unknown")
        await player.type("oftm")
        await player.press("tab", "enter")
        session = player.workspace.session
        assert activations(session) == ["leaky_relu(0.2)", "softmax"]
        expected = read(IRIS, ["leaky_relu(0.2)", "softmax"]).session
        np.testing.assert_array_equal(session.trace.outputs, expected.trace.outputs)
        await open_file(player, IRIS)
        await player.type("relu")
        assert asks(player, "1 of 2, one for each layer")
        await player.press("escape")
        assert player.workspace.session is session is not before


async def test_a_square_matrix_is_asked_about() -> None:
    matrix = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.savez("square.npz", W1=matrix, b1=np.zeros(2))
    async with playing(size=(80, 24)) as player:
        for key, expected in (("r", matrix), ("c", matrix.T)):
            await open_file(player, "square.npz")
            assert asks(player, "the shapes fit both ways")
            await player.press(key)
            await answer(player, "tanh")
            (layer,) = player.workspace.session.network.layers
            np.testing.assert_array_equal(layer.weights, expected)


async def test_an_order_that_is_left_open_is_asked_for() -> None:
    arrays = {"decoder.weight": np.ones((4, 2)), "encoder.weight": np.full((2, 4), 0.5)}
    save_file(arrays, "auto.safetensors")
    async with playing(size=(80, 24)) as player:
        await open_file(player, "auto.safetensors")
        assert asks(player, "Order of the layers of auto.safetensors")
        await answer(player, "encoder")
        assert asks(player, "each of the layers once")
        await answer(player, "encoder,decoder")
        assert asks(player, "the file has none")
        await answer(player, "relu,identity")
        assert player.workspace.session.network.sizes == (4, 2, 4)


async def test_the_output_of_a_model_with_several_is_asked_for() -> None:
    onnx.save(two_heads(), "heads.onnx")
    async with playing(size=(80, 24)) as player:
        for keys, n_outputs in ((["2"], 1), (["down", "up", "enter"], 3)):
            await open_file(player, "heads.onnx")
            assert asks(player, "heads.onnx has several outputs. Which one opens?")
            assert asks(player, "2  'value': 1 number")
            await player.press(*keys)
            assert player.workspace.session.network.sizes == (3, 2, n_outputs)
            assert player.workspace.source is not None
            # Saved in its place, the other network would be lost.
            assert player.workspace.source.path is None


async def test_one_of_several_networks_is_asked_for() -> None:
    heads = {"actor.2.weight": np.ones((3, 2)), "critic.2.weight": np.ones((1, 2))}
    first = {f"{name}.0.weight": np.ones((2, 4)) for name in ("actor", "critic")}
    save_file(first | heads, "policy.safetensors")
    async with playing(size=(80, 24)) as player:
        await open_file(player, "policy.safetensors")
        assert asks(player, "holds several networks")
        assert asks(player, "2  'critic'")
        await player.press("1")
        await answer(player, "relu,identity")
        assert player.workspace.session.network.sizes == (4, 2, 3)
        assert player.workspace.source is not None
        # Saved in its place, the other network would be lost.
        assert player.workspace.source.path is None


async def test_neurons_of_a_file_that_is_too_large() -> None:
    write_large_file(Path("large.safetensors"))
    async with playing(size=(80, 24)) as player:
        await open_file(player, "large.safetensors")
        assert asks(player, "Open one layer of large.safetensors")
        assert WEIGHT in player.text
        assert "layers.0.norm" not in player.text
        assert "The file has 96 MB" in player.text
        await player.type("down")
        assert asks(player, "no matrix has this in its name")
        await player.press(*["backspace"] * 4)
        await player.type("up 1")
        await player.press("enter")
        assert asks(player, "4,000 neurons of 6,000 inputs")
        await player.press("r")
        assert asks(player, "1-64")
        await player.press("end")
        await player.type(",9999")
        assert asks(player, "they count from 1 to 4,000")
        await answer(player, "1-1001")
        assert asks(player, "1,001 neurons; at most 999 of this size are opened")
        await answer(player, "2-3")
        network = player.workspace.session.network
        assert network.sizes == (N_INPUTS, 2)
        assert network.layers[0].weights[1, :4].tolist() == [1, 2, 3, 0]
        assert network.layers[0].bias.tolist() == [0, 0.5]
        # A part is never written over the whole.
        await player.press("K", "ctrl+s")
        assert asks(player, "Save as")
        assert player.app.screen.query_one(Entry).value == "network.toml"
        await answer(player, "part.npz")
        assert read("part.npz").session.network.sizes == (N_INPUTS, 2)
        assert Path("large.safetensors").stat().st_size > 96_000_000


async def test_leaving_any_question_opens_nothing() -> None:
    write_large_file(Path("large.safetensors"))
    async with playing() as player:
        before = player.workspace.session
        for keys in ((), ("enter",), ("enter", "c")):
            await open_file(player, "large.safetensors")
            await player.press(*keys, "escape")
            assert not asks(player)
            assert player.workspace.session is before


@pytest.mark.parametrize("suffix", [".safetensors", ".npz", ".onnx", ".toml"])
async def test_numbers_are_saved_as_they_were(suffix: str) -> None:
    original = read(IRIS, ["relu", "identity"]).session.network.layers
    async with playing() as player:
        await open_file(player, IRIS)
        await answer(player, "relu,identity")
        await player.press("S")
        await answer(player, f"copy{suffix}")
        assert "saved to copy" in player.text
        assert "written as float64" not in player.text
    again = read(f"copy{suffix}")
    assert again.dtype == "float32"
    for one, other in zip(original, again.session.network.layers, strict=True):
        np.testing.assert_array_equal(one.weights, other.weights)
        np.testing.assert_array_equal(one.bias, other.bias)


async def test_an_edited_number_makes_the_file_float64_with_a_note() -> None:
    async with playing(size=(120, 36)) as player:
        await open_file(player, IRIS)
        await answer(player, "relu,identity")
        await player.press("S")
        await answer(player, "copy.safetensors")
        assert player.app.main_screen is not None
        player.app.main_screen.edit(SetWeight(0, 1, 2, 0.1))
        await player.press("ctrl+s")
        assert "written as float64" in player.text
        assert read("copy.safetensors").session.network.layers[0].weights[1, 2] == 0.1
        await player.press("u", "ctrl+s")
        assert "written as float64" not in player.text
        assert read("copy.safetensors").dtype == "float32"


async def test_a_model_of_another_program_is_overwritten_only_on_request() -> None:
    content = (DATA / "onnx" / "sklearn-iris-names.onnx").read_bytes()
    Path("model.onnx").write_bytes(content)
    async with playing() as player:
        await open_file(player, "model.onnx")
        await player.press("K", "ctrl+s", "enter")
        assert Path("model.onnx").read_bytes() == content
        await player.press("ctrl+s", "down", "enter")
        assert asks(player, "Save as")
        await player.press("escape", "ctrl+s", "down", "down", "enter")
        assert not player.workspace.is_unsaved
        assert read("model.onnx").session.inputs_given
        # From then on it is the playground's own.
        await player.press("K", "ctrl+s")
        assert not player.workspace.is_unsaved
        await open_file(player, "model.onnx")
        await player.press("K", "ctrl+o", "down", "enter", "down", "down", "enter")
        assert asks(player, "Open a file")
        assert not player.workspace.is_unsaved


async def test_a_format_that_is_only_read_is_saved_under_another_name() -> None:
    content = (DATA / "models" / "keras-diabetes.keras").read_bytes()
    Path("model.keras").write_bytes(content)
    async with playing() as player:
        await open_file(player, "model.keras")
        await player.press("K", "ctrl+s")
        assert asks(player, "Save as")
        assert player.app.screen.query_one(Entry).value == "model.toml"
        await answer(player, "other.keras")
        assert asks(player, "the name must end in")
        await answer(player, "model.toml")
        assert not player.workspace.is_unsaved
    assert read("model.toml").session.network.sizes == (10, 6, 4, 1)
    assert Path("model.keras").read_bytes() == content


async def test_a_pickle_is_refused_with_the_lines_that_convert_it() -> None:
    Path("net.pt").write_bytes(b"\x80\x04.")
    async with playing(size=(120, 36)) as player:
        before = player.workspace.session
        await open_file(player, "net.pt")
        assert "is a pickle, which may run any code when opened" in complaint(player)
        assert "save_file" in complaint(player)
        assert player.workspace.session is before


@pytest.mark.parametrize("suffix", [".pt", ".joblib"])
async def test_a_long_refusal_is_scrolled_with_the_arrows(suffix: str) -> None:
    Path(f"net{suffix}").write_bytes(b"\x80\x04.")
    async with playing(size=(40, 12)) as player:
        await open_file(player, f"net{suffix}")
        assert "is a pickle, which may run any code" in complaint(player)
        assert "More" in player.text
        last = refusal(Path(f"net{suffix}")).split()[-1]
        assert last not in player.text
        await player.press(*["ctrl+down"] * 9)
        assert last in player.text
        await player.press(*["ctrl+up"] * 9)
        assert "is a pickle" in player.text
        await player.type("x")
        assert "is a pickle" not in player.text


def started_on(source: str) -> PlaygroundApp:
    return PlaygroundApp(lambda: read_source(source))


async def test_the_start_asks_too(folder: Path) -> None:
    app = started_on(str(IRIS))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        player = Player(app, pilot)
        await player.settle()
        assert asks(player, "the file has none")
        await player.type("relu,softmax")
        await player.press("enter")
        await player.settle()
        assert activations(player.workspace.session) == ["relu", "softmax"]
        assert "4→8→3" in player.lines[0]


@pytest.mark.parametrize(
    ("source", "keys", "words"),
    [
        (str(IRIS), ("escape",), "does not say its activations"),
        ("bad.safetensors", ("enter", "r", "enter"), "is inf, not a finite number"),
    ],
)
async def test_a_start_that_comes_to_nothing_ends_with_its_reason(
    source: str, keys: tuple[str, ...], words: str
) -> None:
    header = (
        b'{"a.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},'
        b'"b.c":{"dtype":"F32","shape":[1,1,1],"data_offsets":[4,8]}}'
    )
    data = np.array([np.inf, 0], "<f4").tobytes()
    Path("bad.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + data)
    app = started_on(source)
    async with app.run_test(size=(80, 24)) as pilot:
        player = Player(app, pilot)
        await player.settle()
        assert asks(player)
        await player.press(*keys)
    assert isinstance(app.failure, CommandError)
    assert words in str(app.failure)
    assert app.main_screen is None


async def test_names_in_a_file_are_shown_harmlessly() -> None:
    header = (
        b'{"[red]a\\u001b[2J[/]":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},'
        b'"b.c":{"dtype":"F32","shape":[1,1,1],"data_offsets":[4,8]}}'
    )
    Path("odd.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + bytes(8))
    async with playing(size=(120, 36)) as player:
        await open_file(player, "odd.safetensors")
        assert "[red]a[2J[/]" in player.text
        await player.press("enter", "r", "enter")
        assert player.workspace.session.network.sizes == (1, 1)
        assert "\x1b" not in player.text

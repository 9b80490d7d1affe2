"""Texts pasted into the screen: a number, a matrix, a whole listing, and what is none of these."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from textual.events import Paste

from engine import Bias, Input, Session, Weight, examples, new_network
from engine.clipboard import network_code, network_toml, parse_numbers
from engine.datasets.features import parse_feature
from engine.nn.arrays import FloatArray
from tests.engine.strategies import assert_identical
from tests.tui.documents import answer, asks
from tests.tui.player import Player, playing
from tests.tui.screen_text import is_harmless
from tui.state.pasting_targets import inputs_placement
from tui.state.selection import Target
from tui.widgets.cell_editor import CellEditor

WORKED = json.loads(
    (Path(__file__).parents[2] / "data" / "worked-examples.json").read_text(encoding="utf-8")
)


def worked_weights(id: str) -> list[list[float]]:
    example = next(example for example in WORKED["examples"] if example["id"] == id)
    weights: list[list[float]] = example["layers"][0]["weights"]
    return weights


async def paste(player: Player, text: str) -> None:
    """Paste as a terminal does: to whatever has the focus."""
    player.app.post_message(Paste(text))
    await player.settle()


def question(player: Player) -> str:
    """Return the text of the dialog as one line; empty where none is open."""
    if not asks(player):
        return ""
    region = player.app.screen.query_one("#box").region
    rows = [row[region.x : region.right].strip("│ ") for row in player.lines[region.y :]]
    return " ".join(" ".join(rows[: region.height]).split())


def weights(player: Player, layer_index: int = 0) -> FloatArray:
    return player.workspace.session.network.layers[layer_index].weights


def bias(player: Player, layer_index: int = 0) -> FloatArray:
    return player.workspace.session.network.layers[layer_index].bias


def sizes(player: Player) -> tuple[int, ...]:
    return player.workspace.session.network.sizes


def zeros(*sizes: int) -> Session:
    return Session(new_network(sizes, ["relu"] * (len(sizes) - 1), "zeros"))


async def test_the_matrix_of_a_lesson_is_one_paste_and_one_undo() -> None:
    rows = worked_weights("layer-relu")
    text = "weights = [" + ",\r           ".join(map(str, rows)) + "]"
    for keys in (["tab"], ["tab", "down", "right"], []):
        async with playing(zeros(3, 3)) as player:
            await player.press(*keys)
            await paste(player, text)
            assert not asks(player)
            np.testing.assert_array_equal(weights(player), rows)
            assert "9 numbers of o1 to o3 set; u takes that back" in player.text
            await player.press("u")
            assert not weights(player).any()
            assert not player.workspace.is_unsaved


async def test_a_lesson_with_one_column_per_neuron_offers_to_transpose() -> None:
    rows = worked_weights("tiny-net")
    async with playing(zeros(4, 5, 3), size=(80, 24)) as player:
        await player.press("tab")
        await paste(player, f"W1 = np.array({np.array(rows).T.tolist()})")
        assert "4×5 is 5×4 transposed: one column per neuron" in question(player)
        await player.press("c")
        assert not weights(player).any()
        await paste(player, f"W1 = np.array({np.array(rows).T.tolist()})")
        await player.press("enter")
        np.testing.assert_array_equal(weights(player), rows)
        await player.press("u")
        assert not weights(player).any()


async def test_a_square_matrix_of_unknown_orientation_is_asked_about() -> None:
    for key, expected in (("p", [[1, 2], [3, 4]]), ("t", [[1, 3], [2, 4]])):
        async with playing(zeros(2, 2)) as player:
            await player.press("tab")
            await paste(player, "1\t2\n3\t4\n")
            assert "one row or one column per neuron: which is it?" in question(player)
            await player.press(key)
            np.testing.assert_array_equal(weights(player), expected)


async def test_another_shape_resizes_the_layer_as_one_edit() -> None:
    async with playing(size=(80, 24)) as player:
        before = player.workspace.session
        await player.press("right")
        await paste(player, "[[1, 2, 3], [4, 5, 6]]")
        assert "2×3 numbers, the matrix has 3×3" in question(player)
        await player.press("r")
        assert sizes(player) == (3, 2, 1)
        np.testing.assert_array_equal(weights(player), [[1, 2, 3], [4, 5, 6]])
        np.testing.assert_array_equal(bias(player), [0.1, -0.3])
        np.testing.assert_array_equal(weights(player, 1), [[0.4, -1]])
        await player.press("u")
        assert_identical(player.workspace.session, before)


async def test_another_shape_can_be_transposed_and_what_keeps_the_inputs_comes_first() -> None:
    async with playing() as player:
        await player.press("right")
        await paste(player, "1,2\n3,4\n5,6")
        assert "Transpose, and resize layer 1 to 2 neurons with 3 inputs" in question(player)
        await player.press("enter")
        assert sizes(player) == (3, 2, 1)
        np.testing.assert_array_equal(weights(player), [[1, 3, 5], [2, 4, 6]])


async def test_a_row_for_a_single_neuron_resizes_it() -> None:
    async with playing(zeros(3, 1)) as player:
        await player.press("tab")
        await paste(player, "[1, 2, 3, 4, 5]")
        assert "Resize layer 1 to 1 neuron with 5 inputs" in question(player)
        await player.press("r")
        assert weights(player).tolist() == [[1, 2, 3, 4, 5]]


@pytest.mark.parametrize(
    ("keys", "text", "expected", "expected_bias"),
    [
        (["down"], "[9, 8, 7]", [[0, 0, 0], [9, 8, 7]], [0, 0]),
        (["down"], "[9, 8, 7, 6]", [[0, 0, 0], [9, 8, 7]], [0, 6]),
        (["down", "right", "right"], "9 8 7 6", [[0, 0, 0], [9, 8, 7]], [0, 6]),
        (["right"], "9\n8", [[0, 9, 0], [0, 8, 0]], [0, 0]),
        (["end"], "9\n8", [[0] * 3] * 2, [9, 8]),
        (["end"], "9 8", [[0] * 3] * 2, [9, 8]),
        ([], "biases = np.array([9, 8])", [[0] * 3] * 2, [9, 8]),
        (["right"], "[[9, 8], [7, 6]]", [[0, 9, 8], [0, 7, 6]], [0, 0]),
        (["right"], "[[1, 2, 3, 4], [5, 6, 7, 8]]", [[1, 2, 3], [5, 6, 7]], [4, 8]),
    ],
)
async def test_rows_columns_and_blocks_go_where_the_cursor_is(
    keys: list[str], text: str, expected: list[list[float]], expected_bias: list[float]
) -> None:
    async with playing(zeros(3, 2)) as player:
        await player.press("tab", *keys)
        await paste(player, text)
        np.testing.assert_array_equal(weights(player), expected)
        np.testing.assert_array_equal(bias(player), expected_bias)
        assert len(player.workspace.history.past) == 1


async def test_one_number_opens_the_editor_in_any_notation() -> None:
    async with playing() as player:
        await player.press("right")
        for text, value in (
            (" -3.25\n", -3.25),
            ("1/3", 1 / 3),
            ("tensor(0.5)", 0.5),
            ("b = 2", 2),
        ):
            await paste(player, text)
            assert isinstance(player.app.focused, CellEditor)
            await player.press("enter")
            assert weights(player)[0, 0] == value


async def test_a_comma_between_two_numbers_is_asked_about() -> None:
    for key, expected in (("1", [[0.5, 0]]), ("2", [[0, 5]])):
        async with playing(zeros(2, 1)) as player:
            await player.press("right")
            await paste(player, "0,5\n")
            assert "0,5 is one number with a decimal comma, or two numbers?" in question(player)
            await player.press(key, "enter")
            assert weights(player).tolist() == expected


async def test_a_row_is_the_sample_and_a_matrix_all_samples() -> None:
    async with playing() as player:
        await player.press("down")
        await paste(player, "[4, 5, 6]")
        assert player.workspace.session.inputs.tolist() == [[4, 5, 6]]
        await paste(player, "1 2 3\n4 5 6")
        assert player.workspace.session.inputs.tolist() == [[1, 2, 3], [4, 5, 6]]
        await player.press("greater_than_sign")
        await paste(player, "7\n8\n9")
        assert player.workspace.session.inputs.tolist() == [[1, 2, 3], [7, 8, 9]]
        await paste(player, "[0, 1]")
        assert player.workspace.session.inputs.tolist() == [[1, 2, 3], [7, 0, 1]]
        assert player.workspace.selection.cell == Input(1)
        assert len(player.workspace.history.past) == 4
        await player.press(*["u"] * 4)
        assert not player.workspace.is_unsaved


async def test_samples_with_targets_are_replaced_only_when_asked_for() -> None:
    async with playing("xor-step", size=(80, 24)) as player:
        before = player.workspace.session
        await paste(player, "9,8\n7,6")
        assert "Replace the samples by these 2; the targets go" in question(player)
        await player.press("p")
        assert player.workspace.session.inputs[:2].tolist() == [[9, 8], [7, 6]]
        assert player.workspace.session.targets is before.targets
        await paste(player, "9,8\n7,6\n5,4")
        await player.press("r")
        assert player.workspace.session.inputs.tolist() == [[9, 8], [7, 6], [5, 4]]
        assert player.workspace.session.targets is None
        await player.press("u", "u")
        assert_identical(player.workspace.session, before)
        await paste(player, "9,8,7,6\n5,4,3,2")
        assert "one column per sample" in question(player)
        await player.press("t")
        assert player.workspace.session.inputs.tolist() == [[9, 5], [8, 4], [7, 3], [6, 2]]


async def test_targets() -> None:
    async with playing("xor-step") as player:
        await player.press(*["tab"] * 3)
        assert player.workspace.selection.cell == Target(0)
        await paste(player, "[1, 0, 0, 1]")
        assert player.workspace.session.targets is not None
        assert player.workspace.session.targets.ravel().tolist() == [1, 0, 0, 1]
        await paste(player, "[1, 0]")
        assert "2×1 numbers do not fit: the targets have 4×1" in player.notice
        await paste(player, "1\n0\n2\n1")
        assert "a target for bce is a number from 0 to 1" in player.notice
        await player.press("shift+tab")
        await paste(player, "y_true = [[0], [1], [1], [0]]")
        assert player.workspace.session.targets.ravel().tolist() == [0, 1, 1, 0]


LISTING = """\
import numpy as np
hidden_weights = [[0.1, 0.2, 0.3, 0.4],
                  [0.5, 0.6, 0.7, 0.8],
                  [1, 2, 3, 4]]
hidden_bias = [1, 2, 3]
output_weights = [[1, 2, 3]]
output_bias = [0.5]
"""


async def test_a_listing_takes_the_place_of_the_network_as_one_edit() -> None:
    async with playing(size=(80, 24)) as player:
        before = player.workspace.session
        await paste(player, LISTING)
        assert "A network was recognised" in question(player)
        assert "4→3→1 · 19 parameters: 15 weights + 4 biases" in player.text
        assert "activation 1 is not in the text" in player.text
        await player.press("enter")
        assert player.workspace.session is before
        await answer(player, "tanh")
        assert "1 activation for 2 layers" in player.text
        await answer(player, "tanh,leaky_relu(0.2)")
        session = player.workspace.session
        assert [layer.activation.text for layer in session.network.layers] == [
            "tanh",
            "leaky_relu(0.2)",
        ]
        np.testing.assert_array_equal(weights(player, 1), [[1, 2, 3]])
        np.testing.assert_array_equal(bias(player), [1, 2, 3])
        await player.press("u")
        assert_identical(player.workspace.session, before)
        await paste(player, LISTING)
        await player.press("escape")
        assert_identical(player.workspace.session, before)


async def test_layers_with_the_same_keys_are_all_pasted() -> None:
    layers = [
        {"weights": [[0.1, 0.2], [0.3, k]], "biases": [k, 0.5], "activation": "ReLU"}
        for k in (1, 2, 3)
    ]
    async with playing(size=(80, 24)) as player:
        await paste(player, json.dumps({"layers": layers}, indent=1))
        assert "2→2→2→2 · 18 parameters: 12 weights + 6 biases" in player.text
        await player.press("enter")
        assert sizes(player) == (2, 2, 2, 2)
        assert [bias(player, k).tolist() for k in range(3)] == [[1, 0.5], [2, 0.5], [3, 0.5]]
        assert player.workspace.session.network.layers[2].activation.text == "relu"
        before = player.workspace.session
        await paste(player, "layer = [{'weights': [1, 2], 'bias': b}]\nout_w = [1]\nout_b = 1")
        assert "nothing pasted: layer" in player.notice
        assert player.workspace.session is before


@pytest.mark.parametrize("name", ["binary-classifier", "three-classes", "xor-step"])
async def test_what_was_copied_as_a_network_pastes_as_the_same_one(name: str) -> None:
    session = examples.load(name)
    async with playing(zeros(2, 5, 2, 2)) as player:
        await player.press("tab", "tab", "tab", "down")
        await paste(player, network_toml(session))
        await player.press("enter")
        assert_identical(player.workspace.session, session)
        await player.press("u")
        await paste(player, network_code(session))
        assert "?" not in player.line_with(session.network.layers[-1].activation.text)
        await player.press("enter")
        pasted = player.workspace.session
        assert pasted.trace.outputs.tolist() == session.trace.outputs.tolist()


async def test_one_layer_that_fits_goes_into_the_layer_under_the_cursor() -> None:
    async with playing(zeros(2, 2, 1)) as player:
        await player.press("tab")
        await paste(player, "weights = [[1, 2], [3, 4]]\nbiases = [5, 6]")
        assert not asks(player)
        np.testing.assert_array_equal(weights(player), [[1, 2], [3, 4]])
        np.testing.assert_array_equal(bias(player), [5, 6])
        assert sizes(player) == (2, 2, 1)
        await paste(player, "inputs = [7, 8]\nweights = [[1, 0], [0, 1]]\nbiases = [0, 0]")
        assert "Replace the network and the inputs" in question(player)
        await player.press("l")
        np.testing.assert_array_equal(weights(player), np.eye(2))
        assert sizes(player) == (2, 2, 1)
        await paste(player, "inputs = [7, 8]\nweights = [[1, 0], [0, 1]]\nbiases = [0, 0]")
        await player.press("n")
        await answer(player, "relu")
        assert sizes(player) == (2, 2)
        assert player.workspace.session.inputs.tolist() == [[7, 8]]
        await player.press("u", "u", "u")
        assert not player.workspace.is_unsaved


async def test_a_square_listing_of_unknown_orientation_is_asked_about() -> None:
    async with playing(zeros(2, 2, 2)) as player:
        await player.press("tab")
        text = "W1 = np.array([[1, 2], [3, 4]])\nb1 = [5, 6]\nW2 = np.array([[7, 8], [9, 10]])"
        await paste(player, f"{text}\nb2 = [0, 0]")
        assert "Its matrices can be read both ways" in question(player)
        await player.press("t")
        await answer(player, "relu,relu")
        np.testing.assert_array_equal(weights(player), [[1, 3], [2, 4]])
        np.testing.assert_array_equal(weights(player, 1), [[7, 9], [8, 10]])
        np.testing.assert_array_equal(bias(player), [5, 6])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "there is nothing to paste"),
        ("hello", "'hello' is a word"),
        ("[1, 2], [3]", "row 2 has 1 number, row 1 has 2 numbers"),
        ("[1, ..., 3]", "... stands for numbers that are left out"),
        ("[1, nan]", "is not a number"),
        ("1 2 3 4 5 6", "1×6 numbers do not fit"),
        ("weights = np.random.randn(3, 3)", "must be run to give numbers"),
        ("format = 1\n[[layers]]\n", "layers[1]"),
        ("[/] [bold] [@click=app.quit]x[/]", "is not a number"),
        ("\x1b]52;c;AAAA\x07\x1b[2J oops", "is not a number"),
        ("1 " * 600_000, "characters are too many to paste"),
    ],
)
async def test_what_is_no_number_is_one_clear_line_and_changes_nothing(
    text: str, words: str
) -> None:
    async with playing() as player:
        await player.press("right")
        before = player.workspace.session
        await paste(player, text)
        assert player.notice.startswith("nothing pasted: ")
        assert words in player.notice
        assert is_harmless(player.text)
        assert player.workspace.session is before
        assert player.workspace.selection.cell == Weight(0, 0, 0)


async def test_a_paste_on_a_plot_goes_where_the_cursor_is() -> None:
    async with playing() as player:
        await player.press("right", "end")
        player.app.screen.query_one("#view-left").focus()
        await player.settle()
        assert player.focused_pane == "view-left"
        assert player.workspace.selection.cell == Bias(0, 0)
        await paste(player, "[7, 8, 9]")
        assert bias(player).tolist() == [7, 8, 9]


async def test_a_derived_input_is_not_pasted_over() -> None:
    session = examples.load("xor-step")
    derived = (parse_feature("x1*x2"),)
    network = new_network((3, 1), ["sigmoid"], "zeros")
    with_product = Session(network, inputs=session.inputs, derived=derived)
    async with playing(with_product) as player:
        await paste(player, "[2, 5]")
        assert player.workspace.session.inputs[0].tolist() == [2, 5, 10]
        await paste(player, "[3, 5, 0]")
        assert player.workspace.session.inputs[0].tolist() == [3, 5, 15]
    with pytest.raises(ValueError, match="x1·x2 follows from x1 and x2"):
        inputs_placement(with_product, parse_numbers("1\n2\n3\n4"), sample=0, feature=2)

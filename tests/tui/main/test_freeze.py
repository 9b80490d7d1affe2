"""Numbers that training leaves as they are."""

import asyncio

import numpy as np
import pytest

from engine import Session
from engine.edits.training import SetAllFrozen
from engine.nn.layer import FrozenLayer
from tests.tui.dialogs.test_learning import session
from tests.tui.player import Player, playing


def frozen(player: Player, layer_index: int = 0) -> FrozenLayer | None:
    return player.workspace.session.network.layers[layer_index].frozen


async def to_first_weight(player: Player) -> None:
    await player.press("tab")
    assert player.workspace.selection.layer_index == 0


async def test_h_freezes_the_number_under_the_cursor_and_frees_it() -> None:
    async with playing(session()) as player:
        await to_first_weight(player)
        await player.press("right", "H")
        masks = frozen(player)
        assert masks is not None
        assert masks.weights.tolist() == [[False, True], [False, False]]
        assert "is frozen: training leaves it alone" in player.text
        await player.press("right", "H")
        masks = frozen(player)
        assert masks is not None
        assert masks.bias.tolist() == [True, False]
        await player.press("H", "left", "H")
        assert frozen(player) is None


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (40, 12)])
async def test_a_frozen_number_has_a_mark_and_no_column_moves(size: tuple[int, int]) -> None:
    async with playing(session(), size=size) as player:
        await to_first_weight(player)
        before = player.pane("LayerPane").splitlines()
        await player.press("H")
        after = player.pane("LayerPane").splitlines()
        row = next(line for line in after if "h1" in line)
        assert row.count("*") == 1
        assert row.replace("*", " ") == next(line for line in before if "h1" in line)
        assert "* 1 frozen" in after[-1]


async def test_a_frozen_bias_has_the_mark_too() -> None:
    async with playing(session(), size=(80, 24)) as player:
        await to_first_weight(player)
        await player.press("end", "H", "left")
        assert "0.1*" in player.line_with("h1").replace(" *", "*")


async def test_an_input_cannot_be_frozen() -> None:
    async with playing(session()) as player:
        await player.press("H")
        assert "only weights and biases can be frozen" in player.notice
        assert not player.workspace.history.past


async def test_a_neuron_a_layer_and_all_of_it() -> None:
    async with playing(session()) as player:
        await to_first_weight(player)
        await player.press("Q")
        masks = frozen(player)
        assert masks is not None
        assert masks.weights.tolist() == [[True, True], [False, False]]
        assert masks.bias.tolist() == [True, False]
        await player.press("W")
        masks = frozen(player)
        assert masks is not None
        assert masks.n_frozen == 6
        await player.press("Q")
        masks = frozen(player)
        assert masks is not None
        assert masks.n_frozen == 3
        await player.press("tab", "W", "A")
        assert frozen(player, 0) is None
        assert frozen(player, 1) is None
        await player.press("u")
        for layer_index, count in ((0, 3), (1, 3)):
            masks = frozen(player, layer_index)
            assert masks is not None
            assert masks.n_frozen == count


async def test_unfreezing_nothing_is_refused() -> None:
    async with playing(session()) as player:
        await player.press("A")
        assert "nothing is frozen" in player.notice


@pytest.mark.parametrize("key", ["freeze this neuron", "freeze this layer", "unfreeze everything"])
async def test_the_palette_has_them(key: str) -> None:
    async with playing(session()) as player:
        await player.press("ctrl+p")
        await player.type(key)
        for _ in range(50):
            await asyncio.sleep(0.02)
            await player.settle()
            if player.text.count(key) > 1:
                break
        assert player.text.count(key) > 1


async def test_training_moves_all_but_what_is_frozen() -> None:
    async with playing(session()) as player:
        await to_first_weight(player)
        await player.press("Q")
        before = player.workspace.session.network.layers[0]
        await player.press("Z")
        for _ in range(200):
            await asyncio.sleep(0.01)
            run = player.workspace.run
            if run is not None and run.epochs:
                break
        after = player.workspace.session.network.layers[0]
        assert np.array_equal(after.weights[0], before.weights[0])
        assert after.bias[0] == before.bias[0]
        assert not np.array_equal(after.weights[1], before.weights[1])


def test_all_layers_at_once_and_back() -> None:
    first: Session = session()
    everything = tuple(
        FrozenLayer(np.ones(layer.weights.shape, bool), np.ones(layer.bias.shape, bool))
        for layer in first.network.layers
    )
    edit = SetAllFrozen(everything)
    after = edit.apply(first)
    assert [layer.frozen is not None for layer in after.network.layers] == [True, True]
    assert edit.describe(first) == "9 numbers frozen"
    back = edit.inverse(first)
    assert [layer.frozen for layer in back.apply(after).network.layers] == [None, None]
    assert back.describe(after) == "nothing frozen any more"
    with pytest.raises(ValueError, match="expected 2"):
        SetAllFrozen(()).apply(first)

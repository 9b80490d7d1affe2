"""The dialogs for a new network and a new random start."""

import numpy as np
import pytest

from engine.edits.initialisation import RandomInputs, RandomStart
from engine.nn.initialisation import INITIALISATIONS, new_network, suitable_activations
from tests.tui.dialogs.dialog_host import DialogHost, press, settle, type_text
from tui.screens.dialogs.dialog import Entry, Hints
from tui.screens.dialogs.new_network import NewNetwork
from tui.screens.dialogs.random_start import ChooseRandomStart


async def test_new_network_as_it_opens() -> None:
    app = DialogHost(NewNetwork())
    async with app.run_test() as pilot:
        await settle(pilot)
        assert "3→3→1 · 16 parameters" in app.text
        await press(pilot, "enter")
    network = app.results[0].network
    expected = new_network((3, 3, 1), ["relu", "sigmoid"])
    assert [layer.activation.name for layer in network.layers] == ["relu", "sigmoid"]
    for layer, same in zip(network.layers, expected.layers, strict=True):
        np.testing.assert_array_equal(layer.weights, same.weights)
        np.testing.assert_array_equal(layer.bias, same.bias)


async def test_activations_follow_the_sizes_until_typed() -> None:
    app = DialogHost(NewNetwork())
    async with app.run_test() as pilot:
        await type_text(pilot, "4-8-8-3")
        assert "4→8→8→3 · 139 parameters" in app.text
        activations = app.screen.query_one("#activations", Entry)
        assert activations.value == "relu,relu,softmax"
        await press(pilot, "tab")
        await type_text(pilot, "tanh,tanh,leaky_relu(0.2)")
        await press(pilot, "shift+tab")
        await type_text(pilot, "2-2-2-1")
        assert activations.value == "tanh,tanh,leaky_relu(0.2)"
        await press(pilot, "enter")
    layers = app.results[0].network.layers
    assert [layer.activation.text for layer in layers] == ["tanh", "tanh", "leaky_relu(0.2)"]


async def test_random_start_and_seed_of_a_new_network() -> None:
    app = DialogHost(NewNetwork())
    async with app.run_test() as pilot:
        await press(pilot, "tab", "tab", "down")
        assert "bell curve" in app.text
        await press(pilot, "tab")
        await type_text(pilot, "41")
        await press(pilot, "enter")
    expected = new_network((3, 3, 1), ["relu", "sigmoid"], "normal", seed=41)
    np.testing.assert_array_equal(
        app.results[0].network.layers[0].weights, expected.layers[0].weights
    )


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("3", "not a list of sizes"),
        ("3-0-1", "at least one"),
        ("9999-9999", "too many"),
        ("[/]", "'[/]' is not a list of sizes"),
    ],
)
async def test_new_network_says_what_is_wrong(typed: str, complaint: str) -> None:
    app = DialogHost(NewNetwork())
    async with app.run_test() as pilot:
        await type_text(pilot, typed)
        await press(pilot, "enter")
        assert complaint in app.text
        assert app.results == []


async def test_a_long_complaint_is_whole_on_the_smallest_screen() -> None:
    app = DialogHost(NewNetwork())
    async with app.run_test(size=(40, 12)) as pilot:
        await press(pilot, "tab", "tab")
        await type_text(pilot, "abcdefgh")
        for word in ["'abcdefgh'", "uniform", "normal", "xavier", "he,", "zeros", "Cancel"]:
            assert word in app.text


@pytest.mark.parametrize("size", [(40, 12), (40, 20), (64, 18), (80, 24), (120, 36)])
@pytest.mark.parametrize("field", ["activations", "initialisation"])
async def test_no_complaint_reaches_the_keys(field: str, size: tuple[int, int]) -> None:
    app = DialogHost(NewNetwork())
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        app.screen.query_one(f"#{field}", Entry).value = "q" * 500
        await settle(pilot)
        assert "unknown" in app.text
        assert "Enter Create  Tab Next  Esc ^g Cancel" in app.text
        hints = app.screen.query_one(Hints).region
        assert app.screen.query_one("#preview").region.bottom <= hints.y
        assert app.screen.query_one("#box").region.contains_region(hints)


@pytest.mark.parametrize("size", [(40, 12), (80, 24)])
@pytest.mark.parametrize("times", range(5))
async def test_a_scale_may_be_typed_and_the_hint_says_how(
    times: int, size: tuple[int, int]
) -> None:
    app = DialogHost(NewNetwork(seed=3))
    async with app.run_test(size=size) as pilot:
        await press(pilot, "tab", "tab", *["down"] * times)
        name = list(INITIALISATIONS)[times]
        assert (f"{name}(0.5)" in app.text) == (name != "zeros")
        assert "16 parameters" in app.text
        await type_text(pilot, f"{name}(0.5)")
        await press(pilot, "enter")
    expected = new_network((3, 3, 1), ["relu", "sigmoid"], f"{name}(0.5)", seed=3)
    (session,) = app.results
    np.testing.assert_array_equal(session.network.layers[0].weights, expected.layers[0].weights)


async def test_a_new_network_says_how_to_repeat_it() -> None:
    app = DialogHost(NewNetwork(seed=5))
    async with app.run_test() as pilot:
        await press(pilot, "tab", "tab")
        await type_text(pilot, "uniform( 0.5 )")
        await press(pilot, "enter")
    (session,) = app.results
    assert session.title == "New 3-3-1 network: uniform(0.5), seed 5"
    assert session.note == (
        "The same numbers again: nn-play new 3-3-1 --activations relu,sigmoid "
        "--init 'uniform(0.5)' --seed 5"
    )


def test_suitable_activations() -> None:
    assert suitable_activations((3, 1)) == ["sigmoid"]
    assert suitable_activations((4, 5, 6, 3)) == ["relu", "relu", "softmax"]


@pytest.mark.parametrize(
    ("keys", "start"),
    [
        (["enter"], RandomStart("uniform", 7)),
        (["down", "down", "enter"], RandomStart("xavier", 7)),
        (["4", "2", "enter"], RandomStart("uniform", 42)),
        (["up", "enter"], RandomStart("zeros", 7)),
        (["shift+tab", "space", "enter"], RandomInputs(10, "normal", 7)),
        (["shift+tab", "i", "tab", "down", "tab", "2", "enter"], RandomInputs(2, "uniform", 7)),
        (["down", "tab", "full_stop", "5", "enter"], RandomStart("normal(.5)", 7)),
    ],
)
async def test_random_start(keys: list[str], start: RandomStart | RandomInputs) -> None:
    app = DialogHost(ChooseRandomStart(7))
    async with app.run_test() as pilot:
        await press(pilot, *keys)
        assert app.results == [start]


async def test_random_start_says_what_is_wrong() -> None:
    app = DialogHost(ChooseRandomStart(7))
    async with app.run_test() as pilot:
        await press(pilot, "tab", "-", "1", "enter")
        assert "the scale must be a positive number" in app.text
        await press(pilot, "2", "home", "delete", "shift+tab", "x")
        assert "the seed must be a whole number" in app.text
        assert app.results == []
        await press(pilot, "9", "home", "delete", "enter")
        assert app.results == [RandomStart("uniform(12)", 9)]

"""The dialog of training settings."""

import asyncio

import numpy as np
import pytest

from engine import Layer, Network, Session
from engine.edits.training import SetTraining
from engine.training.settings import TrainingSettings
from tests.tui.dialogs.dialog_host import DialogHost, press, settle, type_text
from tests.tui.player import playing
from tui.screens.dialogs.dialog import Entry
from tui.screens.dialogs.learning import LearningSettings

INPUTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
TARGETS = np.array([[0.0], [1.0], [1.0], [0.0]])


def session(training: TrainingSettings | None = None) -> Session:
    network = Network(
        [
            Layer([[0.5, -0.3], [0.2, 0.7]], [0.1, -0.1], "tanh"),
            Layer([[0.4, -0.6]], [0.0], "sigmoid"),
        ]
    )
    return Session(network, INPUTS, TARGETS, training=training)


async def clear(app: DialogHost, id: str) -> None:
    entry = app.screen.query_one(f"#{id}", Entry)
    entry.focus()
    entry.value = ""


async def test_every_setting_stands_in_one_place_and_comes_back_unchanged() -> None:
    settings = TrainingSettings(
        optimizer="adam",
        learning_rate=0.00001,
        momentum=0.5,
        batch_size="all",
        loss="mse",
        l1=0.001,
        l2=0.3,
        shuffle=False,
        seed=7,
    )
    app = DialogHost(LearningSettings(session(settings)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for words in ("adam", "0.00001", "0.5", "all", "mse", "0.001", "0.3", "no", "7"):
            assert words in app.text
        await press(pilot, "enter")
        assert app.results == [settings]


async def test_arrows_reach_the_usual_learning_rates() -> None:
    app = DialogHost(LearningSettings(session()))
    async with app.run_test() as pilot:
        await press(pilot, "tab")
        seen = []
        for _ in range(8):
            seen.append(app.screen.query_one("#learning-rate", Entry).value)
            await press(pilot, "up")
        assert seen == ["0.03", "0.1", "0.3", "1", "3", "10", "10", "10"]
        await press(pilot, *["down"] * 12, "enter")
        assert app.results == [TrainingSettings(learning_rate=0.00001)]


async def test_the_arrows_start_from_what_was_typed() -> None:
    app = DialogHost(LearningSettings(session()))
    async with app.run_test() as pilot:
        await settle(pilot)
        await clear(app, "learning-rate")
        await type_text(pilot, "1/50")
        await press(pilot, "down", "enter")
        assert app.results == [TrainingSettings(learning_rate=0.01)]


async def test_a_letter_and_the_arrows_choose_words() -> None:
    app = DialogHost(LearningSettings(session()))
    async with app.run_test() as pilot:
        await press(pilot, "r", "enter")
        assert app.results == [TrainingSettings(optimizer="rmsprop")]


async def test_typing_the_name_of_an_optimiser_finds_it() -> None:
    async with playing(session(), size=(80, 24)) as player:
        await player.press("L")
        await player.type("adam")
        assert player.line_with("optimiser").split()[2] == "adam"
        await player.press("enter")
        assert player.workspace.session.training == TrainingSettings(optimizer="adam")


async def test_letters_with_a_pause_between_them_are_each_the_first_of_a_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui.screens.dialogs.fields._PAUSE", -1.0)
    app = DialogHost(LearningSettings(session()))
    async with app.run_test() as pilot:
        await type_text(pilot, "am")
        await press(pilot, "enter")
        assert app.results == [TrainingSettings(optimizer="momentum")]


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("am", "momentum"),
        ("adx", "adam"),
        ("ADAM", "adam"),
        ("ss", "sgd"),
        ("r!m", "rmsprop"),
        (["a", "down", "d"], "sgd"),
    ],
)
async def test_letters_that_match_no_name_start_a_new_search(
    typed: str | list[str], chosen: str
) -> None:
    app = DialogHost(LearningSettings(session()))
    async with app.run_test() as pilot:
        await press(pilot, *typed, "enter")
        assert app.results == [TrainingSettings(optimizer=chosen)]


@pytest.mark.parametrize(
    ("id", "text", "complaint"),
    [
        ("learning-rate", "-1", "learning rate: -1 is out of range"),
        ("learning-rate", "fast", "learning rate: "),
        ("momentum", "1", "from 0 to below 1"),
        ("batch-size", "0", "a whole number from 1 up, or all"),
        ("batch-size", "2.5", "a whole number from 1 up, or all"),
        ("l1", "", "L1: type a number"),
        ("seed", "x", "the seed must be a whole number"),
    ],
)
async def test_wrong_values_are_reported_at_once_and_refused(
    id: str, text: str, complaint: str
) -> None:
    optimizer = "momentum" if id == "momentum" else "sgd"
    app = DialogHost(LearningSettings(session(TrainingSettings(optimizer=optimizer))))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await clear(app, id)
        await type_text(pilot, text)
        assert complaint in app.text
        await press(pilot, "enter")
        assert app.results == []


async def test_momentum_is_for_the_optimiser_of_that_name() -> None:
    app = DialogHost(LearningSettings(session()))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "tab", "tab")
        assert app.focused is not None
        assert app.focused.id == "batch-size"
        await press(pilot, "shift+tab", "shift+tab", "m", "tab", "tab")
        assert app.focused.id == "momentum"
        await press(pilot, "down", "enter")
        assert app.results == [TrainingSettings(optimizer="momentum", momentum=0.8)]


async def test_only_losses_that_suit_are_offered() -> None:
    app = DialogHost(LearningSettings(session()))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *["tab"] * 3)
        assert "bce, the usual one for binary" in app.text
        seen = []
        for _ in range(6):
            await press(pilot, "down")
            seen.append(next(line for line in app.lines if "loss  " in line).split()[2].rstrip(","))
        assert seen == ["squared_error", "mse", "mae", "huber", "bce", "bce"]


async def test_a_loss_that_does_not_suit_is_reported() -> None:
    wrong = session(TrainingSettings(loss="cross_entropy"))
    app = DialogHost(LearningSettings(wrong))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "cross_entropy: the targets of sample 1" in app.text


async def test_the_batch_size_is_explained_in_steps() -> None:
    app = DialogHost(LearningSettings(session(TrainingSettings(batch_size=3))))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *["tab"] * 2)
        assert "1 step of 3 samples and one of 1 make an epoch" in app.text
        await press(pilot, "up")
        assert "an epoch is one step with all 4 samples" in app.text


async def test_every_field_can_be_reached_in_a_small_terminal() -> None:
    app = DialogHost(LearningSettings(session()))
    async with app.run_test(size=(40, 12)) as pilot:
        await settle(pilot)
        for _ in range(9):
            assert app.focused is not None
            assert app.screen.region.contains_region(app.focused.region)
            assert app.focused.region.width >= 10
            assert "Use these" in app.text
            await press(pilot, "tab")


async def test_it_is_one_edit_and_no_weight_is_lost() -> None:
    async with playing(session()) as player:
        network = player.workspace.session.network
        await player.press("L", "a", "enter")
        assert player.workspace.session.training == TrainingSettings(optimizer="adam")
        assert player.workspace.session.network is network
        assert isinstance(player.workspace.history.past[-1].edit, SetTraining)
        await player.press("u")
        assert player.workspace.session.training is None


async def test_leaving_and_changing_nothing_make_no_edit() -> None:
    async with playing(session()) as player:
        await player.press("L", "a", "escape")
        await player.press("L", "enter")
        assert not player.workspace.history.past


async def test_training_goes_on_behind_it_and_takes_the_settings_over() -> None:
    async with playing(session()) as player:
        await player.press("space", "L")
        run = player.workspace.run
        assert run is not None
        before = run.epochs
        for _ in range(500):
            await asyncio.sleep(0.01)
            if player.workspace.run is not None and player.workspace.run.epochs > before:
                break
        behind = player.workspace.run
        assert behind is not None
        assert behind.epochs > before
        await player.press("a", "enter")
        assert player.workspace.is_training
        after = player.workspace.run
        assert after is not None
        assert after.number == run.number
        assert player.workspace.session.training == TrainingSettings(optimizer="adam")
        await player.press("space")

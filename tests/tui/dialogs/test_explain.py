"""Explain: the arithmetic to read, and to predict first."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.cells import cell_len

from engine import Layer, Network, Session, examples, new_network
from engine.explain.forward_pass import Line, Question, explain_forward
from engine.explain.update import next_batch
from engine.explain.working import Cell
from engine.session.training import run_of
from engine.training.settings import TrainingSettings
from tests.engine.explain.test_backward_pass import near, session_of
from tests.tui.dialogs.dialog_host import HOSTILE
from tests.tui.player import Player, playing
from tui.screens.dialogs.explain.dialog import Explain, PartsLine
from tui.screens.dialogs.explain.parts import PARTS, Key, WorkedStep
from tui.screens.dialogs.explain.predictions import Predictions
from tui.screens.dialogs.explain.text import laid_out, plain_text, wrapped

SIZES = [(40, 12), (80, 24), (120, 36)]


def is_open(player: Player) -> bool:
    return isinstance(player.app.screen, Explain)


def words(player: Player) -> str:
    """The text on the screen as one line."""
    return " ".join(" ".join(line.strip("│╭╮╰╯─ ▁▂▃▄▅▆▇█▌") for line in player.lines).split())


async def predict(player: Player, *guesses: str) -> None:
    for guess in guesses:
        await player.type(guess)
        await player.press("enter")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_everything_can_be_read_at_every_size(size: tuple[int, int]) -> None:
    async with playing("binary-classifier", size=size) as player:
        await player.press("e", "home")
        assert is_open(player)
        seen = words(player)
        for _ in range(40):
            await player.press("down")
            assert all(cell_len(line) <= size[0] for line in player.lines)
            seen += words(player)
        # The ends of the scroll bar stand beside the text.
        flat = "".join(character for character in seen if character not in " ▁▂▃▄▅▆▇█")
        lines = explain_forward(player.workspace.session).lines()
        for line in lines:
            for piece in line.text.split(" + "):
                assert piece.replace(" ", "") in flat
        assert "q Close" in words(player)


@pytest.mark.parametrize("key", ["e", "q", "escape", "ctrl+g"])
async def test_it_closes_and_leaves_everything_as_it_was(key: str) -> None:
    async with playing("binary-classifier", size=(80, 24)) as player:
        before = player.workspace
        await player.press("e", key)
        assert not is_open(player)
        assert player.workspace is before


async def test_it_opens_at_the_selected_neuron() -> None:
    session = Session(
        Network([Layer(np.ones((200, 3)), np.arange(200), "tanh", "wide")]), np.ones((1, 3))
    )
    async with playing(session, size=(80, 24)) as player:
        await player.press("right", "ctrl+end", "e")
        neuron = player.workspace.selection.neuron
        name = f"o{neuron + 1}"
        assert any(f"▸{name} " in line for line in player.lines)
    async with playing("binary-classifier", size=(40, 12)) as player:
        await player.press("e")
        assert "▸o1" in player.text
        await player.press("home")
        assert "Inputs" in player.text
        await player.press("end")
        assert "the answer is" in words(player)
        await player.press("k", "k", "k", "k", "k", "j", "pageup", "pageup", "pageup", "pageup")
        assert "Inputs" in player.text
        await player.press("pagedown", "pagedown", "pagedown", "pagedown")
        assert "the answer is" in words(player)


async def test_the_digits_and_the_sample_are_kept() -> None:
    async with playing("xor-step", size=(80, 24)) as player:
        await player.press("e", "f", "greater_than_sign", "greater_than_sign", "less_than_sign")
        assert "sample 2 of 4" in player.text
        assert "2 decimals" in player.text
        await player.press("q")
        assert player.workspace.view.digits == 2
        assert player.workspace.selection.sample == 1
        await player.press("e", "less_than_sign", "less_than_sign", "f", "f", "q")
        assert player.workspace.view.digits == 17
        assert player.workspace.selection.sample == 0


async def test_other_digits_leave_the_place_where_one_reads() -> None:
    async with playing("binary-classifier", size=(40, 12)) as player:
        await player.press("e", "home", "f")
        assert "Inputs" in player.text


async def test_more_digits_are_shown() -> None:
    async with playing("binary-classifier", size=(80, 24)) as player:
        await player.press("e", "f")
        assert "≈ 0.08 " in player.text
        await player.press("f")
        assert "≈ 0.084711" in player.text


async def test_the_whole_text_is_copied() -> None:
    async with playing("binary-classifier", size=(40, 12)) as player:
        await player.press("e", "y")
        copied = player.app.clipboard
        lines = explain_forward(player.workspace.session).lines()
        assert copied == plain_text(lines)
        assert "h1  z = 0.2·1 + (-0.5)·2 + 1·3 + 0.1 = 2.3\n    a = relu(2.3) = 2.3\n" in copied
        assert f"copied {len(copied.splitlines())} lines" in words(player)


async def test_the_four_parts_of_a_step_and_why_w5_falls_and_w7_rises() -> None:
    async with playing("two-by-two", size=(80, 24)) as player:
        await player.press("e", "tab")
        assert "loss = ((0.7514 - 0.01)² + (0.7729 - 0.99)²) / 2 ≈ 0.2984" in player.text
        assert "o1 is too high by 0.7414, o2 is too low by 0.2171" in player.text
        await player.press("3")
        assert "δ_o1 = (d loss / d a)·f'(z) = 0.7414·0.1868 ≈ 0.1385" in player.text
        await player.press("tab")
        seen = words(player)
        assert (
            "weight h1→o1 (w5, W2[1,1]) falls from 0.4 to 0.3589: o1 gives 0.7514, should give "
            "0.01 and has to come down. As h1 is positive (0.5933), a smaller weight makes the sum "
            "of o1 smaller"
        ) in seen
        assert (
            "weight h1→o2 (w7, W2[2,1]) rises from 0.5 to 0.5113: o2 gives 0.7729, should give "
            "0.99 and has to come up. As h1 is positive (0.5933), a larger weight makes the sum "
            "of o2 larger"
        ) in seen
        for start in ("weight h1→o1 (w5", "# Two by two", r"\documentclass"):
            await player.press("y")
            assert start in player.app.clipboard
        assert "of LaTeX; y again copies text" in words(player)
        await player.press("tab", "shift+tab", "shift+tab")
        assert "δ_o1" in player.text
        await player.pilot.click(PartsLine, offset=(15, 0))
        await player.settle()
        assert "Loss · squared_error" in player.text
        await player.press("q")
        assert not is_open(player)


async def test_predicting_runs_through_all_parts_in_order() -> None:
    async with playing("two-by-two", size=(80, 24)) as player:
        await player.press("e", "p", *["enter"] * 7)
        assert "o2: what is its out a?" in player.text
        await player.press("tab")
        assert "Loss comes after what is asked for below" in words(player)
        await predict(player, "0.7729")
        assert "what is the loss?" in player.text
        assert "= ?" in player.text
        await predict(player, "0.5967")
        assert "when the division by 2 is forgotten" in words(player)
        await predict(player, "0.2984")
        assert "o1: what is d loss / d a?" in player.text
        await predict(player, "0.7414", "0.1868", "0.7414")
        assert "0.7414 is what comes out when the factor f'(z) is forgotten" in words(player)
        await player.press("enter", "enter")
        assert "what is d loss / d w(h2→o1)?" in player.text
        await predict(player, "0.0822")
        assert "when h1 is taken for the input" in words(player)
        for _ in range(60):
            if "That was all" in words(player):
                break
            await player.press("enter")
            if "w(h1→o1) after the step" in player.text:
                await predict(player, "0.3178")
                assert "when the learning rate is forgotten" in words(player)
        assert "That was all: 3 of 43 right" in words(player)
        assert "4 Update" in player.text


async def test_predicting_begins_with_the_part_that_is_shown() -> None:
    async with playing("two-by-two", size=(80, 24)) as player:
        await player.press("e", "4", "p")
        assert "o1: what is w(h1→o1) after the step?" in player.text
        await predict(player, "0.441")
        assert "when the sign is flipped" in words(player)
        await player.press("tab")
        assert "z = 0.15·0.05 + 0.2·0.1 + 0.35 = 0.3775" in player.text


EXAMPLES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data" / "backward-examples.json").read_text(encoding="utf-8")
)["examples"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_every_figure_of_the_worked_examples_can_be_read(example: dict[str, Any]) -> None:
    """To 1e-12, from the rows as they are laid out, at all digits."""
    session = session_of(example)
    for sample, figures in enumerate(example["samples"]):
        step = WorkedStep(session, sample, (0, 0))
        shown: dict[Key, float] = {}
        for part in PARTS:
            lines = step.lines(part, 17)
            assert laid_out(lines, 400).places.keys() == {line.key for line in lines} - {None}
            for line in lines:
                if line.key is not None:
                    (row,) = laid_out([line], 4000).rows
                    shown[line.key] = float(row.plain.split()[-1])
        assert shown[Cell("loss", sample=sample)] == near(figures["loss"])
        for layer_index, layer in enumerate(session.network.layers):
            for neuron, column in np.ndindex(layer.weights.shape):
                z, a = (
                    figures[name][layer_index][neuron]
                    for name in ("pre_activations", "activations")
                )
                assert shown[Question(layer_index, neuron, "sum")] == near(z)
                assert shown[Question(layer_index, neuron, "out")] == near(a)
                by_out, delta = (
                    figures[name][layer_index][neuron] for name in ("by_outs", "deltas")
                )
                assert shown[Cell("by_out", layer_index, neuron, None, sample)] == near(by_out)
                assert shown[Cell("delta", layer_index, neuron, None, sample)] == near(delta)
                gradients, after = (
                    example[name][layer_index] for name in ("gradients", "after_one_step")
                )
                if session.n_samples > 1:
                    mean = shown[Cell("mean", layer_index, neuron, column)]
                else:
                    mean = shown[Cell("by_weight", layer_index, neuron, column, sample)]
                assert mean == near(gradients["weights"][neuron][column])
                updated = shown[Cell("updated", layer_index, neuron, column)]
                assert updated == near(after["weights"][neuron][column])
                if not example.get("biases_frozen"):
                    updated = shown[Cell("updated", layer_index, neuron)]
                    assert updated == near(after["bias"][neuron])
        for feature, by_input in enumerate(figures["by_inputs"]):
            assert shown[Cell("by_input", input=feature, sample=sample)] == near(by_input)


def test_the_batch_that_a_step_takes_is_named_and_its_mean_shown() -> None:
    session = examples.load("xor-step").evolve(
        network=new_network((2, 2, 1), ["tanh", "sigmoid"], seed=1)
    )
    step = WorkedStep(session, 2, (0, 0))
    texts = [line.text for line in step.lines("Update", 4)]
    assert texts[1].startswith("The step takes 4 samples (")
    assert any(
        re.match(r"d loss / d w\(h1→o1\) = \(.+ \+ .+ \+ .+ \+ .+\) / 4 ≈ ", text) for text in texts
    )
    run = run_of(session, TrainingSettings(batch_size=3))
    run.step()
    rest = WorkedStep(
        session.evolve(training=TrainingSettings(batch_size=3), network=run.network),
        2,
        (0, 0),
        run.checkpoint(),
    )
    (last,) = set(range(4)) - set(
        next_batch(session.evolve(training=TrainingSettings(batch_size=3)))
    )
    assert next_batch(rest.session, rest.checkpoint) == [last]


async def test_a_prediction_is_judged_and_the_next_number_asked_for() -> None:
    async with playing("binary-classifier", size=(80, 24)) as player:
        await player.press("e", "p")
        assert "h1: what is its sum z?" in player.text
        assert "0.0847" not in player.text
        assert "2.3" not in player.text
        await predict(player, "2.2")
        assert "not right: 2.2 is what comes out when the bias 0.1 is forgotten" in words(player)
        assert "0 of 1 right" in player.text
        assert "h1: what is its sum z?" in player.text
        await predict(player, "2.3")
        assert "h1: right, z = 2.3" in words(player)
        assert "0.1 = 2.3" in player.text
        assert "0 of 1 right" in player.text
        assert "h1: what is its out a?" in player.text
        await predict(player, "23/10", "3.1", "3.1")
        assert "3 of 4 right" in player.text
        await predict(player, "-0.8", "-0.8")
        assert "-0.8 is what comes out when relu is not applied" in words(player)
        assert "4 of 6 right" in player.text
        await predict(player, "0", "-2.38", "1/(1+exp(2.38))")
        assert "That was all: 6 of 8 right" in words(player)
        assert "the answer is 0" in player.text
        assert not player.app.screen.query_one("#ask").display


async def test_what_cannot_be_told_from_a_mistake_is_asked_for_again() -> None:
    session = Session(Network([Layer([[1.0]], [-0.0045], "identity")]), np.array([[1.2345]]))
    async with playing(session, size=(80, 24)) as player:
        await player.press("e", "p")
        await predict(player, "1.23")
        assert "1.23 has too few digits to tell it from a mistake: give one more" in words(player)
        assert "o1: what is its sum z?" in player.text
        assert "0 of 0 right" in player.text
        await predict(player, "1.230")
        assert "o1: right, z = 1.23" in words(player)
        assert "1 of 1 right" in player.text
    async with playing(session, size=(80, 24)) as player:
        await player.press("f", "e", "p")
        assert "2 decimals" in player.text
        await predict(player, "1.23")
        assert "at these digits also when the bias -0.0045 is forgotten" in words(player)
        assert "o1: what is its out a?" in player.text
        assert "0 of 0 right" in player.text


@pytest.mark.parametrize("guess", ["9", "2.4", "2.31", "2", "-2.3", "0"])
async def test_a_miss_does_not_give_the_number_away(guess: str) -> None:
    """Nor does the size of the miss, from which the number would follow."""
    async with playing("binary-classifier", size=(80, 24)) as player:
        await player.press("e", "p")
        before = set(re.findall(r"\d+(?:\.\d+)?", words(player)))
        await predict(player, guess)
        assert "not right" in words(player)
        after = set(re.findall(r"\d+(?:\.\d+)?", words(player)))
        assert after - before <= {guess.removeprefix("-"), "1"}
        await predict(player, "")
        assert "h1: z = 2.3" in words(player)


async def test_enter_alone_shows_the_number_and_goes_on() -> None:
    async with playing("binary-classifier", size=(80, 24)) as player:
        await player.press("e", "p", "enter")
        assert "h1: z = 2.3" in words(player)
        assert "0 of 1 right" in player.text
        assert "h1: what is its out a?" in player.text


async def test_what_is_no_number_does_not_count() -> None:
    async with playing("binary-classifier", size=(80, 24)) as player:
        await player.press("e", "p")
        await predict(player, "1/0")
        assert "division by zero" in player.text
        assert "0 of 0 right" in player.text
        await player.press("backspace", "backspace", "backspace")
        await predict(player, "2.3")
        assert "1 of 1 right" in player.text


async def test_while_nothing_is_typed_the_keys_work_and_then_they_are_letters() -> None:
    async with playing("xor-step", size=(80, 24)) as player:
        await player.press("e", "p", "f")
        assert "2 decimals" in player.text
        await player.press("greater_than_sign")
        assert "sample 2 of 4" in player.text
        assert "h1: what is its sum z?" in player.text
        await player.type("1/sqrt(4)")
        assert "1/sqrt(4)" in player.text
        await player.press("enter")
        assert "right, z = 0.5" in words(player)
        await player.press("p")
        assert "?" not in player.text
        await player.press("p", "q")
        assert not is_open(player)


async def test_predicting_fits_the_smallest_screen_and_follows_what_is_asked() -> None:
    async with playing("binary-classifier", size=(40, 12)) as player:
        await player.press("e", "p")
        for answer in ("2.3", "2.3", "3.1", "9", "3.1", "-.8", "0"):
            assert any(line.strip("│ ").startswith("▸") for line in player.lines)
            assert "what is its" in player.text
            await predict(player, answer)
            assert all(cell_len(line) <= 40 for line in player.lines)
        assert "▸o1" in player.text
        for size in [(20, 6), (5, 3), (200, 60), (80, 24)]:
            await player.resize(*size)
        assert "o1: what is its sum z?" in player.text


async def test_a_network_without_finite_numbers_has_nothing_to_predict() -> None:
    session = Session(Network([Layer([[1e200]], [0], "identity")]), np.array([[1e200]]))
    async with playing(session, size=(80, 24)) as player:
        await player.press("e", "p")
        assert "nothing to predict" in player.text
        assert "inf" in player.text
        await player.press("q")
        assert not is_open(player)


@pytest.mark.parametrize("name", HOSTILE)
async def test_names_are_shown_as_they_stand(name: str) -> None:
    session = examples.load("house-price").evolve(features=(name, "\x1b[31mred"))
    async with playing(session, size=(80, 24)) as player:
        await player.press("e", "y")
        assert f"{name} = 120" in player.text
        assert "\x1b" not in player.app.clipboard


def test_rows_break_before_an_operator_and_never_leave_the_width() -> None:
    text = "z = 0.2·1 + (-0.5)·2 + 1·3 + 0.1 = 2.3"
    assert wrapped(text, 20, 4) == ["z = 0.2·1 + (-0.5)·2", "    + 1·3 + 0.1", "    = 2.3"]
    assert wrapped(text, 80) == [text]
    for width in range(1, 50):
        rows = wrapped(text + " 長い名前の長い名前の長い名前", width, 4)
        assert all(cell_len(row) <= max(width, 2) for row in rows)
        assert "".join(rows).replace(" ", "").startswith(text.replace(" ", ""))


def test_the_places_of_sums_and_outs_are_those_of_their_rows() -> None:
    lines = explain_forward(examples.load("three-classes")).lines()
    for width in (30, 50, 120):
        rows, places = laid_out(lines, width, Question(1, 2, "out"))
        for key, row in places.items():
            assert isinstance(key, Question)
            if key.of == "sum":
                name = f"{'ho'[key.layer_index]}{key.neuron + 1}"
                assert rows[row].plain.startswith(f" {name}  z = ")
        assert rows[places[Question(1, 2, "out")]].plain.startswith("▸")


def test_copied_lines_are_not_wrapped() -> None:
    lines = [Line("heading", "A"), Line("sum", "z = 1", "h1", 0, 0), Line("heading", "B")]
    assert plain_text(lines) == "A\nh1  z = 1\n\nB\n"


def test_each_question_counts_once_with_its_first_answer() -> None:
    questions = tuple(Question(0, neuron, "sum") for neuron in range(3))
    start = Predictions(questions)
    assert start.score == "0 of 0 right"
    missed = start.after("wrong").after("wrong")
    assert (missed.score, missed.current) == ("0 of 1 right", questions[0])
    then = missed.after("right").after("right")
    assert (then.score, then.current) == ("1 of 2 right", questions[2])
    assert then.hidden == {questions[2]}
    assert then.given_up().current is None
    assert then.given_up().score == "1 of 3 right"


def test_what_is_neither_right_nor_wrong_does_not_count() -> None:
    questions = tuple(Question(0, neuron, "sum") for neuron in range(3))
    start = Predictions(questions)
    assert start.after("too few digits") == start
    then = start.after("ambiguous")
    assert (then.score, then.current) == ("0 of 0 right", questions[1])
    assert then.after("wrong").after("ambiguous").score == "0 of 1 right"
    assert then.after("right").score == "1 of 1 right"

"""The Distribution view: bars that count the batch, shares of neurons, the silent ones named."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Layer, Network, Session, Weight, health
from engine.lessons import course
from tests.tui.player import playing
from tests.tui.views.scenes import PALETTE, classifier, colour_at, random_session, scene_of, texts
from tui.drawing.axes import axis_around
from tui.drawing.histograms import Histogram, block_rows, counted, sparkline
from tui.state.lesson import enter
from tui.views.distribution.rows import examined_samples, share_text
from tui.views.distribution.view import distribution_title, draw_distribution

EIGHTHS = " ▁▂▃▄▅▆▇█"
LEFT = "#view-left"


def with_a_dead_neuron(n_samples: int = 30) -> Session:
    session = random_session((4, 5, 1), ("relu", "sigmoid"), n_samples)
    hidden, output = session.network.layers
    bias = hidden.bias.copy()
    bias[1] = -99.0
    return session.evolve(network=Network([hidden.replace(bias=bias), output]))


def heights(rows: list[str]) -> list[float]:
    """How high each column of bars is, read off its characters."""
    return [sum(EIGHTHS.index(row[column]) for row in rows) / 8 for column in range(len(rows[0]))]


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=60), st.integers(1, 12))
def test_bars_are_as_high_as_their_counts(counts: list[int], height: int) -> None:
    rows = block_rows(np.array(counts), height)
    assert len(rows) == height
    most = max(counts)
    for count, high in zip(counts, heights(rows), strict=True):
        assert (high > 0) == (count > 0)
        assert high == pytest.approx(count / max(most, 1) * height, abs=0.13)


@given(
    st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=1, max_size=50),
    st.integers(1, 60),
)
def test_every_finite_value_is_counted_once(values: list[float], columns: int) -> None:
    array = np.array(values)
    finite = array[np.isfinite(array)]
    axis = axis_around(float(finite.min(initial=0)), float(finite.max(initial=0)))
    assert counted(array, axis, columns).sum() == finite.size
    histogram = Histogram.of(array, axis, columns)
    assert histogram.counts.sum() == finite.size
    assert histogram.columns <= columns
    assert len(histogram.labels()) == histogram.columns
    assert len(sparkline(array, axis, columns)) == columns


def test_values_stand_over_their_place_on_the_axis() -> None:
    axis = axis_around(-4.0, 4.0)
    (bars,) = block_rows(counted(np.array([-3.9, 0.1, 0.2, 3.9]), axis, 8), 1)
    assert bars == "▄   █  ▄"


def test_the_histograms_are_those_of_the_batch() -> None:
    session = with_a_dead_neuron()
    lines = texts(draw_distribution(scene_of(session, 0, 2), 56, 14))
    assert lines[0].startswith("sum z of layer 1")
    assert "out a · relu" in lines[0]
    start = lines[0].index("out a")
    outs = session.trace.layers[0].activations
    highest = float((outs < outs.max() / 20).mean())
    assert f"{highest:.0%}" in lines[0] or "highest" in lines[0]
    bars = heights([line[start:] for line in lines[1:5]])
    assert bars[0] == 4.0
    assert max(bars[1:]) < 4.0
    assert lines[5].split()[0].startswith("-")
    assert lines[5][start] == "0"


def test_sums_below_zero_have_the_colour_of_below() -> None:
    strips = draw_distribution(scene_of(with_a_dead_neuron(), 0, 2), 56, 14)
    line = strips[4].text
    columns = [place for place in range(26) if line[place] != " "]
    assert colour_at(strips, columns[0], 4) == PALETTE.negative
    assert colour_at(strips, columns[-1], 4) == PALETTE.positive


@pytest.mark.parametrize(("width", "height"), [(44, 9), (56, 14), (95, 30)])
def test_each_neuron_has_its_shares_and_the_dead_one_is_named(width: int, height: int) -> None:
    session = with_a_dead_neuron()
    states = health(session).neurons[0]
    found = set()
    for neuron in range(5):
        lines = texts(draw_distribution(scene_of(session, 0, neuron), width, height))
        (row,) = (line for line in lines if line.startswith(f"▶h{neuron + 1} "))
        share = share_text(states[neuron].off_share)
        assert f" {share} " in row
        found.add(share)
        words = " ".join(" ".join(lines).split())
        for dead in (1, 2):
            assert f"h{dead} is dead: off on all 30 samples" in words
    assert "100 %" in found
    assert len(found) > 2


def test_other_layers_stand_beside_it_where_there_is_room() -> None:
    session = random_session((3, 4, 4, 2), ("tanh", "relu", "softmax"), 40)
    lines = texts(draw_distribution(scene_of(session, 1, 0), 95, 30))
    captions = [line.split("  ")[0] for line in lines if "sum z of layer" in line]
    assert captions == ["sum z of layer 1", "▶sum z of layer 2", "sum z of layer 3"]


def test_many_neurons_stand_in_columns_around_the_selected_one() -> None:
    session = random_session((6, 128, 3), ("relu", "softmax"), 40)
    lines = texts(draw_distribution(scene_of(session, 0, 127), 95, 30))
    (row,) = (line for line in lines if "▶h128" in line)
    assert row.count("%") > 2


@pytest.mark.parametrize("n_samples", [1, 2, 9])
def test_of_a_few_samples_it_shows_what_can_be_said(n_samples: int) -> None:
    session = with_a_dead_neuron(n_samples)
    lines = texts(draw_distribution(scene_of(session, 0, 1), 56, 14))
    words = " ".join(" ".join(lines).split())
    there = "there is one" if n_samples == 1 else f"there are {n_samples}"
    assert f"histograms need 10 samples: {there}" in words
    assert "sum z of layer" not in words
    (row,) = (line for line in lines if line.startswith("▶h2 "))
    assert " 100 % " in row
    assert ("h2 is dead" in words) is (n_samples > 1)
    if n_samples > 1:
        # The room of the histograms is left to the sentences.
        low = texts(draw_distribution(scene_of(session, 0, 1), 44, 11))
        assert "h2 is dead: off on " in " ".join(" ".join(low).split())


def test_many_silent_neurons_are_named_shortly_and_the_last_ones_counted() -> None:
    session = random_session((2, 40, 1), ("relu", "sigmoid"), 12)
    hidden, output = session.network.layers
    network = Network([hidden.replace(bias=np.full(40, -99.0)), output])
    words = " ".join(
        " ".join(
            texts(draw_distribution(scene_of(session.evolve(network=network), 0), 56, 14))
        ).split()
    )
    assert "h1 is dead; h2 is dead; h3 is dead;" in words
    found = re.search(r"h(\d+) is dead; and (\d+) more", words)
    assert found
    # The last of all is that the output is constant.
    assert int(found[1]) + int(found[2]) == 41


def test_ten_samples_are_enough() -> None:
    words = "".join(texts(draw_distribution(scene_of(with_a_dead_neuron(10), 0, 1), 56, 14)))
    assert "sum z of layer 1" in words
    assert "histograms need" not in words


def test_of_very_many_samples_an_even_part_is_looked_at() -> None:
    session = random_session((3, 8, 1), ("relu", "sigmoid"), 100_000)
    scene = scene_of(session, 0, 1)
    assert distribution_title(scene) == "How layer 1 spreads, over 2,000 of 100,000 samples"
    words = " ".join(" ".join(texts(draw_distribution(scene, 56, 14))).split())
    assert "looked at 2,000 samples, evenly spread" in words
    examined = examined_samples(session)
    places = np.linspace(0, 99_999, 2_000).round().astype(int)
    assert np.array_equal(examined.session.inputs, session.inputs[places])
    assert "trace" not in vars(session)


def test_sums_that_are_not_finite_are_reported_and_no_obstacle() -> None:
    network = Network([Layer([[1e300], [1.0]], [0.0, 0.0], "identity")])
    session = Session(network, np.linspace(-1e300, 1e300, 12)[:, np.newaxis])
    for width, height in ((44, 9), (95, 30)):
        strips = draw_distribution(scene_of(session), width, height)
        assert len(strips) == height
        assert "sum z of sample 1 is -inf" in " ".join(" ".join(texts(strips)).split())


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (1e-4, "<1 %"), (0.345, "34 %"), (0.999, ">99 %"), (1.0, "100 %")],
)
def test_a_share_is_never_rounded_to_none_or_all(share: float, text: str) -> None:
    assert share_text(share) == text


def test_the_title_counts_the_samples() -> None:
    assert distribution_title(scene_of(classifier())) == "How layer 2 spreads, over 1 sample"
    session = with_a_dead_neuron()
    scene = scene_of(session, 0, 0, Weight(0, 0, 0))
    assert distribution_title(scene) == "How layer 1 spreads, over 30 samples"


async def test_the_screen_follows_an_edit_that_silences_a_neuron() -> None:
    session = random_session((4, 5, 1), ("relu", "sigmoid"), 30)
    async with playing(session, size=(120, 36)) as player:
        await player.show("Distribution")
        assert "How layer 2 spreads, over 30 samples" in player.pane(LEFT)
        await player.press("tab", "down", "down", "end")
        assert "▶h3" in player.pane(LEFT)
        assert "h3 is dead" not in player.prose(LEFT)
        await player.type("-99")
        await player.press("enter")
        assert "h3 is dead: off on all 30 samples" in player.prose(LEFT)
        (row,) = (line for line in player.pane(LEFT).splitlines() if "▶h3" in line)
        assert "100 %" in row
        await player.press("u")
        assert "h3 is dead" not in player.prose(LEFT)


def test_very_many_samples_with_a_test_set_are_looked_at_in_part() -> None:
    session = random_session((2, 3, 1), ("tanh", "sigmoid"), 12_000).evolve(n_test=6_000)
    scene = scene_of(session, layer_index=0)
    assert "12,000" in distribution_title(scene) or "2,000" in distribution_title(scene)
    assert len(draw_distribution(scene, 56, 14)) == 14


def test_while_a_lesson_asks_it_is_not_said_which_neuron_is_dead() -> None:
    scene = scene_of(classifier())
    asking = enter(scene.workspace, course.load("silent"))
    for workspace, is_said in ((asking, False), (replace(asking, lesson=None), True)):
        lines = texts(draw_distribution(replace(scene, workspace=workspace), 95, 24))
        assert ("is dead" in " ".join(lines)) is is_said
        assert any(" 100 % " in line for line in lines)

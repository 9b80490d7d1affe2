"""Where each arrow leads, and that no walk leaves the network."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Bias, Input, Session, Weight
from engine.nn.initialisation import new_network
from tui.state.navigation import Direction, advance, move
from tui.state.selection import Cell, Selection, Target, first_selection

SIZES = st.lists(st.integers(1, 14), min_size=2, max_size=5)
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)


def zeros(*sizes: int) -> Session:
    return Session(new_network(sizes, ["relu"] * (len(sizes) - 1), "zeros"))


def all_cells(session: Session) -> list[Cell]:
    """Every number that a cursor can be on, in reading order."""
    network = session.network
    cells: list[Cell] = [Input(feature) for feature in range(network.n_features)]
    for layer_index, layer in enumerate(network.layers):
        for neuron in range(layer.n_neurons):
            cells += [Weight(layer_index, neuron, input) for input in range(layer.n_inputs)]
            cells.append(Bias(layer_index, neuron))
    return cells + [Target(output) for output in range(network.n_outputs)]


def on(session: Session, cell: Cell) -> Selection:
    return first_selection(session).at(cell, session)


@pytest.mark.parametrize(
    ("cell", "direction", "leads_to"),
    [
        (Input(0), "left", Input(0)),
        (Input(0), "up", Input(0)),
        (Input(2), "down", Input(2)),
        (Input(0), "right", Weight(0, 0, 0)),
        (Input(2), "right", Weight(0, 1, 0)),
        (Input(1), "end", Input(2)),
        (Input(1), "home", Input(0)),
        (Weight(0, 0, 0), "left", Input(0)),
        (Weight(0, 1, 0), "left", Input(1)),
        (Weight(0, 0, 1), "left", Weight(0, 0, 0)),
        (Weight(0, 0, 2), "right", Bias(0, 0)),
        (Weight(0, 0, 1), "up", Weight(0, 0, 1)),
        (Weight(0, 1, 2), "down", Weight(1, 0, 1)),
        (Weight(1, 0, 1), "up", Weight(0, 1, 1)),
        (Weight(1, 0, 0), "left", Input(0)),
        (Weight(1, 0, 1), "down", Weight(1, 1, 1)),
        (Weight(1, 3, 1), "down", Weight(1, 3, 1)),
        (Weight(0, 0, 1), "end", Bias(0, 0)),
        (Weight(0, 0, 1), "home", Weight(0, 0, 0)),
        (Bias(0, 0), "left", Weight(0, 0, 2)),
        (Bias(0, 1), "right", Target(0)),
        (Bias(0, 1), "down", Bias(1, 0)),
        (Bias(1, 0), "up", Bias(0, 1)),
        (Bias(1, 2), "right", Target(2)),
        (Bias(1, 3), "down", Bias(1, 3)),
        (Bias(1, 1), "home", Weight(1, 1, 0)),
        (Target(2), "left", Bias(1, 2)),
        (Target(2), "right", Target(2)),
        (Target(0), "up", Target(0)),
        (Target(1), "end", Target(3)),
        (Target(1), "home", Target(0)),
    ],
)
def test_each_arrow(cell: Cell, direction: Direction, leads_to: Cell) -> None:
    session = zeros(3, 2, 4)
    assert move(session, on(session, cell), direction).cell == leads_to


def test_a_page_is_ten_rows_and_ends_at_the_last_one_of_a_layer() -> None:
    session = zeros(2, 25, 3)
    selection = on(session, Weight(0, 0, 1))
    rows = []
    for _ in range(4):
        selection = move(session, selection, "page_down")
        rows.append(selection.cell)
    assert rows == [Weight(0, 10, 1), Weight(0, 20, 1), Weight(0, 24, 1), Weight(1, 0, 1)]
    for expected in (Weight(0, 24, 1), Weight(0, 14, 1), Weight(0, 4, 1), Weight(0, 0, 1)):
        selection = move(session, selection, "page_up")
        assert selection.cell == expected


def test_an_input_keeps_the_current_neuron() -> None:
    session = zeros(3, 2, 4)
    selection = move(session, on(session, Weight(0, 1, 0)), "left")
    assert selection.cell == Input(1)
    assert (selection.layer_index, selection.neuron) == (0, 1)
    assert (on(session, Target(3)).layer_index, on(session, Target(3)).neuron) == (1, 3)


@given(SIZES)
def test_typing_row_by_row_visits_every_number_once(sizes: list[int]) -> None:
    session = zeros(*sizes)
    cells = all_cells(session)
    for before, after in pairwise(cells):
        assert advance(session, on(session, before)).cell == after
    assert advance(session, on(session, cells[-1])).cell == cells[-1]


@given(SIZES, st.lists(st.sampled_from(DIRECTIONS), max_size=60))
def test_no_walk_leaves_the_network(sizes: list[int], walk: list[Direction]) -> None:
    session = zeros(*sizes)
    cells = set(all_cells(session))
    selection = first_selection(session)
    for direction in walk:
        selection = move(session, selection, direction)
        assert selection.cell in cells
        assert selection.layer_index < len(session.network.layers)
        assert selection.neuron < session.network.layers[selection.layer_index].n_neurons
        assert selection == selection.within(session)


@given(SIZES, st.data())
def test_the_way_back_is_the_opposite_arrow(sizes: list[int], data: st.DataObject) -> None:
    session = zeros(*sizes)
    cell = data.draw(st.sampled_from(all_cells(session)))
    if isinstance(cell, Weight):
        right = move(session, on(session, cell), "right")
        assert move(session, right, "left").cell == cell
    down = move(session, on(session, cell), "down")
    same_pane = getattr(down.cell, "layer_index", None) == getattr(cell, "layer_index", None)
    if down.cell != cell and same_pane:
        assert move(session, down, "up").cell == cell


@given(SIZES)
def test_every_number_can_be_reached_by_arrows(sizes: list[int]) -> None:
    session = zeros(*sizes)
    reached: set[Cell] = {Input(0)}
    waiting: list[Cell] = [Input(0)]
    while waiting:
        selection = on(session, waiting.pop())
        for direction in ("up", "down", "left", "right"):
            cell = move(session, selection, direction).cell
            if cell not in reached:
                reached.add(cell)
                waiting.append(cell)
    assert reached == set(all_cells(session))


@given(SIZES, SIZES, st.data())
def test_a_selection_finds_a_place_in_any_other_network(
    sizes: list[int], others: list[int], data: st.DataObject
) -> None:
    session, other = zeros(*sizes), zeros(*others)
    selection = on(session, data.draw(st.sampled_from(all_cells(session))))
    within = selection.of_sample(7).within(other)
    assert within.cell in set(all_cells(other))
    assert within.sample == 0
    if sizes == others:
        assert within == selection

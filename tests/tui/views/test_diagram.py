"""The Diagram view: nodes and edges where they belong, in their colours, and nothing hidden."""

from __future__ import annotations

import math
import re
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.strip import Strip

from engine.nn.layer import Layer
from engine.nn.network import Network
from engine.nn.parameters import Bias, Input, Parameter, Weight
from engine.session.session import Session
from tests.tui.views.scenes import (
    PALETTE,
    changed,
    classifier,
    colour_at,
    compared,
    layer_with_sums,
    random_session,
    scene_of,
    texts,
)
from tui.drawing.palette import RGB
from tui.views.diagram.edges import edges_of
from tui.views.diagram.layout import layout_of
from tui.views.diagram.view import diagram_title, draw_diagram
from tui.views.scene import Scene

PANES = [(44, 9), (56, 14), (78, 20), (95, 30), (196, 56)]


def brailles(strips: list[Strip]) -> list[tuple[int, int, int]]:
    """The column, row and number of dots of every cell with a part of an edge."""
    return [
        (column, row, bin(ord(character) - 0x2800).count("1"))
        for row, text in enumerate(texts(strips))
        for column, character in enumerate(text)
        if "\u2800" < character <= "\u28ff"
    ]


def background_at(strips: list[Strip], column: int, row: int) -> RGB:
    style = next(iter(strips[row].crop(column, column + 1))).style
    assert style is not None
    assert style.bgcolor is not None
    red, green, blue = style.bgcolor.get_truecolor()
    return red, green, blue


def distance(one: RGB, other: RGB) -> float:
    return math.dist(one, other)


def one_edge(weight: float, other: float = 0.0) -> Session:
    """Two inputs into one neuron; the second weight is `other`."""
    return Session(Network([Layer([[weight, other]], [0.0], "tanh")]), np.array([[1.0, 1.0]]))


def node_of(scene: Scene) -> tuple[int, int]:
    """Where the cursor is: stage 0 has the inputs."""
    if isinstance(scene.parameter, Input):
        return 0, scene.parameter.feature
    return scene.layer_index + 1, scene.neuron


def test_names_and_outs_stand_in_chips_where_rows_are_few() -> None:
    lines = texts(draw_diagram(scene_of(classifier()), 44, 9))
    assert lines[0].split() == ["inputs", "relu", "sigmoid"]
    assert re.match(r"┃x1 1┃.*▐h1 +2\.3▌", lines[1])
    assert re.match(r"▐x2 2▌.*▐h2 +3\.1▌.*┃o1 +0\.0847┃", lines[4])
    assert re.match(r"▐x3 3▌.*╎h3 +off╎", lines[7])


def test_boxes_have_the_name_above_the_out() -> None:
    lines = texts(draw_diagram(scene_of(classifier(), parameter=Weight(1, 0, 1)), 78, 20))
    for name, value in (("h1", "2.3"), ("h2", "3.1"), ("x3", "3")):
        row = next(row for row, line in enumerate(lines) if f"╭ {name} " in line)
        column = lines[row].index(f"╭ {name} ")
        box = [line[column : lines[row].index("╮", column) + 1] for line in lines[row : row + 3]]
        assert box[1].strip("│ ") == value
        assert box[2] == f"╰{'─' * (len(box[0]) - 2)}╯"
    assert any("╭ h3 ╌" in line for line in lines)
    assert any("┏ o1 ━" in line for line in lines)
    assert any("┃  0.0847 ┃" in line for line in lines)
    assert lines[0].split("  ")[0] == "inputs"
    assert "layer 1 · relu" in lines[0]
    assert "weight above 0" in lines[-1]


@pytest.mark.parametrize("sizes", [(2, 4, 2, 1), (4, 8, 8, 3)])
@pytest.mark.parametrize("room", PANES)
def test_the_usual_networks_are_whole_in_every_pane(
    sizes: tuple[int, ...], room: tuple[int, int]
) -> None:
    session = random_session(sizes, ("tanh",) * 3)
    scene = scene_of(session, 1, 1, Weight(1, 1, 2))
    text = "\n".join(texts(draw_diagram(scene, *room)))
    names = [f"x{index + 1}" for index in range(sizes[0])]
    names += [f"h1.{index + 1}" for index in range(sizes[1])]
    names += [f"h2.{index + 1}" for index in range(sizes[2])]
    names += [f"o{index + 1}" for index in range(sizes[3])]
    for name in names:
        assert len(re.findall(rf"{re.escape(name)}(?!\d)", text)) == 1, name
    assert "more" not in text
    # The selected weight can be read.
    weight = session.network.layers[1].weights[1, 2]
    numbers = map(float, re.findall(r"-?\d+\.\d+", text))
    assert any(abs(number - weight) <= 0.005 for number in numbers)


@settings(max_examples=80)
@given(data=st.data())
def test_every_network_fits_every_size_and_what_is_left_out_is_counted(data: st.DataObject) -> None:
    sizes = data.draw(
        st.lists(st.integers(1, 6) | st.integers(1, 300), min_size=2, max_size=9), label="sizes"
    )
    layer_index = data.draw(st.integers(0, len(sizes) - 2), label="layer")
    neuron = data.draw(st.integers(0, sizes[layer_index + 1] - 1), label="neuron")
    source = data.draw(st.integers(0, sizes[layer_index] - 1), label="source")
    feature = data.draw(st.integers(0, sizes[0] - 1), label="feature")
    parameters: list[Parameter] = [
        Weight(layer_index, neuron, source),
        Bias(layer_index, neuron),
        Input(feature),
    ]
    parameter = data.draw(st.sampled_from(parameters))
    width, height = data.draw(st.integers(1, 200)), data.draw(st.integers(1, 60))
    activations = data.draw(st.lists(st.sampled_from(["relu", "tanh", "identity"]), min_size=9))
    scene = scene_of(random_session(sizes, activations), layer_index, neuron, parameter)
    strips = draw_diagram(scene, width, height)
    assert len(strips) == height
    assert all(cell_len(text) == width for text in texts(strips))
    if width < 24 or height < 4:
        return
    layout = layout_of(scene, width, height)
    shown = [stage.index for stage in layout.stages]
    assert shown == list(range(shown[0], shown[-1] + 1))
    assert node_of(scene)[0] in shown
    lines = texts(strips)
    for stage in layout.stages:
        indices = [node.index for node in stage.nodes]
        assert indices == list(range(indices[0], indices[-1] + 1))
        assert len(indices) + stage.n_left_out == sizes[stage.index]
        if stage.index == node_of(scene)[0]:
            assert node_of(scene)[1] in indices
    said = [int(n) for note in layout.notes for n in re.findall(r"^(?:…|… )?(\d+)", note.text)]
    n_left_out = sum(stage.n_left_out for stage in layout.stages)
    assert sum(said) == n_left_out + len(sizes) - len(layout.stages)
    for note in layout.notes:
        assert note.column >= 0
        assert note.column + len(note.text) <= width
    boxes = [
        (node.left, node.right, node.top, node.top + node.height - 1)
        for stage in layout.stages
        for node in stage.nodes
    ]
    for left, right, top, bottom in boxes:
        assert 0 <= left < right <= width
        assert 0 <= top <= bottom < height
    for one, other in combinations(boxes, 2):
        assert one[1] <= other[0] or other[1] <= one[0] or one[3] < other[2] or other[3] < one[2]
    for stage in layout.stages:
        for node in stage.nodes:
            assert node.texts.name in lines[node.top]


def test_left_out_neurons_are_counted_and_the_current_ones_are_in_sight() -> None:
    session = random_session((784, 128, 10), ("relu", "softmax"))
    for neuron, source in ((0, 0), (60, 300), (127, 783)):
        scene = scene_of(session, 0, neuron, Weight(0, neuron, source))
        for width, height in PANES:
            lines = texts(draw_diagram(scene, width, height))
            text = "\n".join(lines)
            layout = layout_of(scene, width, height)
            inputs, hidden, outputs = (len(stage.nodes) for stage in layout.stages)
            left_out = sum(map(int, re.findall(r"… ?(\d+)(?: more)?", text)))
            assert left_out == 784 + 128 + 10 - inputs - hidden - outputs
            assert f"x{source + 1}" in text
            assert f"h{neuron + 1}" in text
            answer = int(session.trace.outputs[0].argmax())
            assert f"o{answer + 1}" in text


def test_left_out_layers_are_counted() -> None:
    scene = scene_of(random_session((3, 5, 4, 6, 4, 5, 3, 4, 2), ("tanh",) * 8), 3, 1, Bias(3, 1))
    for width in (30, 44, 78, 120):
        lines = texts(draw_diagram(scene, width, 20))
        counts = [int(n) for n in re.findall(r"…(\d+)", "\n".join(lines))]
        counts += [int(n) for n in re.findall(r"(\d+) more", "\n".join(lines))]
        assert len(layout_of(scene, width, 20).stages) + sum(counts) == 9
    assert not counts


@pytest.mark.parametrize(("weight", "pole"), [(2.0, PALETTE.positive), (-2.0, PALETTE.negative)])
def test_an_edge_has_the_colour_of_its_sign(weight: float, pole: RGB) -> None:
    scene = scene_of(one_edge(weight, 2 * weight), parameter=Input(1))
    strips = draw_diagram(scene, 60, 11)
    cells = brailles(strips)
    assert cells
    other = PALETTE.negative if weight > 0 else PALETTE.positive
    for column, row, _ in cells:
        colour = colour_at(strips, column, row)
        on_the_way = distance(colour, PALETTE.background) + distance(colour, pole)
        assert on_the_way == pytest.approx(distance(pole, PALETTE.background), abs=2)
        assert distance(colour, other) > distance(colour, pole) or colour[0] < 100


def test_an_edge_below_0_is_dashed_and_one_of_0_is_dotted() -> None:
    dots = [
        sum(count for _, _, count in brailles(draw_diagram(scene_of(one_edge(weight)), 60, 11)))
        for weight in (0.5, -0.5, 0.0)
    ]
    assert dots[0] * 0.7 > dots[1] > dots[2] > 0


def test_a_larger_weight_is_thicker_and_clearer() -> None:
    scene = scene_of(one_edge(0.1, 0.9), parameter=Bias(0, 0))
    strips = draw_diagram(scene, 60, 11)
    middle = layout_of(scene, 60, 11).stages[1].nodes[0].row
    dots, clearest = [0, 0], [0.0, 0.0]
    for column, row, count in brailles(strips):
        of = int(row > middle)
        dots[of] += count * (row != middle)
        clear = distance(colour_at(strips, column, row), PALETTE.background)
        clearest[of] = max(clearest[of], clear * (row != middle))
    assert dots[1] > 1.5 * dots[0] > 0
    assert clearest[1] > 1.5 * clearest[0] > 0


def test_the_selected_weight_is_strongest_and_has_its_value() -> None:
    scene = scene_of(classifier(), parameter=Weight(1, 0, 0))
    for width, height in PANES:
        strips = draw_diagram(scene, width, height)
        row, column = next(
            (row, text.index("0.4")) for row, text in enumerate(texts(strips)) if "0.4" in text
        )
        assert background_at(strips, column, row) == PALETTE.accent
        full = [
            place
            for place in brailles(strips)
            if colour_at(strips, *place[:2]) == PALETTE.positive and place[1] < height - 1
        ]
        assert full
        layout = layout_of(scene, width, height)
        assert all(
            layout.stages[1].nodes[0].right <= column < layout.stages[2].nodes[0].left
            for column, _, _ in full
        )


def test_with_room_the_weights_into_the_neuron_are_written() -> None:
    text = "\n".join(texts(draw_diagram(scene_of(classifier(), 0, 1, Weight(0, 1, 1)), 95, 30)))
    for weight in ("-1.5", " 2 ", "0.3"):
        assert weight in text
    assert "0.7" not in text


def test_the_selected_bias_stands_at_its_neuron() -> None:
    for width, height in PANES:
        scene = scene_of(classifier(), 0, 2, Bias(0, 2))
        strips = draw_diagram(scene, width, height)
        node = layout_of(scene, width, height).stages[1].nodes[2]
        before = texts(strips)[node.row][: node.left].rstrip()
        assert before.endswith("0.5")
        assert background_at(strips, len(before) - 1, node.row) == PALETTE.accent


def test_nodes_are_fuller_the_larger_their_outs() -> None:
    session = layer_with_sums([-3.0, -1.0, 0.5, 2.0, 6.0], "sigmoid")
    scene = scene_of(session, neuron=0, parameter=Input(0))
    strips = draw_diagram(scene, 60, 11)
    nodes = layout_of(scene, 60, 11).stages[1].nodes
    fills = [
        distance(background_at(strips, node.left + 1, node.row), PALETTE.background)
        for node in nodes
    ]
    assert fills == sorted(fills)
    assert fills[0] < fills[2] < fills[-1]


def test_outs_below_0_have_a_minus_where_their_values_have_no_room() -> None:
    session = random_session((2, 4, 2, 1), ("tanh", "tanh", "sigmoid"))
    scene = scene_of(session, 2)
    lines = texts(draw_diagram(scene, 44, 9))
    stage = layout_of(scene, 44, 9).stages[1]
    outs = session.trace.layers[0].activations[0]
    assert {node.texts.value for node in stage.nodes} == {""}
    for node in stage.nodes:
        assert (lines[node.row][node.right - 1] == "-") is bool(outs[node.index] < 0)
    assert 0 < (outs < 0).sum() < 4


def test_the_current_neuron_is_framed_and_the_input_under_the_cursor_filled() -> None:
    for width, height in PANES:
        scene = scene_of(classifier(), 0, 1, Input(2))
        strips = draw_diagram(scene, width, height)
        layout = layout_of(scene, width, height)
        accents = {
            (stage.index, node.index)
            for stage in layout.stages
            for node in stage.nodes
            if colour_at(strips, node.left, node.row) == PALETTE.accent
        }
        assert accents == {(0, 2), (1, 1)}
        cursor = layout.stages[0].nodes[2]
        assert background_at(strips, cursor.left + 1, cursor.row) == PALETTE.accent


def test_a_remembered_state_shows_the_difference_in_each_box() -> None:
    then = classifier()
    layer = then.network.layers[0]
    weights = layer.weights.copy()
    weights[0, 0] = 0.5
    now = then.evolve(network=Network([layer.replace(weights=weights), then.network.layers[1]]))
    scene = compared(scene_of(now), then, pinned=True)
    text = "\n".join(texts(draw_diagram(scene, 95, 30)))
    assert "╰ +0.3 ──" in text
    assert text.count("+0.") == 2
    same = changed(scene, session=then)
    assert "+0." not in "\n".join(texts(draw_diagram(same, 95, 30)))


@pytest.mark.parametrize(
    ("sums", "activation", "shown"),
    [
        ([1e300], "identity", "1e300"),
        ([-1.2e308], "identity", "-1.2e308"),
        ([12.0], "tanh", "<1"),
        ([-12.0], "tanh", ">-1"),
        ([-400.0], "sigmoid", ">0"),
        ([math.pi * 1e5], "relu", "314159"),
    ],
)
def test_outs_are_never_cut_nor_shown_as_a_limit(
    sums: list[float], activation: str, shown: str
) -> None:
    scene = scene_of(layer_with_sums(sums, activation), parameter=Bias(0, 0))
    for width in (24, 30, 44, 78):
        layout = layout_of(scene, width, 9)
        value = layout.stages[1].nodes[0].texts.value
        assert "…" not in value
        assert value == "" or float(value.lstrip("<>")) == pytest.approx(
            float(shown.lstrip("<>")), rel=0.2
        )
        if shown[0] in "<>":
            assert value in ("", shown) or "e-" in value


def test_titles() -> None:
    session = classifier()
    assert diagram_title(scene_of(session, parameter=Weight(1, 0, 1))) == (
        "o1 gives 0.0847, weight h2→o1 is -1"
    )
    assert diagram_title(scene_of(session, 0, 0, Bias(0, 0))) == "h1 gives 2.3, bias of h1 is 0.1"
    assert diagram_title(scene_of(session)) == "input x1 is 1, it goes into h1, h2, h3"
    large = random_session((2, 40, 1), ("relu", "identity"))
    assert diagram_title(scene_of(large)).endswith("it goes into all 40 neurons of layer 1")
    assert texts(draw_diagram(scene_of(session), 40, 2))[0].startswith("input x1 is 1")


@pytest.mark.parametrize(("width", "height"), [(41, 11), (44, 9), (118, 30)])
def test_of_many_edges_the_strongest_are_drawn_and_the_others_counted(
    width: int, height: int
) -> None:
    session = random_session((2, 8, 8, 1), ("tanh", "tanh", "sigmoid"))
    scene = scene_of(session, 1, 3, Weight(1, 3, 5))
    bundles = list(edges_of(scene, layout_of(scene, width, height)))
    n_drawn = sum(len(bundle.drawn) for bundle in bundles)
    assert n_drawn < 88
    legend = texts(draw_diagram(scene, width, height))[-1]
    assert f"{n_drawn} of 88 weights, the strongest" in legend
    for bundle in bundles:
        assert set(np.flatnonzero(bundle.current)) <= set(bundle.drawn)
        others = ~bundle.current
        drawn = np.isin(np.arange(len(others)), bundle.drawn)
        weakest = bundle.sizes[drawn & others].min(initial=np.inf)
        assert weakest >= bundle.sizes[~drawn].max(initial=0)


def test_of_few_edges_all_are_drawn() -> None:
    scene = scene_of(random_session((3, 4, 2), ("tanh", "softmax")), 0, 0, Input(0))
    for width, height in PANES[1:]:
        assert "strongest" not in texts(draw_diagram(scene, width, height))[-1]


def test_neurons_of_two_inputs_have_maps_where_there_is_room() -> None:
    session = random_session((2, 4, 1), ("tanh", "sigmoid"))
    scene = scene_of(session)
    for width, height in ((41, 17), (64, 40), (118, 31)):
        strips = draw_diagram(scene, width, height)
        layout = layout_of(scene, width, height)
        hidden = layout.stages[1].nodes
        assert layout.has_maps
        assert "the out over both inputs" in texts(strips)[-1]
        for node in hidden:
            rows = range(node.top + 1, node.top + node.height)
            assert len(rows) >= 2
            for row in rows:
                assert texts(strips)[row][node.left : node.right] == "▀" * node.width
                assert layout.node_at(node.left, row) == (layout.stages[1], node)
        first, last = (
            background_at(strips, hidden[0].left, row)
            for row in (hidden[0].top + 1, hidden[0].top + hidden[0].height - 1)
        )
        assert first != last
    for other, room in (
        (random_session((3, 4, 1), ("tanh", "sigmoid")), (64, 40)),
        (session, (41, 9)),
    ):
        layout = layout_of(scene_of(other), *room)
        assert not layout.has_maps
        assert "▀" not in "".join(texts(draw_diagram(scene_of(other), *room)))

"""The Diagram view: arrows and clicks go from node to node and reach every one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.nn.parameters import Bias, Input, Parameter, Weight
from tests.tui.player import playing
from tests.tui.views.scenes import changed, classifier, random_session, scene_of, texts
from tui.state.selection import Selection
from tui.views.diagram.layout import layout_of
from tui.views.diagram.navigation import move_in_diagram, nearest
from tui.views.diagram.view import diagram_clicked, draw_diagram
from tui.views.gestures import Arrow
from tui.views.scene import Scene

PANES = [(44, 9), (56, 14), (78, 20), (95, 30), (196, 56)]


def following(scene: Scene, parameter: Parameter) -> Scene:
    """The scene once the cursor is on a parameter, as the app does it."""
    before = Selection(scene.parameter, scene.layer_index, scene.neuron)
    after = before.at(parameter, scene.session).within(scene.session)
    return changed(
        scene,
        parameter=after.parameter,
        layer_index=after.layer_index,
        neuron=after.neuron,
        output=after.output,
    )


def node_of(scene: Scene) -> tuple[int, int]:
    """Where the cursor is: stage 0 has the inputs."""
    if isinstance(scene.parameter, Input):
        return 0, scene.parameter.feature
    return scene.layer_index + 1, scene.neuron


@pytest.mark.parametrize("sizes", [(1, 1), (3, 5), (2, 4, 2, 1), (7, 3, 9, 2, 5), (1, 6, 1, 6)])
def test_arrows_reach_every_node_and_every_weight_into_a_layer(sizes: tuple[int, ...]) -> None:
    start = scene_of(random_session(sizes, ("tanh",) * 4))
    found = {start.parameter: start}
    queue = [start]
    while queue:
        scene = queue.pop()
        for arrow in ("up", "down", "left", "right"):
            parameter = move_in_diagram(scene, arrow)
            if parameter is not None and parameter not in found:
                found[parameter] = following(scene, parameter)
                queue.append(found[parameter])
    nodes = {node_of(scene) for scene in found.values()}
    assert nodes == {(stage, node) for stage, size in enumerate(sizes) for node in range(size)}
    weights = {parameter for parameter in found if isinstance(parameter, Weight)}
    assert len(weights) == start.session.network.n_weights


@given(data=st.data())
def test_an_arrow_goes_one_node_in_its_direction(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(1, 9), min_size=2, max_size=5))
    session = random_session(sizes, ("relu",) * 4)
    layer_index = data.draw(st.integers(0, len(sizes) - 2))
    neuron = data.draw(st.integers(0, sizes[layer_index + 1] - 1))
    source = data.draw(st.integers(0, sizes[layer_index] - 1))
    scene = scene_of(session, layer_index, neuron, Weight(layer_index, neuron, source))
    stage = layer_index + 1
    expected: dict[Arrow, tuple[int, int] | None] = {
        "up": (stage, neuron - 1) if neuron else None,
        "down": (stage, neuron + 1) if neuron + 1 < sizes[stage] else None,
        "left": (stage - 1, source),
        "right": (stage + 1, nearest(neuron, sizes[stage], sizes[stage + 1]))
        if stage + 1 < len(sizes)
        else None,
    }
    for arrow, node in expected.items():
        parameter = move_in_diagram(scene, arrow)
        after = None if parameter is None else following(scene, parameter)
        assert (None if after is None else node_of(after)) == node
        if after is None:
            continue
        if arrow in ("up", "down"):
            assert after.parameter == Weight(layer_index, node_of(after)[1], source)
        if arrow == "right":
            back = move_in_diagram(after, "left")
            assert back is not None
            assert node_of(following(after, back)) == (stage, neuron)
    bias = changed(scene, parameter=Bias(layer_index, neuron))
    if neuron:
        assert move_in_diagram(bias, "up") == Bias(layer_index, neuron - 1)


def test_the_inputs_end_the_way_to_the_left() -> None:
    scene = scene_of(classifier(), parameter=Input(1))
    assert move_in_diagram(scene, "left") is None
    assert move_in_diagram(scene, "up") == Input(0)
    assert move_in_diagram(scene, "down") == Input(2)
    assert move_in_diagram(scene, "right") == Weight(0, 1, 1)
    assert move_in_diagram(changed(scene, parameter=Input(2)), "down") is None


@given(st.integers(1, 50), st.integers(1, 50), st.data())
def test_the_nearest_node_is_the_one_at_the_height(
    count: int, other_count: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, count - 1))
    height = (index + 0.5) / count
    found = nearest(index, count, other_count)
    distances = [abs((other + 0.5) / other_count - height) for other in range(other_count)]
    assert distances[found] == pytest.approx(min(distances), abs=1e-9)


@pytest.mark.parametrize("room", PANES)
def test_a_click_chooses_the_node_or_the_weight_that_is_written_there(
    room: tuple[int, int],
) -> None:
    scene = scene_of(classifier(), 0, 1, Weight(0, 1, 2))
    layout = layout_of(scene, *room)
    for stage in layout.stages:
        for node in stage.nodes:
            for column in (node.left, node.right - 1):
                parameter = diagram_clicked(scene, *room, column, node.row)
                assert parameter is not None
                assert node_of(following(scene, parameter)) == (stage.index, node.index)
    assert diagram_clicked(scene, *room, layout.stages[2].nodes[0].left, 0) is None
    assert diagram_clicked(scene, 10, 2, 0, 0) is None
    # A click where the cursor is leaves it on its number; one beside it keeps the source.
    left = layout.stages[1].nodes[1].left
    assert diagram_clicked(scene, *room, left, layout.stages[1].nodes[1].row) == Weight(0, 1, 2)
    assert diagram_clicked(scene, *room, left, layout.stages[1].nodes[0].row) == Weight(0, 0, 2)
    output = changed(scene, layer_index=1, neuron=0, parameter=Weight(1, 0, 0))
    lines = texts(draw_diagram(output, *room))
    row = next(row for row, line in enumerate(lines) if "0.4" in line)
    assert diagram_clicked(output, *room, lines[row].index("0.4"), row) == Weight(1, 0, 0)


async def test_arrows_move_the_cursor_of_the_app_and_the_focus_stays_in_the_view() -> None:
    async with playing("three-classes", size=(120, 36)) as player:
        await player.show("Diagram")
        await player.press("shift+tab", "shift+tab")
        assert player.focused_pane == "view-left"
        for key, cell in (
            ("down", Input(1)),
            ("right", Weight(0, 1, 1)),
            ("right", Weight(1, 1, 1)),
            ("up", Weight(1, 0, 1)),
            ("left", Weight(0, 1, 1)),
            ("left", Input(1)),
            ("left", Input(1)),
        ):
            await player.press(key)
            assert player.workspace.selection.cell == cell
            assert player.focused_pane == "view-left"
        await player.press("right", "K")
        assert player.workspace.session.network.layers[0].weights[1, 1] == pytest.approx(2.1)
        assert "weight x2→h2 is 2.1" in player.pane("#view-left")

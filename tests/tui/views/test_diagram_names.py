"""What the nodes of the Diagram are called, and that nothing runs through its headings."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from engine.nn.parameters import Weight
from engine.session.session import Session
from tests.tui.views.scenes import random_session, scene_of, texts
from tui.views.diagram.layout import layout_of
from tui.views.diagram.view import draw_diagram

FLOWERS = ("setosa", "versicolor", "virginica")


def iris(features: tuple[str, ...]) -> Session:
    session = random_session((4, 6, 3), ("relu", "softmax"), classes=FLOWERS)
    return session.evolve(features=features)


def names_of(session: Session, stage: int, width: int, height: int) -> list[str]:
    layout = layout_of(scene_of(session), width, height)
    return [node.texts.name for node in layout.stages[stage].nodes]


LENGTHS = iris(("sepal length", "sepal width", "petal length", "petal width"))


@pytest.mark.parametrize(("width", "height"), [(30, 9), (42, 10), (44, 9), (56, 14), (78, 20)])
def test_inputs_never_share_a_name(width: int, height: int) -> None:
    for session in (LENGTHS, iris(tuple(f"the number of feature {n}" for n in range(4)))):
        names = names_of(session, 0, width, height)
        assert len(set(names)) == len(names)
        lines = texts(draw_diagram(scene_of(session), width, height))
        assert all(any(name in line for line in lines) for name in names)


def test_where_no_cut_tells_them_apart_inputs_are_numbered() -> None:
    features = tuple(f"{'a' * 30}{n}{'b' * 30}" for n in range(4))
    assert names_of(iris(features), 0, 44, 9) == ["x1", "x2", "x3", "x4"]


@pytest.mark.parametrize(("width", "height"), [(62, 14), (78, 20), (95, 30)])
def test_names_of_inputs_are_whole_where_there_is_room(width: int, height: int) -> None:
    assert tuple(names_of(LENGTHS, 0, width, height)) == LENGTHS.features


def test_outputs_have_the_names_of_their_classes_where_those_fit() -> None:
    assert tuple(names_of(LENGTHS, 2, 95, 30)) == FLOWERS
    assert names_of(LENGTHS, 2, 42, 10) == ["o1", "o2", "o3"]
    without = LENGTHS.evolve(classes=None)
    assert names_of(without, 2, 95, 30) == ["o1", "o2", "o3"]
    one_output = random_session((2, 3, 1), ("relu", "sigmoid")).evolve(classes=("no", "yes"))
    assert names_of(one_output, 2, 95, 30) == ["o1"]


def test_names_of_wide_and_combined_characters_fill_their_boxes_exactly() -> None:
    session = random_session((2, 3), ("softmax",), classes=("漢字かな", "e\u0301" * 9, "👩‍👩‍👧"))
    for width in range(24, 90):
        for text in texts(draw_diagram(scene_of(session), width, 13)):
            assert cell_len(text) == width


@pytest.mark.parametrize("sizes", [(64, 16, 10), (64, 10), (4, 3, 2)])
@pytest.mark.parametrize("height", [7, 9, 14, 23, 30, 54])
@pytest.mark.parametrize("width", [60, 95, 196])
def test_no_edge_runs_through_headings_or_legend(
    sizes: tuple[int, ...], width: int, height: int
) -> None:
    session = random_session(sizes, ("relu", "softmax"))
    last = sizes[1] - 1
    for parameter in (Weight(0, 0, 0), Weight(0, last, sizes[0] - 1)):
        scene = scene_of(session, 0, parameter.neuron, parameter)
        lines = texts(draw_diagram(scene, width, height))
        layout = layout_of(scene, width, height)
        if any(note.row == 0 for note in layout.notes):
            assert not any("\u2800" < character <= "\u28ff" for character in lines[0])
        if layout.has_legend:
            row = lines[-1].replace("⠒⠒⠒⠒⠒", "").replace("⠒⠒ ⠒⠒", "")
            assert not any("\u2800" < character <= "\u28ff" for character in row)

"""Where the tables of the Confusion view stand: the names of classes are whole where they fit."""

from __future__ import annotations

import pytest

from tests.tui.views.scenes import random_session, scene_of, texts
from tests.tui.views.test_confusion import counts_of
from tui.views.confusion.layout import tables_of
from tui.views.confusion.view import draw_confusion

IRIS = random_session(
    (4, 5, 3), ("tanh", "softmax"), 150, ("setosa", "versicolor", "virginica")
).evolve(n_test=75)


@pytest.mark.parametrize(("width", "height"), [(42, 10), (42, 12), (56, 14), (95, 30)])
def test_names_of_classes_are_whole_where_they_fit(width: int, height: int) -> None:
    lines = texts(draw_confusion(scene_of(IRIS), width, height))
    text = "\n".join(lines)
    assert "…" not in text
    for name in ("setosa", "versicolor", "virginica"):
        assert text.count(name) == 4
    tables = tables_of(IRIS, 0, width, height)
    for table, counts in zip(
        tables, (counts_of(IRIS, 0, 75), counts_of(IRIS, 75, 150)), strict=True
    ):
        for row in range(3):
            line = lines[table.top + 2 + row]
            shown = [
                line[table.left_of(column) : table.left_of(column + 1)].strip(" []")
                for column in range(3)
            ]
            assert [0 if count == "·" else int(count) for count in shown] == counts[row].tolist()
            for column in range(3):
                place = table.left_of(column + 1) - 1
                assert table.class_pair_at(place, table.top + 2 + row) == (row, column)


def test_cut_names_of_classes_can_be_distinguished() -> None:
    classes = ("sample kind one", "sample kind two", "sample kind six")
    session = IRIS.evolve(classes=classes)
    heading = texts(draw_confusion(scene_of(session), 60, 9))[1]
    for table in tables_of(session, 0, 60, 9):
        names = [
            heading[table.left_of(column) : table.left_of(column + 1)].strip()
            for column in range(3)
        ]
        assert len(set(names)) == 3


def test_the_legend_is_never_cut() -> None:
    for width in range(40, 60):
        text = "\n".join(texts(draw_confusion(scene_of(IRIS), width, 20)))
        assert "[ ] right" in text or "[ ]: right" in text

"""The Confusion view: counts, what they are called, where they stand, and clicks on them."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from engine import Layer, Network, Session
from engine.session.metrics import class_metrics
from tests.tui.views.scenes import changed, places_of, random_session, scene_of, texts
from tui.views import answers as answered_module
from tui.views.confusion.counts import percent
from tui.views.confusion.layout import tables_of
from tui.views.confusion.view import confusion_clicked, confusion_title, draw_confusion
from tui.views.gestures import ChooseSample

THREE = random_session((4, 5, 3), ("tanh", "softmax"), 90, ("ham", "spam", "junk mail")).evolve(
    n_test=30
)
TEN = random_session((4, 10), ("softmax",), 400).evolve(n_test=100)


def counts_of(session: Session, first: int, last: int) -> np.ndarray:
    assert session.targets is not None
    pairs = Counter(
        zip(
            session.targets[first:last].argmax(axis=1).tolist(),
            session.trace.outputs[first:last].argmax(axis=1).tolist(),
            strict=True,
        )
    )
    classes = range(session.network.n_outputs)
    return np.array([[pairs[wanted, said] for said in classes] for wanted in classes])


def shown_counts(lines: list[str], first: int, n_classes: int) -> list[list[int]]:
    """The counts of every table in some rows, side by side, as they can be read."""
    return [
        [
            0 if word == "·" else int(word.strip("[]"))
            for word in line.split()
            if word.strip("[]").isdecimal() or word == "·"
        ]
        for line in lines[first : first + n_classes]
    ]


def test_both_tables_side_by_side() -> None:
    scene = scene_of(THREE, sample=7)
    lines = texts(draw_confusion(scene, 90, 20))
    train, test = counts_of(THREE, 0, 60), counts_of(THREE, 60, 90)
    assert shown_counts(lines, 2, 3) == np.hstack([train, test]).tolist()
    right, of_test = int(train.trace()), int(test.trace())
    assert f"training: {percent(right, 60)} of 60 right" in lines[0]
    assert f"test: {percent(of_test, 30)} of 30 right" in lines[0]
    assert confusion_title(scene) == f"Right: {percent(right, 60)}, test {percent(of_test, 30)}"
    assert "rows: target" in "".join(lines)
    for name in ("ham", "spam", "junk mail"):
        assert lines[1].count(name) == 2


def test_right_answers_are_bold_and_in_brackets_and_the_sample_is_pointed_out() -> None:
    scene = scene_of(THREE, sample=7)
    strips = draw_confusion(scene, 78, 20)
    assert THREE.targets is not None
    asked = int(THREE.targets[7].argmax())
    answered = int(THREE.trace.outputs[7].argmax())
    (column, row), *_ = places_of(strips, "▶")
    assert (column, row) == (0, 2 + asked)
    train = counts_of(THREE, 0, 60)
    for place in range(3):
        assert f"[{train[place, place]}]" in texts(strips)[2 + place]
    underlined = [
        (row, segment.text.strip(" []"))
        for row, strip in enumerate(strips)
        for segment in strip
        if segment.style is not None and segment.style.underline
    ]
    assert underlined == [(2 + asked, str(train[asked, answered]))]
    brackets = places_of(strips, "[")[:-1]
    for column, row in brackets:
        style = next(iter(strips[row].crop(column, column + 1))).style
        assert style is not None
        assert style.bold


@pytest.mark.parametrize(("width", "height", "rows"), [(44, 30, 10), (44, 14, 10), (44, 9, 5)])
def test_without_room_for_both_the_one_of_the_sample_is_shown(
    width: int, height: int, rows: int
) -> None:
    for sample, of_test in ((3, False), (350, True)):
        lines = texts(draw_confusion(scene_of(TEN, sample=sample), width, height))
        text = "\n".join(lines)
        assert "training: " in text
        assert "test: " in text
        tables = tables_of(TEN, sample, width, height)
        if height == 30:
            assert [table.top for table in tables] == [0, 13]
            continue
        [table] = tables
        assert table.counted.of_test == of_test
        assert len(table.rows) == rows
        counts = counts_of(TEN, 300, 400) if of_test else counts_of(TEN, 0, 300)
        shown = [row[-10:] for row in shown_counts(lines, 2, rows)]
        assert shown == counts[table.rows.start : table.rows.stop].tolist()
        if rows < 10:
            assert "of 10, m makes it large" in text
            assert TEN.targets is not None
            assert int(TEN.targets[sample].argmax()) in table.rows


def test_two_classes_by_one_output() -> None:
    network = Network([Layer([[1.0]], [0.0], "sigmoid")])
    session = Session(
        network,
        np.array([[-1.0], [1.0], [2.0], [3.0], [-4.0]]),
        targets=np.array([[0.0], [0.0], [1.0], [1.0], [1.0]]),
    )
    lines = texts(draw_confusion(scene_of(session), 44, 9))
    assert shown_counts([line[2:] for line in lines], 2, 2) == [[1, 1], [1, 2]]
    assert lines[1].split() == ["0", "1", "precision", "recall", "F1"]
    # Of the two answers 0 one is right, of the two samples of 0 one is answered so.
    assert lines[2].split()[-3:] == ["0.5", "0.5", "0.5"]
    assert lines[3].split()[-3:] == ["0.67", "0.67", "0.67"]
    assert confusion_title(scene_of(session)) == "Right: 60 %"
    named = session.evolve(classes=("no", "yes"))
    assert texts(draw_confusion(scene_of(named), 44, 9))[1].split()[:2] == ["no", "yes"]


def test_the_measures_are_those_of_the_engine_beside_the_counts_or_below() -> None:
    metrics = class_metrics(THREE.trace.outputs[:60], THREE.targets_or_unset[:60], THREE.task)
    assert metrics is not None
    wide = texts(draw_confusion(scene_of(THREE), 140, 10))
    below = texts(draw_confusion(scene_of(THREE), 78, 20))
    narrow = "\n".join(texts(draw_confusion(scene_of(THREE), 30, 14)))
    assert re.search(r"▶ precision [\d.]+, recall [\d.]+ *\n", narrow), narrow
    assert "row: target · column: answer" in narrow
    assert "recall: how many of its samples are found" in " ".join(map(str.strip, below))
    assert THREE.targets is not None
    target = int(THREE.targets[0].argmax())
    for row, of_class in enumerate(metrics):
        assert of_class.precision is not None
        assert f"{round(of_class.precision, 2):g}" in wide[2 + row].split()
    assert f"▶ precision {round(metrics[target].precision or 0, 2):g}, " in "\n".join(below)


def test_a_click_goes_through_the_samples_of_a_cell() -> None:
    assert TEN.targets is not None
    asked, answers = TEN.targets.argmax(axis=1), TEN.trace.outputs.argmax(axis=1)
    for table in tables_of(TEN, 0, 95, 30):
        first, last = (300, 400) if table.counted.of_test else (0, 300)
        for target, answer in ((0, 0), (4, 7), (9, 2)):
            column = table.left_of(answer + 1) - 2
            row = table.top + 2 + target
            inside = np.flatnonzero((asked == target) & (answers == answer)).tolist()
            inside = [sample for sample in inside if first <= sample < last]
            followed, sample = [], -1
            for _ in inside:
                scene = scene_of(TEN, sample=max(sample, 0))
                clicked = confusion_clicked(scene, 95, 30, column, row)
                assert isinstance(clicked, ChooseSample)
                sample = clicked.sample
                followed.append(sample)
            assert sorted(followed) == inside
            if not inside:
                assert confusion_clicked(scene_of(TEN), 95, 30, column, row) is None
    assert confusion_clicked(scene_of(TEN), 95, 30, 2, 5) is None
    assert confusion_clicked(scene_of(TEN), 95, 30, 94, 29) is None


def test_regression_says_how_far_off_and_where() -> None:
    network = Network([Layer([[1.0]], [0.0], "identity")])
    inputs = np.array([[0.0], [1.0], [2.0], [3.0], [4.0]])
    targets = inputs + np.array([[0.25], [-1.5], [0.5], [2.0], [-0.125]])
    session = Session(network, inputs, targets=targets, n_test=2)
    scene = scene_of(session)
    assert confusion_title(scene) == "Off by 0.75, test 1.0625 on average"
    lines = [line.strip() for line in texts(draw_confusion(scene, 70, 14))]
    assert "no classes" in lines[0]
    assert lines[2:5] == [
        "training: 3 samples",
        "mean absolute error 0.75, R² 0.4744",
        "largest error 1.5, sample 2",
    ]
    assert lines[6:9] == [
        "test: 2 samples",
        "mean absolute error 1.0625, R² -5.3457",
        "largest error 2, sample 4",
    ]
    assert confusion_clicked(scene, 70, 14, 5, 4) == ChooseSample(1)
    assert confusion_clicked(scene, 70, 14, 5, 8) == ChooseSample(3)
    assert confusion_clicked(scene, 70, 14, 5, 0) is None
    short = "\n".join(texts(draw_confusion(scene, 44, 7)))
    assert "sample 2" in short
    assert "sample 4" in short


def test_answers_that_are_not_numbers_are_counted() -> None:
    network = Network(
        [Layer([[1e308], [1e308]], [0.0, 0.0], "relu"), Layer([[9.0, -9.0]], [0.0], "identity")]
    )
    session = Session(network, np.array([[-1.0], [9.0]]), targets=np.array([[0.5], [1.0]]))
    text = "\n".join(texts(draw_confusion(scene_of(session), 60, 14)))
    assert "largest error 0.5, sample 1" in text
    assert "1 answer is not a number" in text
    classes = session.evolve(task="binary", targets=np.array([[0.0], [1.0]]))
    assert confusion_title(scene_of(classes)) == "Right: 50 %"
    assert "[1]" in "".join(texts(draw_confusion(scene_of(classes), 60, 14)))


def test_several_yes_or_no_outputs_have_a_line_each() -> None:
    network = Network([Layer(np.eye(2), [0.0, 0.0], "sigmoid")])
    session = Session(
        network,
        np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, -1.0], [-1.0, 1.0]]),
        targets=np.array([[1.0, 1.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]),
        task="binary",
        classes=("cat", "dog"),
    )
    scene = scene_of(session)
    lines = [line.strip() for line in texts(draw_confusion(scene, 60, 14))]
    assert "cat: 50 % right, 1 yes missed, 1 no taken for yes" in lines
    assert "dog: 75 % right, 1 yes missed, 0 no taken for yes" in lines
    assert "precision 0.5, recall 0.5, F1 0.5" in lines
    assert "precision 1, recall 0.67, F1 0.8" in lines
    assert confusion_title(scene) == "Right: 62.5 %"
    row = next(row for row, line in enumerate(lines) if line.startswith("dog"))
    assert confusion_clicked(scene, 60, 14, 3, row) == ChooseSample(1)


def test_without_targets_it_says_so() -> None:
    scene = scene_of(THREE.evolve(targets=None))
    assert confusion_title(scene) == "Right or wrong needs targets"
    assert "no targets are set" in texts(draw_confusion(scene, 80, 9))[0]
    assert confusion_clicked(scene, 80, 9, 10, 3) is None


def test_of_too_many_samples_it_looks_at_a_part_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(answered_module, "_MAX_WORK", 50 * 40)
    session = random_session((4, 6, 3), ("tanh", "softmax"), 1000).evolve(n_test=200)
    n_examined = 2000 // session.network.n_parameters
    scene = changed(scene_of(THREE), session=session)
    text = "\n".join(texts(draw_confusion(scene, 95, 14)))
    assert f"of {n_examined} right (a part of 800)" in text
    assert f"of {n_examined} right (a part of 200)" in text
    assert "trace" not in session.__dict__


@pytest.mark.parametrize(
    ("count", "total", "text"),
    [(0, 3, "0 %"), (1, 3, "33.3 %"), (2, 3, "66.6 %"), (9999, 10000, "99.9 %"), (3, 3, "100 %")],
)
def test_shares_are_never_overstated(count: int, total: int, text: str) -> None:
    assert percent(count, total) == text


SESSIONS = (
    THREE,
    TEN,
    random_session((2, 1), ("sigmoid",)).evolve(n_test=3),
    random_session((2, 3), ("sigmoid",)).evolve(task="binary", n_test=3),
    random_session((2, 30), ("identity",)),
    random_session((2, 3), ("softmax",), classes=("漢字かな交じり文", "e\u0301" * 9, "\x1b[31m")),
    THREE.evolve(targets=None),
)


@given(st.integers(1, 130), st.integers(1, 40), st.sampled_from(SESSIONS), st.integers(0, 7))
def test_every_size_is_filled(width: int, height: int, session: Session, sample: int) -> None:
    scene = scene_of(session, sample=sample)
    assert confusion_title(scene).isprintable()
    strips = draw_confusion(scene, width, height)
    assert [strip.cell_length for strip in strips] == [width] * height
    for text in texts(strips):
        assert cell_len(text) == width
        assert text.isprintable()
    for row in range(height):
        confusion_clicked(scene, width, height, width // 2, row)


def test_shades_follow_the_share_of_the_row() -> None:
    scene = scene_of(TEN, sample=0)
    strips = draw_confusion(scene, 95, 30)
    train, _ = tables_of(TEN, 0, 95, 30)
    row = 4
    shades = []
    for column in train.columns:
        place = train.left_of(column)
        style = next(iter(strips[2 + row].crop(place, place + 1))).style
        assert style is not None
        assert style.bgcolor is not None
        shades.append(sum(style.bgcolor.get_truecolor()))
    counts = train.counted.counts[row]
    others = [column for column in train.columns if column != row]
    by_count = sorted(others, key=lambda column: counts[column])
    assert [shades[column] for column in by_count] == sorted(shades[column] for column in others)

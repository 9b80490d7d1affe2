"""The Runs view: a row for each run, its columns and what is left out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from engine.training_settings import TrainingSettings
from tests.tui.plot_scenes import PALETTE, classifier, colour_at, scene_of, texts
from tests.tui.run_records import run_of
from tui.plots.runs import draw_runs, runs_title

FIRST = run_of([0.7, 0.5, 0.25], [0.8, 0.6, 0.3], 1)
SECOND = run_of(
    [0.7] * 1235,
    number=2,
    settings=TrainingSettings("momentum", 0.001, batch_size=None, l1=0.01, l2=0.002),
    data_name="iris",
    sizes=(4, 6, 3),
    stopped_because="no improvement",
)
PRESENT = run_of([0.9, 8.5e-6], number=3, settings=TrainingSettings("adam", 0.3, batch_size=32))
SCENE = scene_of(classifier(), run=PRESENT, runs=(FIRST, SECOND))


def test_the_present_run_comes_first_then_the_latest() -> None:
    assert runs_title(SCENE) == "3 runs of training, the latest first"
    strips = draw_runs(SCENE, 140, 9)
    heading, *rows = texts(strips)
    words = heading.split()
    assert " ".join(words) == ("run epochs train test optimiser rate batch data sizes L1, L2 ended")
    assert rows[0].split()[:8] == ["▶", "3", "1", "8.5e-6", "–", "adam", "0.3", "32"]
    assert rows[1].split()[:8] == ["2", "1,234", "0.7000", "–", "momentum", "0.9", "0.001", "all"]
    assert " ".join(rows[1].split()[8:]) == "iris 4→6→3 L1 0.01, L2 0.002 no improvement"
    assert rows[2].split()[:4] == ["1", "2", "0.2500", "0.3000"]
    assert rows[2].split()[4:] == ["sgd", "0.03", "10", "circle", "3→3→1", "–", "–"]
    assert colour_at(strips, 3, 1) == PALETTE.accent
    assert colour_at(strips, 3, 2) == PALETTE.foreground


def test_columns_are_dropped_from_the_right_never_cut() -> None:
    whole = texts(draw_runs(SCENE, 140, 9))[0].replace("L1, L2", "L1,L2").split()
    counts = []
    for width in range(140, 8, -1):
        heading = texts(draw_runs(SCENE, width, 9))[0].replace("L1, L2", "L1,L2").split()
        assert heading == whole[: len(heading)]
        counts.append(len(heading))
    assert counts == sorted(counts, reverse=True)
    at_80_columns = texts(draw_runs(SCENE, 44, 9))[0].split()
    assert {"run", "epochs", "train", "test"} <= set(at_80_columns)


def test_of_many_runs_it_counts_those_out_of_sight() -> None:
    runs = tuple(run_of([0.5], number=number) for number in range(1, 31))
    lines = texts(draw_runs(scene_of(classifier(), runs=runs), 60, 9))
    assert [line.split()[0] for line in lines[1:8]] == [str(30 - place) for place in range(7)]
    assert lines[8].split()[:3] == ["and", "23", "more,"]


def test_without_a_run_it_says_how_to_start_one() -> None:
    scene = scene_of(classifier())
    assert runs_title(scene) == "No run of training yet"
    assert "space trains; L sets how." in " ".join(texts(draw_runs(scene, 60, 9)))


def test_a_name_of_data_cannot_reach_the_terminal_as_a_command() -> None:
    scene = scene_of(classifier(), run=run_of([0.5], data_name="a\x1b[31m漢字かな交じり文の名前"))
    assert all(text.isprintable() for text in texts(draw_runs(scene, 120, 5)))


@given(st.integers(1, 150), st.integers(1, 20))
def test_every_size_is_filled(width: int, height: int) -> None:
    for scene in (SCENE, scene_of(classifier())):
        strips = draw_runs(scene, width, height)
        assert [strip.cell_length for strip in strips] == [width] * height
        assert all(cell_len(text) == width for text in texts(strips))

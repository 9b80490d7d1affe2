"""The Runs view: a row for each run, its columns and what is left out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from engine.training.settings import TrainingSettings
from tests.tui.views.run_records import run_of
from tests.tui.views.scenes import PALETTE, classifier, colour_at, scene_of, texts
from tui.views.runs import draw_runs, runs_title
from tui.views.scene import Scene

FIRST = run_of([0.7, 0.5, 0.25], [0.8, 0.6, 0.3], 1)
SECOND = run_of(
    [0.7] * 1235,
    number=2,
    settings=TrainingSettings("momentum", 0.001, batch_size="all", l1=0.01, l2=0.002),
    data_name="iris",
    sizes=(4, 6, 3),
    stopped_because="no improvement",
)
PRESENT = run_of([0.9, 8.5e-6], number=3, settings=TrainingSettings("adam", 0.3, batch_size=32))
SCENE = scene_of(classifier(), run=PRESENT, runs=(FIRST, SECOND))


def test_the_present_run_comes_first_then_the_latest() -> None:
    assert runs_title(SCENE) == "3 training runs, latest first"
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


def words_of(scene: Scene, width: int) -> list[str]:
    return texts(draw_runs(scene, width, 9))[0].replace("L1, L2", "L1,L2").split()


def test_columns_are_left_out_whole_and_the_losses_last() -> None:
    whole = words_of(SCENE, 140)
    for width in range(140, 8, -1):
        heading = words_of(SCENE, width)
        assert [word for word in whole if word in heading] == heading
        assert heading[0] == "run"
        if width >= 22:
            assert {"train", "test"} <= set(heading)


def test_settings_that_differ_come_before_those_that_do_not() -> None:
    rates = tuple(
        run_of([0.5], [0.6], number=number, settings=TrainingSettings("adam", 0.01 * number))
        for number in (1, 2, 3)
    )
    assert words_of(scene_of(classifier(), runs=rates), 30) == ["run", "train", "test", "rate"]
    batches = tuple(
        run_of([0.5], [0.6], number=size, settings=TrainingSettings(batch_size=size))
        for size in (1, 2, 4)
    )
    assert words_of(scene_of(classifier(), runs=batches), 30) == ["run", "train", "test", "batch"]
    both = (*rates, *batches)
    assert {"rate", "optimiser"} <= set(words_of(scene_of(classifier(), runs=both), 42))
    alone = scene_of(classifier(), run=rates[0])
    assert {"epochs", "rate"} <= set(words_of(alone, 42))


def test_without_test_samples_there_is_no_column_for_them() -> None:
    scene = scene_of(classifier(), run=run_of([0.5, 0.4]))
    assert words_of(scene, 60)[:4] == ["run", "epochs", "train", "optimiser"]


def test_of_many_runs_it_counts_those_out_of_sight() -> None:
    runs = tuple(run_of([0.5], number=number) for number in range(1, 31))
    lines = texts(draw_runs(scene_of(classifier(), runs=runs), 60, 9))
    assert [line.split()[0] for line in lines[1:8]] == [str(30 - place) for place in range(7)]
    assert lines[8].split()[:3] == ["and", "23", "more,"]


def test_without_a_run_it_says_how_to_start_one() -> None:
    scene = scene_of(classifier())
    assert runs_title(scene) == "No training run yet"
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

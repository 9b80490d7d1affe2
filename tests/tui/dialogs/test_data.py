"""The dialog that chooses training data."""

from pathlib import Path

import numpy as np
import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from engine import Session
from engine.datasets import DATASETS, load_dataset, parse_feature
from engine.edits.dataset import SetSamples, samples_of
from tests.tui.dialogs.dialog_host import DialogHost, keyboard, press, settle, type_text
from tests.tui.dialogs.test_learning import session
from tests.tui.main.test_training import until
from tests.tui.player import Player, playing
from tests.tui.views.scenes import PALETTE
from tui.screens.dialogs.data.dialog import ChooseData
from tui.screens.dialogs.data.fields import FIELD_DESCRIPTIONS, Ticks
from tui.screens.dialogs.data.sources import DataList
from tui.screens.dialogs.dialog import Entry
from tui.screens.dialogs.fields import Choice, Fields
from tui.views.thumbnails import points_of, points_strips

FLOWERS = "height;weight;kind\n1,5;60;tall\n1,7;70;round\n1,8;80;tall\n1,6;65;round\n"


def dialog(opened: Session | None = None) -> DialogHost:
    return DialogHost(ChooseData(opened or session()))


def with_data(name: str, noise: int = 0, seed: int = 0, test_percent: int = 0) -> Session:
    data = load_dataset(name, noise=noise, seed=seed)
    edit = samples_of(data, noise=noise, seed=seed, test_percent=test_percent)
    return edit.apply(session())


async def choose(pilot: Pilot[None], app: DialogHost, title: str) -> None:
    await settle(pilot)
    listed = app.screen.query_one(DataList)
    listed.focus()
    titles = [one if isinstance(one, str) else one.title for one in listed.items]
    listed.highlighted = titles.index(title)
    await settle(pilot)


async def fill(pilot: Pilot[None], app: DialogHost, id: str, text: str) -> None:
    entry = app.screen.query_one(f"#{id}", Entry)
    entry.focus()
    entry.value = ""
    await type_text(pilot, text)


def result(app: DialogHost) -> SetSamples:
    (edit,) = app.results
    assert isinstance(edit, SetSamples)
    return edit


async def test_all_data_are_listed_with_words_and_a_picture() -> None:
    app = dialog()
    async with app.run_test(size=(120, 50)) as pilot:
        await settle(pilot)
        for data in DATASETS.values():
            assert data.title in app.text
        for name, data in DATASETS.items():
            await choose(pilot, app, data.title)
            shown = " ".join(app.text.split())
            assert data.description.split()[0] in shown
            assert f"{load_dataset(name).n_samples:,} samples" in shown
            assert any("\u2800" < sign <= "\u28ff" or sign == "▀" for sign in app.text)


async def test_measured_data_name_their_source_and_licence() -> None:
    app = dialog()
    async with app.run_test(size=(120, 50)) as pilot:
        await choose(pilot, app, "Iris")
        assert "Fisher" in app.text
        assert "CC BY 4.0" in app.text
        assert app.screen.query_one("#noise", Entry).disabled
        assert "petal length across" in app.text


async def test_enter_takes_circle_with_half_of_it_to_test() -> None:
    app = dialog()
    async with app.run_test(size=(80, 24)) as pilot:
        await choose(pilot, app, "Circle")
        await press(pilot, "enter")
        edit, expected = result(app), samples_of(load_dataset("circle"), test_percent=50)
        assert np.array_equal(edit.inputs, expected.inputs)
        assert edit.n_test == 250
        assert edit.record is not None
        assert (edit.record.name, edit.record.test_percent) == ("circle", 50)


async def test_noise_share_seed_and_inputs_are_taken() -> None:
    app = dialog()
    async with app.run_test(size=(80, 24)) as pilot:
        await choose(pilot, app, "Two clouds")
        await press(pilot, "tab", "up", "up")
        await fill(pilot, app, "test", "35")
        await press(pilot, "tab", "up", "up", "up")
        await press(pilot, "tab", "y", "tab", "tab", "down", "space", "enter")
        edit = result(app)
        expected = samples_of(
            load_dataset("gauss", noise=10, seed=3),
            noise=10,
            seed=3,
            test_percent=35,
            standardise=True,
            derived=[parse_feature("x2^2")],
        )
        assert np.array_equal(edit.inputs, expected.inputs)
        assert edit.derived == expected.derived
        assert edit.record is not None
        assert edit.record.standardisation is not None
        assert (edit.record.noise, edit.record.seed, edit.n_test) == (10, 3, 175)


async def test_ticks_and_text_say_the_same() -> None:
    app = dialog()
    async with app.run_test(size=(80, 24)) as pilot:
        await choose(pilot, app, "Circle")
        await fill(pilot, app, "derived", "sin(x2), x1^2")
        ticks, entry = app.screen.query_one(Ticks), app.screen.query_one("#derived", Entry)
        assert all(name in app.text for name in ("x1²", "x2²", "x1·x2", "sin x1", "sin x2"))
        assert {feature.text for feature in ticks.selected} == {"x1^2", "sin(x2)"}
        await press(pilot, "tab", "space")
        assert entry.value == "sin(x2)"
        await press(pilot, "down", "down", "space")
        assert entry.value == "sin(x2), x1*x2"
        assert {feature.text for feature in ticks.selected} == {"sin(x2)", "x1*x2"}
        await fill(pilot, app, "derived", "x1^")
        assert ticks.disabled


async def test_ticks_without_room_leave_page_keys_alone() -> None:
    app = dialog()
    async with app.run_test(size=(40, 12)) as pilot:
        await choose(pilot, app, "Circle")
        app.screen.query_one(Ticks).focus()
        app.screen.query_one(Ticks).styles.height = 0
        await press(pilot, "pagedown", "pageup")
        assert isinstance(app.screen, ChooseData)


async def test_only_what_is_ticked_has_a_visible_mark() -> None:
    app = dialog()
    async with app.run_test(size=(80, 24)) as pilot:
        await choose(pilot, app, "Circle")
        await fill(pilot, app, "derived", "x1^2")
        for ticks in (app.screen.query_one(Ticks), app.screen.query_one(Ticks).focus()):
            await settle(pilot)
            marks = [list(ticks.render_line(y))[1].style for y in range(5)]
            seen = [mark is not None and mark.color != mark.bgcolor for mark in marks]
            assert seen == [True, False, False, False, False]


async def test_more_inputs_of_many_are_typed() -> None:
    app = dialog()
    async with app.run_test(size=(80, 24)) as pilot:
        await choose(pilot, app, "Iris")
        assert not app.screen.query_one(Ticks).display
        await fill(pilot, app, "derived", "x3*x4")
        await press(pilot, "enter")
        assert [feature.text for feature in result(app).derived] == ["x3*x4"]


@pytest.mark.parametrize(
    ("id", "text", "complaint"),
    [
        ("noise", "51", "noise: a whole number of percent from 0 to 50"),
        ("noise", "-1", "noise: a whole number of percent from 0 to 50"),
        ("test", "95", "test with: a whole number of percent from 0 to 90"),
        ("seed", "a", "the seed must be a whole number"),
        ("derived", "x1^3", "is no derived feature"),
        ("derived", "x3^2", "there is no x3, x1 to x2"),
        ("derived", "x1^2, x1^2", "x1^2 is there twice"),
    ],
)
async def test_wrong_values_are_reported_at_once_and_refused(
    id: str, text: str, complaint: str
) -> None:
    app = dialog()
    async with app.run_test(size=(80, 24)) as pilot:
        await choose(pilot, app, "Circle")
        await fill(pilot, app, id, text)
        assert complaint in " ".join(app.text.split())
        await press(pilot, "enter")
        assert app.results == []


async def test_it_opens_on_the_data_that_are_there() -> None:
    app = dialog(with_data("moons", noise=15, seed=4, test_percent=30))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter")
        edit = result(app)
        assert edit.record is not None
        record = edit.record
        assert (record.name, record.noise, record.seed) == ("moons", 15, 4)
        assert record.test_percent == 30


async def test_own_samples_stay_and_get_more_inputs() -> None:
    opened = session()
    app = dialog(opened)
    async with app.run_test(size=(80, 24)) as pilot:
        await choose(pilot, app, "As they are: own samples")
        assert "4 samples, 2 inputs" in app.text
        await fill(pilot, app, "derived", "x1*x2")
        await press(pilot, "enter")
        (edit,) = app.results
        after = edit.apply(opened)
        assert after.inputs[:, 2].tolist() == [0, 0, 0, 1]
        assert np.array_equal(after.inputs[:, :2], opened.inputs)


async def open_csv(pilot: Pilot[None], app: DialogHost, path: Path) -> None:
    await choose(pilot, app, "a CSV file…")
    await press(pilot, "enter")
    app.screen.query_one(Entry).value = str(path)
    await press(pilot, "enter")


async def test_a_csv_file_with_its_last_column_as_the_target(tmp_path: Path) -> None:
    path = tmp_path / "flowers.csv"
    path.write_text(FLOWERS)
    app = dialog()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_csv(pilot, app, path)
        assert "flowers (CSV)" in app.text
        assert "3 kind" in app.text
        assert "round" in app.text
        assert "weight is about 42 times as large as height" in " ".join(app.text.split())
        await fill(pilot, app, "test", "0")
        await press(pilot, "enter")
        edit = result(app)
        heights, weights = np.array([1.5, 1.7, 1.8, 1.6]), np.array([60, 70, 80, 65])
        for column, values in enumerate((heights, weights)):
            standard = (values - values.mean()) / values.std()
            np.testing.assert_allclose(edit.inputs[:, column], standard, rtol=1e-12)
        assert edit.classes == ("round", "tall")
        assert edit.features == ("height", "weight")


async def test_two_numbers_as_the_target_are_classes_or_numbers(tmp_path: Path) -> None:
    path = tmp_path / "groups.csv"
    path.write_text("a,b,group\n1,5,2\n2,4,1\n3,1,2\n4,6,1\n")
    decided = {
        "automatic": ("two classes, 1 and 2", "binary", ("1", "2"), [[1], [0], [1], [0]]),
        "classes": ("two classes, 1 and 2", "binary", ("1", "2"), [[1], [0], [1], [0]]),
        "numbers": ("numbers from 1 to 2", "regression", None, [[2], [1], [2], [1]]),
    }
    for turns, (choice, (words, task, classes, targets)) in enumerate(decided.items()):
        app = dialog()
        async with app.run_test(size=(80, 24)) as pilot:
            await open_csv(pilot, app, path)
            await press(pilot, "tab", "tab", *["down"] * turns)
            assert choice in app.text
            about = app.screen.query_one("#about-data", Static).content
            assert f"target group: {words}" in str(about)
            assert "target group: " in app.text
            await fill(pilot, app, "test", "0")
            await press(pilot, "enter")
            edit = result(app)
            assert (edit.task, edit.classes) == (task, classes)
            assert edit.targets is not None
            assert edit.targets.tolist() == targets
            last = edit.apply(session()).network.layers[-1]
            assert last.activation.name == ("sigmoid" if task == "binary" else "identity")


async def test_a_wrong_path_is_reported(tmp_path: Path) -> None:
    app = dialog()
    async with app.run_test(size=(80, 24)) as pilot:
        for name, complaint in (("none.csv", "there is no such file"), ("n" * 300, "too long")):
            await open_csv(pilot, app, tmp_path / name)
            assert complaint in app.text
            await press(pilot, "escape")


async def test_the_columns_of_a_csv_file_can_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "flowers.csv"
    path.write_text(FLOWERS)
    app = dialog()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_csv(pilot, app, path)
        await press(pilot, "tab", "down")
        assert "row 2, column 3 (kind): 'tall' is text" in app.text
        await press(pilot, "down")
        assert "'tall' is text" not in app.text
        await press(pilot, "tab", "tab")
        await type_text(pilot, "weight")
        app.screen.query_one("#standardise", Choice).word = "no"
        await fill(pilot, app, "test", "0")
        await press(pilot, "enter")
        edit = result(app)
        assert edit.task == "regression"
        assert edit.inputs.tolist() == [[60], [70], [80], [65]]
        assert edit.targets is not None
        assert edit.targets.tolist() == [[1.5], [1.7], [1.8], [1.6]]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "the file has no rows"),
        ("a,b\n1,2\n3\n", "row 3"),
        ("a,b\n1,2\n3,4\n5,x\n", "row 4"),
        ("a\n1\n", "only one column"),
        ("a,b\n1,x\n2,x\n", "in every row"),
    ],
)
async def test_a_broken_csv_file_gives_one_line(
    tmp_path: Path, content: str, complaint: str
) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(content)
    app = dialog()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_csv(pilot, app, path)
        assert complaint in app.text
        await press(pilot, "enter")
        assert app.results == []


@pytest.mark.parametrize("size", [(40, 12), (80, 12), (80, 24), (120, 36)])
async def test_every_field_can_be_reached(size: tuple[int, int]) -> None:
    app = dialog()
    async with app.run_test(size=size) as pilot:
        await choose(pilot, app, "Circle")
        reached = set()
        for _ in range(8):
            assert app.focused is not None
            assert app.screen.region.contains_region(app.focused.region)
            reached.add(app.focused.id)
            assert "Use this" in app.text
            await press(pilot, "tab")
        assert {"noise", "test", "seed", "standardise", "derived", "ticks"} <= reached


async def test_choosing_circle_is_one_edit_that_u_takes_back() -> None:
    async with playing() as player:
        before = player.workspace.session
        await player.press("C", "enter")
        after = player.workspace.session
        assert after.n_samples == 500
        assert after.n_test == 250
        assert after.network.sizes == (2, 3, 1)
        assert np.array_equal(after.network.layers[0].bias, before.network.layers[0].bias)
        assert "data circle: 500 samples" in player.text
        assert "x1" in player.pane("#inputs")
        assert player.workspace.view.views == ("Map", "Loss", "Curve")
        await player.press("v")
        assert player.workspace.view.views[1:] == ("Loss", "Curve")
        await player.press("u")
        assert np.array_equal(player.workspace.session.inputs, before.inputs)
        assert player.workspace.session.network.sizes == before.network.sizes


async def test_escape_leaves_everything_as_it_was() -> None:
    async with playing() as player:
        await player.press("C", "down", "escape")
        assert not player.workspace.history.past


async def test_plain_inputs_are_named_once() -> None:
    async with playing(with_data("circle")) as player:
        assert player.pane("#inputs").count("x1") == 1


def test_the_picture_is_as_large_as_asked_and_shows_both_classes() -> None:
    points = points_of(load_dataset("circle"))
    strips = points_strips(points, 24, 11, PALETTE)
    assert [strip.cell_length for strip in strips] == [24] * 11
    colours = {segment.style.color for strip in strips for segment in strip if segment.style}
    assert len(colours) == 2
    middle = strips[5].text
    assert "\u28ff" in middle
    assert "\u28ff" not in strips[0].text


def test_the_two_inputs_that_tell_most_are_shown() -> None:
    assert points_of(load_dataset("iris")).features == (2, 3)


async def test_on_the_smallest_screen_every_field_has_room_and_every_hint_is_whole() -> None:
    async with playing(session(), size=(40, 12)) as player:
        await player.press("C", *["up"] * 12)
        seen: list[str] = []
        fields = player.app.screen.query_one(Fields)

        def in_sight() -> bool:
            focused = player.app.focused
            return focused is not None and fields.region.contains_region(focused.region)

        while not isinstance(focused := player.app.focused, DataList) or not seen:
            id = (focused.id if focused else None) or "list"
            seen.append(id)
            assert FIELD_DESCRIPTIONS[id] in message(player)
            assert focused is not None
            if isinstance(focused, Entry):
                assert focused.region.width >= 8
                await until(player, in_sight)
            await player.press("tab")
        assert seen == ["list", "noise", "test", "seed", "standardise", "derived", "ticks"]


async def test_on_the_smallest_screen_what_is_typed_stays_in_sight_of_the_words_on_it() -> None:
    async with playing(session(), size=(40, 12)) as player:
        await player.press("C", *["up"] * 12, "shift+tab", "shift+tab")
        await player.type("x1^2,x77")
        assert "'x77' is no derived feature" in player.text
        assert message(player).endswith("abs(x1)")
        await until(player, lambda: "x1^2,x77" in player.text)


async def test_the_columns_of_a_file_have_room_on_the_smallest_screen(tmp_path: Path) -> None:
    path = tmp_path / "flowers.csv"
    path.write_text(FLOWERS)
    app = dialog()
    async with app.run_test(size=(40, 12)) as pilot:
        await press(pilot, "end", "enter")
        app.screen.query_one(Entry).value = str(path)
        # As fast as people are: the field scrolls to its place while the words make room.
        await keyboard(pilot).burst("enter", "tab")
        for shown in ("3 kind", "automatic", "all other columns"):
            assert shown in app.text
            await press(pilot, "tab")


def message(player: Player) -> str:
    """The words below the fields, as they can be read on the screen."""
    words = player.app.screen.query_one("#words")
    rows = player.lines[words.region.y : words.region.bottom]
    return " ".join(" ".join(row[words.region.x : words.region.right] for row in rows).split())


async def test_a_data_set_in_npz_opens_as_a_file_does(tmp_path: Path) -> None:
    path = tmp_path / "own.npz"
    np.savez(path, X=np.array([[1.0, 2], [3, 4], [5, 0]]), y=np.array(["no", "yes", "no"]))
    app = dialog()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_csv(pilot, app, path)
        assert "own (npz)" in app.text
        await fill(pilot, app, "test", "0")
        await press(pilot, "enter")
        edit = result(app)
        assert edit.inputs.tolist() == [[1, 2], [3, 4], [5, 0]]
        assert (edit.classes, edit.task) == (("no", "yes"), "binary")


async def test_gaps_leave_rows_out_or_are_filled(tmp_path: Path) -> None:
    path = tmp_path / "gaps.csv"
    path.write_text("a,b,y\n1,2,1.5\n,4,2\n3,NA,3\n5,6,4\n")
    for turns, inputs in ((0, [[1, 2], [5, 6]]), (1, [[1, 2], [3, 4], [3, 4], [5, 6]])):
        app = dialog()
        async with app.run_test(size=(80, 24)) as pilot:
            await open_csv(pilot, app, path)
            assert "2 of 4 rows left out: 2 cells empty or NA" in " ".join(app.text.split())
            app.screen.query_one("#missing", Choice).focus()
            await press(pilot, *["down"] * turns)
            await fill(pilot, app, "test", "0")
            await press(pilot, "enter")
            assert result(app).inputs.tolist() == inputs


async def test_numbers_that_stand_for_an_empty_cell(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("a;y\n1;1.250\n2;3.500\n3;2.750\n4;-999.125\n-999;4.125\n")
    app = dialog()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_csv(pilot, app, path)
        said = " ".join(app.text.split())
        assert "also empty: -999 takes it as an empty cell" in said
        await fill(pilot, app, "empty", "-999")
        await fill(pilot, app, "test", "0")
        await press(pilot, "enter")
        edit = result(app)
        assert edit.inputs.tolist() == [[1], [2], [3], [4]]
        assert edit.record is not None
        assert edit.record.preparation is not None
        assert edit.record.preparation.empty == ("-999",)

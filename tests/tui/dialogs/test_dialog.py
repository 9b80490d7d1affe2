"""What all dialogs share, and the one that asks a question."""

from collections.abc import Callable
from typing import Any

import pytest
from textual import events
from textual.screen import ModalScreen

from tests.tui.dialogs.dialog_host import HOSTILE, DialogHost, press, settle
from tui.screens.dialogs.ask import NO_KEY, Ask
from tui.screens.dialogs.dialog import Entry
from tui.screens.dialogs.help import Help, HelpKey
from tui.screens.dialogs.new_network import NewNetwork
from tui.screens.dialogs.prompt import Prompt
from tui.screens.dialogs.random_start import ChooseRandomStart

LEAVE = [("s", "Save", "save"), ("d", "Leave without saving", "leave"), ("c", "Stay", "stay")]
SIZES = [(40, 12), (80, 24), (200, 60)]


def ask() -> Ask:
    return Ask("Save before you leave?", LEAVE, title="Unsaved changes")


def prompt() -> Prompt:
    return Prompt("Save as", hint="where to", check=lambda text: None)


def help_of_all() -> Help:
    keys = [HelpKey("Move", "h", "left", "over the edge"), HelpKey("Leave", "q", "quit", "")]
    return Help("Help: inputs", "What comes in.\n\nIn biology\nDendrites.", keys)


DIALOGS: dict[str, tuple[Callable[[], ModalScreen[Any]], list[str]]] = {
    "ask": (ask, ["Save before you leave?", "Leave without saving", "Stay", "Choose", "Cancel"]),
    "prompt": (prompt, ["Save as", "where to", "Accept", "Cancel"]),
    "new": (
        NewNetwork,
        [
            "sizes",
            "activations",
            "random start",
            "seed",
            "3→3→1",
            "16 parameters",
            "Create",
            "Cancel",
        ],
    ),
    "random start": (lambda: ChooseRandomStart(7), ["uniform", "seed", "scale", "Choose"]),
    "help": (help_of_all, ["What comes in.", "biology", "Close"]),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", DIALOGS)
async def test_nothing_needed_is_cut_off(name: str, size: tuple[int, int]) -> None:
    make, wanted = DIALOGS[name]
    app = DialogHost(make())
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for words in wanted:
            assert words in app.text
        for entry in app.screen.query(Entry):
            is_shown = all(getattr(one, "display", True) for one in entry.ancestors_with_self)
            assert entry.region.width >= 10 * is_shown
            assert app.screen.region.contains_region(entry.region)


@pytest.mark.parametrize("name", DIALOGS)
@pytest.mark.parametrize("key", ["escape", "ctrl+g"])
async def test_two_keys_cancel(name: str, key: str) -> None:
    app = DialogHost(DIALOGS[name][0]())
    async with app.run_test() as pilot:
        await press(pilot, key)
        assert app.results == [None]


@pytest.mark.parametrize("name", ["ask", "help"])
async def test_q_closes_where_nothing_is_typed(name: str) -> None:
    app = DialogHost(DIALOGS[name][0]())
    async with app.run_test() as pilot:
        await press(pilot, "q")
        assert app.results == [None]


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["s"], "save"),
        (["d"], "leave"),
        (["c"], "stay"),
        (["enter"], "save"),
        (["down", "enter"], "leave"),
        (["j", "j", "k", "enter"], "leave"),
        (["up", "enter"], "stay"),
    ],
)
async def test_ask_by_keys(keys: list[str], answer: str) -> None:
    app = DialogHost(ask())
    async with app.run_test() as pilot:
        await press(pilot, *keys)
        assert app.results == [answer]


async def test_ask_by_mouse() -> None:
    app = DialogHost(ask())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        row = next(y for y, line in enumerate(app.lines) if "Leave without" in line)
        await pilot.click(offset=(app.lines[row].index("Leave"), row))
        await settle(pilot)
        assert app.results == ["leave"]


async def test_a_hint_can_be_clicked() -> None:
    app = DialogHost(ask())
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "down")
        row = next(y for y, line in enumerate(app.lines) if "Choose" in line)
        await pilot.click(offset=(app.lines[row].index("Choose"), row))
        await settle(pilot)
        assert app.results == ["leave"]


async def test_the_key_of_a_choice_wins() -> None:
    app = DialogHost(Ask("Sure?", [("q", "Quit", "quit"), ("j", "Jump", "jump")]))
    async with app.run_test() as pilot:
        await press(pilot, "q")
        assert app.results == ["quit"]


LOSING = [(NO_KEY, "Stay", "stay"), (NO_KEY, "Save", "save"), (NO_KEY, "Leave", "leave")]


async def test_where_work_can_be_lost_no_letter_is_an_answer() -> None:
    app = DialogHost(Ask("Leave?", LOSING))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Letters choose nothing" not in app.text
        await press(pilot, *"abcdefghijklmnopqrstuvwxyzABCQYZ019 ?:[]")
        assert app.results == []
        assert "Letters choose nothing here: ↑ ↓ and Enter do." in app.text
        await press(pilot, "enter")
        assert app.results == ["stay"]


async def test_where_work_can_be_lost_arrows_choose() -> None:
    app = DialogHost(Ask("Leave?", LOSING))
    async with app.run_test(size=(40, 12)) as pilot:
        await press(pilot, "down", "x", "down", "enter")
        assert app.results == ["leave"]


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_text_from_outside_is_shown_as_it_is(hostile: str) -> None:
    app = DialogHost(Ask(f"Overwrite {hostile}?", [("o", f"{hostile} go", "o")], title=hostile))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert f"Overwrite {hostile}?" in app.text
        assert f"o  {hostile} go" in app.text
        assert f"─ {hostile} ─" in app.text
    app = DialogHost(
        Prompt(hostile, hint=f"{hostile}!", check=lambda text: f"{text}?", placeholder=hostile)
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert f"─ {hostile} ─" in app.text
        assert f"{hostile}!" in app.text
        app.screen.query_one(Entry).value = hostile
        await press(pilot, "enter")
        assert f"{hostile}?" in app.text
        assert app.results == []


async def test_control_characters_do_not_reach_the_terminal() -> None:
    app = DialogHost(Prompt("\x1b[2Ja", value="\x1b[2Jb", hint="\x1b[2Jc", check=lambda text: None))
    async with app.run_test() as pilot:
        await settle(pilot)
        app.screen.query_one(Entry).post_message(events.Paste("\x1b[2Jd"))
        await settle(pilot)
        assert "\x1b" not in app.text
        assert app.screen.query_one(Entry).value == "[2Jb"

"""The dialogs with a list that what is typed narrows: activations and examples."""

import pytest

from engine import ACTIVATIONS, activation, examples
from tests.tui.dialogs.dialog_host import HOSTILE, DialogHost, press, settle, type_text
from tui.screens.dialogs.choose_activation import ChooseActivation
from tui.screens.dialogs.choose_example import ChooseExample
from tui.screens.dialogs.lists import Choices

RELU = activation("relu")


def names(app: DialogHost) -> list[str]:
    return [item.text for item in app.screen.query_one(Choices).items]


async def test_all_activations_are_listed_and_the_current_one_highlighted() -> None:
    app = DialogHost(ChooseActivation(activation("leaky_relu(0.3)")))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert [name.partition("(")[0] for name in names(app)] == list(ACTIVATIONS)
        assert "leaky_relu(0.3)  now" in app.text
        assert "0.3" in activation("leaky_relu(0.3)").formula
        assert activation("leaky_relu(0.3)").formula in app.text
        assert "out -∞ … ∞" in app.text
        await press(pilot, "enter")
        assert app.results == [activation("leaky_relu(0.3)")]


@pytest.mark.parametrize(
    ("typed", "keys", "chosen"),
    [
        ("sig", [], "sigmoid"),
        ("relu", [], "relu"),
        ("relu", ["down"], "relu6"),
        ("RELU6", [], "relu6"),
        ("swish", [], "silu"),
        ("linear", [], "identity"),
        ("leaky_relu(0.2)", [], "leaky_relu(0.2)"),
        ("leaky_relu(0.2", [], "leaky_relu(0.2)"),
        ("leaky_relu(", [], "leaky_relu"),
        ("leaky_relu (0.2)", [], "leaky_relu(0.2)"),
        ("  tanh ", [], "tanh"),
    ],
)
async def test_typing_narrows_the_list(typed: str, keys: list[str], chosen: str) -> None:
    app = DialogHost(ChooseActivation(RELU))
    async with app.run_test(size=(80, 24)) as pilot:
        await type_text(pilot, typed)
        assert len(names(app)) < len(ACTIVATIONS)
        await press(pilot, *keys, "enter")
        assert [found.text for found in app.results] == [chosen]


async def test_a_name_alone_has_its_default_parameters() -> None:
    app = DialogHost(ChooseActivation(activation("elu(2)")))
    async with app.run_test(size=(80, 24)) as pilot:
        await type_text(pilot, "elu")
        assert names(app)[0] == "elu"
        assert "elu(2)" in names(app)
        await press(pilot, "enter")
        assert app.results == [activation("elu")]


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("rellu", "did you mean 'relu'?"),
        ("relu(1)", "expected at most 0"),
        ("leaky_relu(x)", "is not a number"),
        ("celu(0)", "expected any other number"),
        ("[/]", "'[/]'"),
    ],
)
async def test_a_wrong_one_says_why_and_is_not_accepted(typed: str, complaint: str) -> None:
    app = DialogHost(ChooseActivation(RELU))
    async with app.run_test(size=(120, 36)) as pilot:
        await type_text(pilot, typed)
        assert complaint in app.text
        await press(pilot, "enter")
        assert app.results == []
        await press(pilot, "ctrl+u", "enter")
        assert app.results == [RELU]


async def test_a_complaint_is_whole_on_the_smallest_screen() -> None:
    app = DialogHost(ChooseActivation(RELU))
    async with app.run_test(size=(40, 12)) as pilot:
        await type_text(pilot, "rellu")
        assert "is unknown; did" in app.text
        assert "mean 'relu'?" in app.text


async def test_arrows_move_while_the_line_keeps_the_focus() -> None:
    app = DialogHost(ChooseActivation(RELU))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "down", "down", "up", "pagedown", "pageup")
        assert app.screen.focused is not None
        await press(pilot, "ctrl+home", "enter")
        assert app.results == [activation("identity")]


async def test_a_click_highlights_and_another_one_chooses() -> None:
    app = DialogHost(ChooseActivation(RELU))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        row = next(y for y, line in enumerate(app.lines) if "tanh" in line)
        offset = (app.lines[row].index("tanh"), row)
        await pilot.click(offset=offset)
        await settle(pilot)
        assert app.results == []
        assert app.screen.query_one(Choices).item == activation("tanh")
        await pilot.click(offset=offset)
        await settle(pilot)
        assert app.results == [activation("tanh")]


@pytest.mark.parametrize("size", [(40, 12), (80, 12), (40, 40), (80, 24), (200, 60)])
@pytest.mark.parametrize("name", ["identity", "relu", "hard_sigmoid", "log_softmax"])
async def test_the_highlighted_activation_is_whole_at_every_size(
    name: str, size: tuple[int, int]
) -> None:
    current = activation(name)
    app = DialogHost(ChooseActivation(current))
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        rows = [y for y, line in enumerate(app.lines) if f"{name}  now" in line]
        choices = app.screen.query_one(Choices).content_region
        assert len(rows) == 1
        assert choices.y <= rows[0] < choices.bottom - 1
        assert current.formula.split()[0] in app.text
        assert "Choose" in app.text
        assert "Cancel" in app.text


async def test_no_name_no_detail() -> None:
    app = DialogHost(ChooseActivation(RELU))
    async with app.run_test(size=(80, 24)) as pilot:
        await type_text(pilot, "zzz")
        assert RELU.formula not in app.text
        await press(pilot, "down", "up", "pagedown", "enter")
        assert app.results == []


async def test_the_heading_may_name_the_layer() -> None:
    app = DialogHost(ChooseActivation(RELU, heading="Activation of layer 2 · output"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "─ Activation of layer 2 · output ─" in app.text


async def test_the_curves_in_the_list_do_not_touch() -> None:
    lowest_dots = 0x40 | 0x80
    dialog = ChooseActivation(RELU)
    for name in ACTIVATIONS:
        upper, lower = (line[:8] for line in dialog.label(activation(name)).plain.split("\n"))
        assert any(ord(sign) > 0x2800 for sign in upper)
        assert any(ord(sign) > 0x2800 for sign in lower)
        assert not any((ord(sign) - 0x2800) & lowest_dots for sign in lower)


@pytest.mark.parametrize("current", [None, "xor-step", "gone"])
async def test_the_open_example_is_highlighted(current: str | None) -> None:
    app = DialogHost(ChooseExample(current=current))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        expected = "xor-step" if current == "xor-step" else examples.ids()[0]
        assert app.screen.query_one(Choices).item == expected
        assert str(examples.load(expected).title) in app.text
        await type_text(pilot, "three-cl")
        assert app.screen.query_one(Choices).item == "three-classes"
        await press(pilot, "ctrl+u", "enter")
        assert app.results == [expected]


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 60)])
async def test_examples_with_titles_sizes_and_notes(size: tuple[int, int]) -> None:
    app = DialogHost(ChooseExample())
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        first = examples.load(examples.ids()[0])
        assert examples.ids()[0] in app.text
        assert str(first.title)[:30] in app.text
        assert "→".join(map(str, first.network.sizes)) in app.text
        assert str(first.note).split()[0] in app.text
        assert "Choose" in app.text
        await type_text(pilot, "xor-step")
        await press(pilot, "enter")
        assert app.results == ["xor-step"]


async def test_a_long_note_can_be_read_to_its_end() -> None:
    app = DialogHost(ChooseExample())
    async with app.run_test(size=(40, 12)) as pilot:
        await settle(pilot)
        words = str(examples.load(examples.ids()[0]).note).split()
        assert words[-1] not in app.text
        assert "^↓ More" in app.text
        await press(pilot, *["ctrl+down"] * 20)
        assert words[-1] in app.text
        await press(pilot, *["ctrl+up"] * 20)
        assert words[-1] not in app.text
    app = DialogHost(ChooseExample())
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        assert "More" not in app.text


async def test_examples_are_found_by_any_word() -> None:
    app = DialogHost(ChooseExample())
    async with app.run_test(size=(80, 24)) as pilot:
        await type_text(pilot, "multi-class")
        assert app.screen.query_one(Choices).items == ("three-classes",)
        await press(pilot, "ctrl+u")
        await type_text(pilot, "zebra")
        assert "no example matches" in app.text
        await press(pilot, "enter")
        assert app.results == []
        await press(pilot, "ctrl+u")
        assert len(app.screen.query_one(Choices).items) == len(examples.ids())


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_titles_and_notes_are_no_markup(
    hostile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = examples.load("xor-step").evolve(
        title=f"{hostile} title", note=f"{hostile} note \x1b[2J"
    )
    monkeypatch.setattr(examples, "load", lambda name: session)
    app = DialogHost(ChooseExample())
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        assert f"{hostile} title" in app.text
        assert f"{hostile} note" in app.text
        assert "\x1b" not in app.text

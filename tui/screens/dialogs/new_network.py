"""Creates a network from sizes, activations, a random start and a seed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from engine.nn.initialisation import (
    INITIALISATION_SPELLINGS,
    INITIALISATIONS,
    initialisation_named,
    suitable_activations,
)
from engine.nn.parsing import parse_activations, parse_sizes
from engine.session.names import size_of
from engine.session.session import Session
from tui.files.new_network import new_session
from tui.screens.dialogs.dialog import Dialog, Entry, plain
from tui.screens.dialogs.fields import Field, SeedEntry, explanation


class NewNetwork(Dialog[Session]):
    """Sizes, activations, random start and seed, with a preview of the result."""

    DEFAULT_CSS = """
    NewNetwork {
        &.-wide > #box {
            width: 100;
        }
        Field {
            margin: 0 0 1 0;
        }
        #start-in-words {
            height: auto;
            margin: 0 0 1 15;
            padding: 0 1;
        }
        #preview {
            height: auto;
            min-height: 1;
            max-height: 8;
            margin: 0 1;
        }
        &.-short Field {
            margin: 0;
        }
        &.-short #start-in-words {
            margin: 0;
        }
        &.-short #preview {
            max-height: 5;
        }
        &.-short .complaining #start-in-words, &.-narrow .complaining #start-in-words {
            display: none;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "Create", priority=True),
        Binding("tab", "app.focus_next", "Next"),
    ]

    def __init__(self, seed: int = 0) -> None:
        super().__init__("New network")
        self._seed = seed
        self._suggested = "relu,sigmoid"

    def compose_body(self) -> Iterable[Widget]:
        yield Field("sizes", Entry("3-3-1", placeholder="3-3-1", id="sizes"))
        yield Field("activations", Entry(self._suggested, id="activations"))
        yield Field("random start", _InitialisationEntry())
        yield Static(id="start-in-words", classes="muted")
        yield Field("seed", SeedEntry(self._seed))
        yield Static(id="preview")

    def on_mount(self) -> None:
        self._preview()

    def _typed(self, id: str) -> str:
        return self.query_one(f"#{id}", Entry).value.strip()

    def _new_session(self, initialisation: str) -> Session:
        return new_session(
            parse_sizes(self._typed("sizes")),
            parse_activations(self._typed("activations")),
            initialisation,
            self.query_one(SeedEntry).seed,
        )

    @on(Input.Changed, "#sizes")
    def _suggest_activations(self) -> None:
        """Fill in activations that suit the sizes, unless others were typed."""
        entry = self.query_one("#activations", Entry)
        if entry.value != self._suggested:
            return
        try:
            sizes = parse_sizes(self._typed("sizes"))
        except ValueError:
            return
        entry.value = self._suggested = ",".join(suitable_activations(sizes))

    @on(Input.Changed)
    def _preview(self) -> None:
        try:
            words = _describe_start(self._typed("initialisation"))
            self.query_one("#start-in-words", Static).update(plain(words))
            # Zeros are quick to make at any size, and the preview shows no numbers.
            text, wrong = size_of(self._new_session("zeros").network), False
        except ValueError as error:
            text, wrong = str(error), True
        preview = self.query_one("#preview", Static)
        preview.update(plain(text))
        preview.set_class(wrong, "wrong")
        self.query_one("#box").set_class(wrong, "complaining")

    def action_accept(self) -> None:
        self.close_with(lambda: self._new_session(self._typed("initialisation")))


def _describe_start(initialisation: str) -> str:
    """What it draws, how a scale is typed, and the keys; raises ValueError for a wrong one."""
    words = explanation(initialisation)
    name = initialisation_named(initialisation).partition("(")[0]
    scale = "" if name == "zeros" else f" · with a scale: {name}(0.5)"
    return f"{words}{scale} · ↑ ↓ others"


class _InitialisationEntry(Entry):
    """The random start; up and down go through the names."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "Previous", show=False),
        Binding("down", "step(1)", "Next", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(next(iter(INITIALISATIONS)), id="initialisation")

    def action_step(self, by: int) -> None:
        names = list(INITIALISATIONS)
        name = INITIALISATION_SPELLINGS.find(self.value.partition("(")[0])
        place = 0 if name is None else (names.index(name) + by) % len(names)
        self.value = names[place]
        self.select_all()

"""Makes a fresh network from a few words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from engine.network import Network
from engine.parsing import parse_activations, parse_sizes
from engine.random_start import INITIALISATIONS, new_network
from engine.session import Session
from tui.commands.tables import summary
from tui.screens.dialog import Dialog, Entry, plain
from tui.screens.fields import Field, SeedEntry, explanation


class NewNetwork(Dialog[Session]):
    """Sizes, activations, random start and seed, with a line on what they make."""

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
            margin: 0 1;
        }
        &.-short Field {
            margin: 0;
        }
        &.-short #start-in-words {
            margin: 0;
        }
        &.-short .complaining #start-in-words {
            display: none;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "Create", priority=True, key_display="enter"),
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

    def _network(self, initialisation: str) -> Network:
        return new_network(
            parse_sizes(self._typed("sizes")),
            parse_activations(self._typed("activations")),
            initialisation,
            self.query_one(SeedEntry).seed,
        )

    @on(Input.Changed, "#sizes")
    def _suggest_activations(self) -> None:
        """Fill in activations that suit the sizes, as long as no others were typed."""
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
            words = explanation(self._typed("initialisation"))
            self.query_one("#start-in-words", Static).update(plain(f"{words} · ↑ ↓ others"))
            # Zeros are quick to make, whatever the size; the numbers do not show.
            text, wrong = summary(self._network("zeros")), False
        except ValueError as error:
            text, wrong = str(error), True
        preview = self.query_one("#preview", Static)
        preview.update(plain(text))
        preview.set_class(wrong, "wrong")
        self.query_one("#box").set_class(wrong, "complaining")

    def action_accept(self) -> None:
        try:
            session = Session(self._network(self._typed("initialisation")))
        except ValueError:
            self.app.bell()
        else:
            self.dismiss(session)


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
        name = self.value.partition("(")[0].strip()
        place = (names.index(name) + by) % len(names) if name in names else 0
        self.value = names[place]
        self.select_all()


def suitable_activations(sizes: Sequence[int]) -> list[str]:
    """Return relu for each hidden layer; then sigmoid for one output, softmax for several."""
    return ["relu"] * (len(sizes) - 2) + ["sigmoid" if sizes[-1] == 1 else "softmax"]

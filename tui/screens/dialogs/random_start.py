"""Chooses how all weights and biases are drawn anew."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static

from engine.edits.initialisation import RandomStart
from engine.nn.initialisation import INITIALISATIONS
from tui.screens.dialogs.dialog import Entry, plain
from tui.screens.dialogs.fields import Field, SeedEntry, explanation
from tui.screens.dialogs.lists import ChoiceDialog, Choices


class ChooseRandomStart(ChoiceDialog[RandomStart]):
    """The ways to draw numbers, with a scale and a seed."""

    DEFAULT_CSS = """
    ChooseRandomStart {
        &.-wide > #box {
            width: 100;
        }
        Choices {
            height: auto;
            margin: 0 0 1 0;
        }
        &.-short > #box, &.-narrow > #box {
            height: 100%;
        }
        &.-short Choices, &.-narrow Choices {
            height: 1fr;
            margin: 0;
        }
        #seed-and-scale {
            height: 1;
        }
        Field {
            width: 1fr;
        }
        Field > Static {
            min-width: 0;
        }
        #complaint {
            height: auto;
            min-height: 1;
            margin: 0 1;
        }
    }
    """

    def __init__(self, seed: int) -> None:
        super().__init__("New random start")
        self._seed = seed

    def compose_body(self) -> Iterable[Widget]:
        yield Choices[str]()
        with Horizontal(id="seed-and-scale"):
            yield Field("seed", SeedEntry(self._seed))
            yield Field("scale", Entry("1", placeholder="1", id="scale"))
        yield Static(id="complaint", classes="wrong")

    def on_mount(self) -> None:
        self.query_one(Choices).show(list(INITIALISATIONS), _label)

    def _chosen(self) -> RandomStart:
        scale = self.query_one("#scale", Entry).value.strip() or "1"
        name = str(self.query_one(Choices).item)
        explanation(f"{name}({scale})")
        initialisation = name if float(scale) == 1 else f"{name}({scale})"
        return RandomStart(initialisation, self.query_one(SeedEntry).seed)

    @on(Input.Changed)
    @on(OptionList.OptionHighlighted)
    def _judge(self) -> None:
        try:
            self._chosen()
        except ValueError as wrong:
            self._complain(str(wrong))
        else:
            self._complain("")

    def _complain(self, text: str) -> None:
        self.query_one("#complaint", Static).update(plain(text))

    def action_accept(self) -> None:
        try:
            chosen = self._chosen()
        except ValueError:
            self.app.bell()
        else:
            self.dismiss(chosen)


def _label(name: str) -> Content:
    return Content.assemble((name, "bold"), "\n", (explanation(name), "dim"))

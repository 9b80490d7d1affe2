"""Chooses how all weights and biases, or the inputs, are drawn anew."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static

from engine.edits.initialisation import RandomInputs, RandomStart
from engine.nn.initialisation import INITIALISATIONS
from engine.nn.random_inputs import DISTRIBUTIONS
from tui.screens.dialogs.dialog import Entry, plain
from tui.screens.dialogs.fields import Choice, Field, SeedEntry, explanation
from tui.screens.dialogs.lists import ChoiceDialog, Choices

_PARAMETERS, _INPUTS = "weights and biases", "inputs"
_SAMPLES = 10
_SAMPLES_DIGITS = 7


class ChooseRandomStart(ChoiceDialog[RandomStart | RandomInputs]):
    """What to draw, the ways to draw it, a seed, and a scale or how many samples."""

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

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "app.focus_next", "Next")]

    AUTO_FOCUS = "#seed"

    def __init__(self, seed: int) -> None:
        super().__init__("New random start")
        self._seed = seed

    def compose_body(self) -> Iterable[Widget]:
        yield Field("what", Choice((_PARAMETERS, _INPUTS), _PARAMETERS, id="what"))
        yield Choices[str]()
        with Horizontal(id="seed-and-scale"):
            yield Field("seed", SeedEntry(self._seed))
            yield Field("scale", Entry("1", placeholder="1", id="scale"), id="scale-field")
            samples = Entry(str(_SAMPLES), placeholder=str(_SAMPLES), id="samples")
            yield Field("samples", samples, id="samples-field")
        yield Static(id="complaint", classes="wrong")

    @property
    def _of_inputs(self) -> bool:
        return self.query_one("#what", Choice).word == _INPUTS

    def on_mount(self) -> None:
        self._offer()

    @on(Choice.Changed)
    def _offer(self) -> None:
        """Offer the ways to draw what was chosen."""
        ways = DISTRIBUTIONS if self._of_inputs else INITIALISATIONS
        self.query_one(Choices).show(list(ways), _label_of_inputs if self._of_inputs else _label)
        self.query_one("#scale-field").display = not self._of_inputs
        self.query_one("#samples-field").display = self._of_inputs

    def _chosen(self) -> RandomStart | RandomInputs:
        if self._of_inputs:
            return self._chosen_inputs()
        scale = self.query_one("#scale", Entry).value.strip() or "1"
        name = str(self.query_one(Choices).item)
        explanation(f"{name}({scale})")
        initialisation = name if float(scale) == 1 else f"{name}({scale})"
        return RandomStart(initialisation, self.query_one(SeedEntry).seed)

    def _chosen_inputs(self) -> RandomInputs:
        text = self.query_one("#samples", Entry).value.strip() or str(_SAMPLES)
        if not (text.isascii() and text.isdecimal() and len(text) <= _SAMPLES_DIGITS and int(text)):
            raise ValueError("how many samples must be a whole number from 1 up")
        distribution = str(self.query_one(Choices).item)
        return RandomInputs(int(text), distribution, self.query_one(SeedEntry).seed)

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
        self.close_with(self._chosen)


def _label_of_inputs(name: str) -> Content:
    return Content.assemble((name, "bold"), "\n", (DISTRIBUTIONS[name], "dim"))


def _label(name: str) -> Content:
    return Content.assemble((name, "bold"), "\n", (explanation(name), "dim"))

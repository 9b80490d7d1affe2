"""The fields of the data dialog: how samples are made, read, set aside and extended."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import SelectionList

from engine.datasets import Dataset
from engine.datasets.dataset import MAX_TEST_PERCENT
from engine.datasets.features import DerivedFeature
from engine.datasets.generators import MAX_NOISE
from tui.screens.dialogs.data.options import (
    NOISES,
    TEST_PERCENTS,
    DataOptions,
    derived_text,
    read_derived,
    read_percent,
    tickable,
)
from tui.screens.dialogs.data.sources import CsvData
from tui.screens.dialogs.dialog import Entry, is_laid_out, plain
from tui.screens.dialogs.fields import Choice, Field, SteppedEntry, SteppedSeed

_ANSWERS = {"automatic": None, "classes": True, "numbers": False}

_MISSING = {"rows left out": "drop", "filled": "fill"}
_DECIMALS = {"automatic": None, "point": ".", "comma": ","}

_YES, _NO = "yes", "no"

ABOUT_CSV = (
    "Your own data: one row per sample, one column for the answers. Enter asks for the file, then "
    "you choose the columns. An .npz file with arrays X and y will do too."
)

FIELD_DESCRIPTIONS = {
    "list": "up and down choose; Tab goes on to noise, test samples and more inputs",
    "noise": "how far the points, or their values, stray: 0 to 50 percent",
    "test": "how many samples are kept for testing, and not learned from",
    "seed": "draws the points and the test samples; another seed draws others",
    "standardise": "every input shifted and scaled to mean 0 and standard deviation 1",
    "ticks": "computed from the others; space adds one or removes it",
    "derived": "computed from the other inputs, such as x1^2, x1*x2, sin(x1)",
    "target": "the column that the network is to predict",
    "answers": "classes to tell apart, or numbers to predict; automatic looks at the column",
    "columns": "the columns to learn from, by name or number, separated by commas",
    "missing": "rows with an empty cell or NA are left out, or it gets the mean or commonest text",
    "empty": "numbers or texts in the file that mean an empty cell, separated by commas",
    "decimal": "what comes before decimals, as in 1.5 or 1,5; automatic looks at all columns",
}
"""What each field is for, by its id; at most two lines where room is scarcest."""


class CsvFields(Container):
    """Target column, kind of answers, and columns to read; shown only for a CSV file."""

    DEFAULT_CSS = """
    CsvFields {
        layout: grid;
        grid-size: 2;
        grid-rows: 1;
        grid-gutter: 0 1;
        height: auto;
        display: none;
        Field > Static { min-width: 14; }
    }
    """

    def compose(self) -> ComposeResult:
        yield Field("target", Choice([""], "", id="target"))
        yield Field("answers are", Choice(list(_ANSWERS), "automatic", id="answers"))
        yield Field("inputs", Entry(id="columns", placeholder="all other columns"))
        yield Field("empty cells", Choice(list(_MISSING), "rows left out", id="missing"))
        yield Field("also empty", Entry(id="empty", placeholder="such as -999"))
        yield Field("decimals", Choice(list(_DECIMALS), "automatic", id="decimal"))

    def show(self, source: CsvData) -> None:
        """Show the columns of the file, and how it is read."""
        self.query_one("#target", Choice).offer(source.target_words, source.target_word)
        for name, words, value in (
            ("#answers", _ANSWERS, source.classes),
            ("#missing", _MISSING, source.missing),
            ("#decimal", _DECIMALS, source.decimal),
        ):
            word = next(word for word, meaning in words.items() if meaning == value)
            self.query_one(name, Choice).offer(list(words), word)
        with self.prevent(Entry.Changed):
            self.query_one("#columns", Entry).value = ", ".join(map(str, source.chosen or ()))
            self.query_one("#empty", Entry).value = ", ".join(source.empty)

    def read(self, source: CsvData) -> CsvData:
        """Return the file, to be read as the fields describe."""
        return source.reading(
            self._word("#target"),
            self.query_one("#columns", Entry).value,
            _ANSWERS[self._word("#answers")],
            _MISSING[self._word("#missing")],
            _DECIMALS[self._word("#decimal")],
            self.query_one("#empty", Entry).value,
        )

    def _word(self, name: str) -> str:
        return self.query_one(name, Choice).word


class Ticks(SelectionList[DerivedFeature]):
    """Inputs that can be derived from the others; space adds one or removes it."""

    DEFAULT_CSS = """
    Ticks, Ticks:focus {
        width: 1fr;
        padding: 0 1;
        border: none;
        background: transparent;
    }
    /* Textual shows the X of every button, in other colours; this hides that of an empty one. */
    Ticks > .selection-list--button, Ticks > .selection-list--button-highlighted {
        color: $panel;
    }
    Ticks > .option-list--option-highlighted {
        background: transparent;
        text-style: none;
    }
    Ticks:focus > .option-list--option-highlighted {
        background: $primary 25%;
    }
    """

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the page keys alone while the list has no room."""
        return action not in ("page_up", "page_down") or is_laid_out(self)

    def show(self, offered: Sequence[tuple[Content, DerivedFeature, bool]]) -> None:
        """Show these features, each with its label and whether it is ticked."""
        place = self.highlighted or 0
        with self.prevent(SelectionList.SelectedChanged):
            self.clear_options().add_options(offered)
        self.highlighted = place


class DataFields(Container):
    """Noise, test samples, seed, standardisation, more inputs; `first`: their initial values."""

    DEFAULT_CSS = """
    DataFields {
        layout: horizontal;
        height: auto;
        #sampling { width: 1fr; height: auto; }
        Field > Static { min-width: 14; }
    }
    """

    def __init__(self, first: DataOptions) -> None:
        super().__init__()
        self._first = first
        self._suggested_percent = str(first.test_percent)
        self._suggested_standardise = first.standardise

    def compose(self) -> ComposeResult:
        first = self._first
        with Vertical(id="sampling"):
            yield Field("noise %", SteppedEntry(str(first.noise), NOISES, id="noise"))
            percent = SteppedEntry(self._suggested_percent, TEST_PERCENTS, id="test")
            yield Field("test with %", percent)
            yield Field("seed", SteppedSeed(first.seed))
            standardise = _YES if first.standardise else _NO
            yield Field("standardise", Choice((_NO, _YES), standardise, id="standardise"))
            example = "such as x1^2, x1*x2"
            derived = Entry(derived_text(first.derived), placeholder=example, id="derived")
            yield Field("more inputs", derived)
        yield Ticks(id="ticks")

    def allow_noise(self, allowed: bool) -> None:
        """Enable or disable the field for noise."""
        self.query_one("#noise", Entry).disabled = not allowed

    def suggest_percent(self, percent: int) -> None:
        """Fill in the share for testing, unless another was typed."""
        entry = self.query_one("#test", Entry)
        if entry.value == self._suggested_percent:
            entry.value = self._suggested_percent = str(percent)

    def suggest_standardise(self, standardise: bool) -> None:
        """Choose whether to standardise, unless the user has chosen otherwise."""
        choice = self.query_one("#standardise", Choice)
        if (choice.word == _YES) == self._suggested_standardise:
            self._suggested_standardise = standardise
            choice.offer((_NO, _YES), _YES if standardise else _NO)

    @property
    def noise(self) -> int:
        """In percent, 0 where there can be none; raises ValueError for a wrong number."""
        entry = self.query_one("#noise", Entry)
        return 0 if entry.disabled else read_percent(entry.value, "noise", MAX_NOISE)

    @property
    def seed(self) -> int:
        """Raises ValueError where the text is not a seed."""
        return self.query_one(SteppedSeed).seed

    @property
    def options(self) -> DataOptions:
        """The options in all fields; raises ValueError for a wrong one."""
        return DataOptions(
            self.noise,
            self.seed,
            read_percent(self.query_one("#test", Entry).value, "test with", MAX_TEST_PERCENT),
            self.query_one("#standardise", Choice).word == _YES,
            read_derived(self.query_one("#derived", Entry).value),
        )

    def show_ticks(self, dataset: Dataset | None) -> None:
        """Show which inputs can be derived from those of a data set, ticking those that are."""
        ticks = self.query_one(Ticks)
        offered = () if dataset is None else tickable(dataset.inputs.shape[1])
        ticks.display = bool(offered)
        try:
            derived = read_derived(self.query_one("#derived", Entry).value)
        except ValueError:
            ticks.disabled = True
            return
        ticks.disabled = False
        if dataset is not None:
            ticks.show(
                [(plain(one.name(dataset.features)), one, one in derived) for one in offered]
            )

    @on(Ticks.SelectionToggled)
    def _switch(self, event: Ticks.SelectionToggled[DerivedFeature]) -> None:
        """Add what was ticked to the line of derived inputs, or remove it."""
        event.stop()
        entry, feature = self.query_one("#derived", Entry), event.selection.value
        derived = read_derived(entry.value)
        others = tuple(one for one in derived if one != feature)
        entry.value = derived_text(others if feature in derived else (*others, feature))

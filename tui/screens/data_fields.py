"""How samples are made, set aside and extended, as fields to fill in."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Static

from engine.datasets import Dataset
from engine.datasets.dataset import MOST_TEST_PERCENT
from engine.datasets.generators import MOST_NOISE
from tui.screens.choice import Choice
from tui.screens.data_options import (
    NOISES,
    TEST_PERCENTS,
    DataOptions,
    derived_text,
    read_derived,
    read_percent,
    tickable,
)
from tui.screens.dialog import Entry
from tui.screens.fields import Field
from tui.screens.stepped import SteppedEntry, SteppedSeed
from tui.screens.ticks import Ticks

_YES, _NO = "yes", "no"


class DataFields(Container):
    """Noise, test samples, seed, standardisation and more inputs; `first` is what stands there."""

    DEFAULT_CSS = """
    DataFields {
        height: auto;
        #sampling {
            layout: grid;
            grid-size: 2;
            grid-rows: 1;
            grid-gutter: 0 1;
            height: auto;
        }
        Field > Static { min-width: 14; }
        #ticks-field { height: auto; }
    }
    """

    def __init__(self, first: DataOptions) -> None:
        super().__init__()
        self._first = first
        self._suggested_percent = str(first.test_percent)
        self._dataset: Dataset | None = None

    def compose(self) -> ComposeResult:
        first = self._first
        with Container(id="sampling"):
            yield Field("noise %", SteppedEntry(str(first.noise), NOISES, id="noise"))
            percent = SteppedEntry(self._suggested_percent, TEST_PERCENTS, id="test")
            yield Field("test with %", percent)
            yield Field("seed", SteppedSeed(first.seed))
            standardise = _YES if first.standardise else _NO
            yield Field("standardise", Choice((_NO, _YES), standardise, id="standardise"))
        yield Field("more inputs", Ticks(id="ticks"), id="ticks-field")
        example = "such as x1^2, x1*x2"
        derived = Entry(derived_text(first.derived), placeholder=example, id="derived")
        yield Field("", derived, id="derived-field")

    def allow_noise(self, allowed: bool) -> None:
        """Let noise be chosen or not."""
        self.query_one("#noise", Entry).disabled = not allowed

    def suggest_percent(self, percent: int) -> None:
        """Fill in how much to test with, as long as nothing else was typed."""
        entry = self.query_one("#test", Entry)
        if entry.value == self._suggested_percent:
            entry.value = self._suggested_percent = str(percent)

    @property
    def noise(self) -> int:
        """In percent, 0 where there can be none; raises ValueError for what cannot be."""
        entry = self.query_one("#noise", Entry)
        return 0 if entry.disabled else read_percent(entry.value, "noise", MOST_NOISE)

    @property
    def seed(self) -> int:
        """Raises ValueError for what cannot be one."""
        return self.query_one(SteppedSeed).seed

    @property
    def options(self) -> DataOptions:
        """What all fields say; raises ValueError for what cannot be."""
        return DataOptions(
            self.noise,
            self.seed,
            read_percent(self.query_one("#test", Entry).value, "test with", MOST_TEST_PERCENT),
            self.query_one("#standardise", Choice).word == _YES,
            read_derived(self.query_one("#derived", Entry).value),
        )

    def show_ticks(self, dataset: Dataset | None) -> None:
        """Show what may be computed from the inputs of a data set, and what is."""
        self._dataset = dataset
        offered = () if dataset is None else tickable(dataset.inputs.shape[1])
        self.query_one("#ticks-field").display = bool(offered)
        label = "" if offered else "more inputs"
        self.query_one("#derived-field > Static", Static).update(label)
        if dataset is None or not offered:
            return
        try:
            derived = read_derived(self.query_one("#derived", Entry).value)
        except ValueError:
            return
        names = [feature.name(dataset.features) for feature in offered]
        on_places = frozenset(offered.index(one) for one in derived if one in offered)
        self.query_one(Ticks).show(names, on_places)

    @on(Ticks.Switched)
    def _switch(self, event: Ticks.Switched) -> None:
        """Write what was ticked, or take it out."""
        event.stop()
        entry = self.query_one("#derived", Entry)
        if self._dataset is None:
            return
        feature = tickable(self._dataset.inputs.shape[1])[event.place]
        try:
            derived = read_derived(entry.value)
        except ValueError:
            self.app.bell()
            return
        others = tuple(one for one in derived if one != feature)
        entry.value = derived_text((*others, feature) if event.is_on else others)

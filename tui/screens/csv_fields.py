"""What is asked about a CSV file: which column holds the answers, and what is read."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container

from tui.screens.choice import Choice
from tui.screens.data_sources import CsvData
from tui.screens.dialog import Entry
from tui.screens.fields import Field

_FOUND_OUT, _CLASSES, _NUMBERS = "found out", "classes", "numbers"
_TASKS = {_FOUND_OUT: None, _CLASSES: "multiclass", _NUMBERS: "regression"}


class CsvFields(Container):
    """Target column, kind of answers, and columns to read; shown for a CSV file alone."""

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
        yield Field("answers are", Choice(list(_TASKS), _FOUND_OUT, id="task"))
        yield Field("columns", Entry(id="columns", placeholder="all others"))

    def show(self, source: CsvData) -> None:
        """Show the columns of the file, and how it is read."""
        labels = source.labels
        task = next(word for word, task in _TASKS.items() if task == source.task)
        self.query_one("#target", Choice).offer(labels, labels[source.target_index])
        self.query_one("#task", Choice).offer(list(_TASKS), task)
        with self.prevent(Entry.Changed):
            self.query_one(Entry).value = ", ".join(map(str, source.chosen or ()))

    def read(self, source: CsvData) -> CsvData:
        """Return the file read as the fields say."""
        target = source.labels.index(self.query_one("#target", Choice).word)
        task = _TASKS[self.query_one("#task", Choice).word]
        return source.reading(target, self.query_one(Entry).value, task)

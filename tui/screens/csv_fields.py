"""What is asked about a CSV file: which column holds the answers, and what is read."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container

from tui.screens.choice import Choice
from tui.screens.data_sources import CsvData
from tui.screens.dialog import Entry
from tui.screens.fields import Field

_ANSWERS = {"found out": None, "classes": True, "numbers": False}


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
        yield Field("answers are", Choice(list(_ANSWERS), "found out", id="answers"))
        yield Field("columns", Entry(id="columns", placeholder="all others"))

    def show(self, source: CsvData) -> None:
        """Show the columns of the file, and how it is read."""
        labels = source.labels
        answers = next(word for word, classes in _ANSWERS.items() if classes is source.classes)
        self.query_one("#target", Choice).offer(labels, labels[source.target_index])
        self.query_one("#answers", Choice).offer(list(_ANSWERS), answers)
        with self.prevent(Entry.Changed):
            self.query_one(Entry).value = ", ".join(map(str, source.chosen or ()))

    def read(self, source: CsvData) -> CsvData:
        """Return the file read as the fields say."""
        target = source.labels.index(self.query_one("#target", Choice).word)
        classes = _ANSWERS[self.query_one("#answers", Choice).word]
        return source.reading(target, self.query_one(Entry).value, classes)

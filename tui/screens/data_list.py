"""The list of data to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui.screens.choices import Choices
from tui.screens.data_sources import DataSource
from tui.screens.dialog import plain

OPEN_CSV = "a CSV file…"
"""What stands in the list for a file that is yet to be named."""


class DataList(Choices[DataSource | str], can_focus=True):
    """The data there are; here the list has the focus, since other fields have arrows too."""

    def show_sources(self, sources: Sequence[DataSource | str], highlighted: int) -> None:
        """List `sources`, each under its title."""
        self.show(sources, _label, highlighted)

    def exchange(self, old: DataSource, new: DataSource) -> None:
        """List `new` in the place of `old`, under the same title."""
        self._items = tuple(new if item is old else item for item in self._items)


def _label(source: DataSource | str) -> Content:
    return plain(source if isinstance(source, str) else source.title)

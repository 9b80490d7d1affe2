"""What the focused pane means, and every key."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from itertools import chain, combinations, groupby, pairwise
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widget import Widget
from textual.widgets import Static

from tui.screens.dialogs.dialog import Dialog, paragraphs, plain

_MAX_COLUMNS = 3
_COLUMN_WIDTH = 34
_GAP = 3
_MAX_BOX_WIDTH = 150
"""As in the style sheet below."""
_BOX_MARGIN = 8
_MIN_TEXT_WIDTH = 12


class HelpKey(NamedTuple):
    """One row: its group, the keys as shown, the label, and a detail, which may be empty."""

    group: str
    keys: str
    label: str
    detail: str


class Help(Dialog[None]):
    """First what the pane means, then the keys in their groups, in columns where there is room.

    pane_help: paragraphs separated by an empty line; where a paragraph has two lines, the first is
    its heading. Those after the first one without a heading are shown on request.
    """

    DEFAULT_CSS = """
    Help {
        & > #box {
            width: 150;
            padding: 0;
        }
        #scroll {
            height: auto;
            max-height: 1fr;
        }
        #meaning, #more {
            height: auto;
            padding: 1 2 0 1;
        }
        #more {
            display: none;
        }
        #columns {
            height: auto;
            padding: 0 0 0 1;
        }
        .column {
            height: auto;
            width: 1fr;
        }
        &.-short #meaning {
            padding: 0 2 0 1;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "cancel", "Close"),
        Binding("b", "more", "In biology, its role"),
        Binding("g", "glossary", "Glossary"),
        Binding("question_mark,f1", "cancel", "Close", show=False),
        Binding("escape", "cancel", "Close"),
        Binding("ctrl+g", "cancel", "Close", show=False),
        Binding("j", "scroll('down')", "Down", show=False),
        Binding("k", "scroll('up')", "Up", show=False),
    ]

    def __init__(self, heading: str, pane_help: str, keys: Sequence[HelpKey]) -> None:
        super().__init__(heading)
        self._meaning, self._more = _meaning_and_more(pane_help)
        self._keys = _joined(keys)

    def compose_body(self) -> Iterable[Widget]:
        with VerticalScroll(id="scroll"):
            yield Static(paragraphs(self._meaning), id="meaning")
            yield Static(paragraphs(self._more), id="more")
            with Horizontal(id="columns"):
                for _ in range(_MAX_COLUMNS):
                    yield Static(classes="column")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return bool(self._more) if action == "more" else True

    def action_more(self) -> None:
        """Show what the pane is like in biology and what it is there for, or hide it again."""
        more = self.query_one("#more")
        more.display = not more.display
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def action_glossary(self) -> None:
        """Open the glossary over the help."""
        # Imported here, since it is rarely needed.
        from tui.screens.dialogs.glossary import Glossary

        self.app.push_screen(Glossary())

    def on_resize(self, event: Resize) -> None:
        width = min(event.size.width, _MAX_BOX_WIDTH) - _BOX_MARGIN
        n_groups = len({key.group for key in self._keys})
        n_columns = max(1, min(_MAX_COLUMNS, width // _COLUMN_WIDTH, n_groups))
        columns = in_columns(self._keys, n_columns, width // n_columns - _GAP)
        for index, widget in enumerate(self.query(".column").results(Static)):
            widget.display = index < len(columns)
            if widget.display:
                widget.update(columns[index])

    def action_scroll(self, where: str) -> None:
        getattr(self.query_one(VerticalScroll), f"scroll_{where}")()


def _meaning_and_more(pane_help: str) -> tuple[str, str]:
    """The paragraphs up to the first one without a heading, and those after it."""
    texts = pane_help.split("\n\n")
    n_first = next((n for n, text in enumerate(texts, start=1) if "\n" not in text), len(texts))
    return "\n\n".join(texts[:n_first]), "\n\n".join(texts[n_first:])


def _joined(keys: Sequence[HelpKey]) -> tuple[HelpKey, ...]:
    """One row for each action, with all its keys."""
    found: dict[tuple[str, str, str], dict[str, None]] = {}
    for group, names, label, detail in keys:
        found.setdefault((group, label, detail), {})[names] = None
    return tuple(
        HelpKey(group, " ".join(names), label, detail)
        for (group, label, detail), names in found.items()
    )


def in_columns(keys: Sequence[HelpKey], n_columns: int, width: int) -> list[Content]:
    """Return the groups of keys in at most `n_columns` columns, balanced in height."""
    groups = [
        _group_rows(group, list(rows), width)
        for group, rows in groupby(keys, lambda key: key.group)
    ]
    n_columns = min(n_columns, len(groups))
    divisions = [
        [list(chain(*groups[start:stop])) for start, stop in pairwise((0, *stops, len(groups)))]
        for stops in combinations(range(1, len(groups)), max(0, n_columns - 1))
    ]
    return [
        Content("\n").join(lines)
        for lines in min(divisions, key=lambda columns: max(map(len, columns)))
    ]


def _group_rows(group: str, keys: Sequence[HelpKey], width: int) -> list[Content]:
    """The rows of one group: an empty line, its name, and for each key what it does."""
    margin = max(plain(key.keys).cell_length for key in keys) + 2
    lines = [Content(""), plain(group).stylize("bold $text-primary")]
    for key in keys:
        first = plain(key.keys).stylize("bold $text-accent")
        for words in _wrapped(key, max(_MIN_TEXT_WIDTH, width - margin)):
            lines.append(first.pad_right(margin - first.cell_length) + words)
            first = Content("")
    return lines


def _wrapped(key: HelpKey, width: int) -> list[Content]:
    """The label and, muted, the detail: on one line where both fit."""
    labels = [plain(line) for line in textwrap.wrap(key.label, width)]
    details = [plain(line).stylize("dim") for line in textwrap.wrap(key.detail, width)]
    if len(labels) == len(details) == 1:
        both = Content("  ").join(labels + details)
        if both.cell_length <= width:
            return [both]
    return labels + details

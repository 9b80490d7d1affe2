"""Asks for one line of text, checking it as it is typed.

Paths are completed as in a shell.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, Static

from engine.nn.activation_table import ACTIVATIONS
from engine.nn.parsing import parse_activations
from engine.text import printable
from tui.files.source import path_of
from tui.screens.dialogs.dialog import Dialog, Entry, Hints, plain

_MAX_ENTRIES = 10_000
"""How many entries of a folder are read at most; the screen waits meanwhile."""

_MAX_CANDIDATES = 12

_LAST_NAME = re.compile(r"[a-z0-9_]*$")
_MAX_EXAMPLE_LENGTH = 4


def complete_path(text: str) -> tuple[str, list[str]]:
    """Return `text` completed as far as it is unambiguous, and the names that match.

    Folders end in a slash. Hidden files are offered once the dot is typed. A name with control
    characters is never offered. A leading ~ is the home folder.
    """
    folder, start = os.path.split(text)
    if start in ("~", ".", ".."):
        return text + "/", [start + "/"]
    names = _names(path_of(folder or "."), start)
    if not names:
        return text, []
    completed = folder + "/" if folder and not folder.endswith("/") else folder
    return completed + _common_prefix(names), names


def _common_prefix(names: list[str]) -> str:
    """The common prefix of sorted names, which is that of the first and the last."""
    first, last = names[0], names[-1]
    differing = (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b)
    return first[: next(differing, min(len(first), len(last)))]


def _names(folder: Path, start: str) -> list[str]:
    names = []
    try:
        with os.scandir(folder) as entries:
            for entry in islice(entries, _MAX_ENTRIES):
                name = entry.name
                hidden = name.startswith(".") and not start.startswith(".")
                if name.startswith(start) and not hidden and name == printable(name):
                    names.append(name + "/" if entry.is_dir() else name)
    except OSError:
        return []
    return sorted(names)


class Prompt(Dialog[str]):
    """One line of text; the result has no blanks around it.

    check: returns what is wrong with a text, in one line, or None. hint: shown below the line while
    nothing is wrong; up and down scroll it if it is long. wrong: what turned out to be wrong with
    `value`, shown until it is changed. complete: what Tab does: returns the completed text and the
    names that match; with complete_paths it completes file paths.
    """

    DEFAULT_CSS = """
    Prompt {
        #words {
            height: auto;
            min-height: 1;
            max-height: 7;
            margin: 0 0 0 1;
        }
        #message {
            margin: 0 1 0 0;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "Accept", priority=True),
        Binding("tab", "complete", "Complete"),
        # The text line binds these keys too, and does nothing with them.
        Binding("down", "read(1)", "Read on", priority=True, key_display="↑ ↓"),
        Binding("up", "read(-1)", "Read back", priority=True, show=False),
    ]

    def __init__(
        self,
        title: str,
        *,
        value: str = "",
        hint: str = "",
        wrong: str = "",
        check: Callable[[str], str | None],
        placeholder: str = "",
        complete: Callable[[str], tuple[str, list[str]]] | None = None,
        complete_paths: bool = False,
    ) -> None:
        super().__init__(title)
        self._value = value
        self._hint = hint
        self._wrong = wrong
        self._check = check
        self._placeholder = placeholder
        self._complete = complete_path if complete_paths else complete

    def compose_body(self) -> Iterable[Widget]:
        yield Entry(self._value, placeholder=self._placeholder)
        with VerticalScroll(id="words", can_focus=False):
            yield Static(plain(self._hint), id="message", classes="muted")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "read":
            return self.query_one("#words").show_vertical_scrollbar
        return self._complete is not None if action == "complete" else True

    def on_mount(self) -> None:
        words = self.query_one("#words")
        self.watch(words, "show_vertical_scrollbar", self._write_keys, init=False)

    def _write_keys(self) -> None:
        """Update the keys shown, now that the message does or does not have to scroll."""
        self.refresh_bindings()
        self.query_one(Hints).write()

    @property
    def _text(self) -> str:
        return self.query_one(Entry).value.strip()

    @on(Input.Changed)
    def _judge(self) -> None:
        wrong = self._check(self._text)
        if self._wrong and self._text == self._value:
            wrong = self._wrong
        self._say(wrong or self._hint, wrong=wrong is not None)

    def _say(self, text: str, *, wrong: bool = False) -> None:
        message = self.query_one("#message", Static)
        message.update(plain(text))
        message.set_class(wrong, "wrong").set_class(not wrong, "muted")
        self.query_one("#words").scroll_home(animate=False)

    def action_read(self, lines: int) -> None:
        self.query_one("#words").scroll_relative(y=lines, animate=False)

    def action_accept(self) -> None:
        wrong = self._check(self._text)
        if wrong is None:
            self.dismiss(self._text)
        else:
            self._say(wrong, wrong=True)
            self.app.bell()

    def action_complete(self) -> None:
        if self._complete is None:
            return
        entry = self.query_one(Entry)
        completed, candidates = self._complete(entry.value)
        if completed != entry.value:
            with self.prevent(Input.Changed):
                entry.value = completed
            entry.cursor_position = len(completed)
            self._judge()
        if len(candidates) > 1:
            more = len(candidates) - _MAX_CANDIDATES
            names = candidates[:_MAX_CANDIDATES] + [f"… and {more} more"] * (more > 0)
            self._say("  ".join(names))
        elif not candidates:
            what = "file or folder" if self._complete is complete_path else "name"
            self._say(f"no {what} begins like this", wrong=True)


class AskActivations(Prompt):
    """One line with an activation for each layer; Tab completes the name that is being typed."""

    def __init__(self, source_name: str, n_layers: int) -> None:
        example = ["relu"] * min(n_layers - 1, _MAX_EXAMPLE_LENGTH)
        layers = "the layer" if n_layers == 1 else f"each of the {n_layers} layers"
        super().__init__(
            f"Activations of {source_name}",
            hint=f"the file has none; type one for {layers}: {', '.join(ACTIVATIONS)}",
            check=lambda text: _wrong(text, n_layers),
            placeholder=",".join([*example, "identity"]),
            complete=_completed,
        )


class AskOrder(Prompt):
    """One line with the layers in their order; names: them in an order that fits."""

    def __init__(self, source_name: str, names: Sequence[str]) -> None:
        def wrong(text: str) -> str | None:
            given = [name.strip() for name in text.split(",")]
            return None if sorted(given) == sorted(names) else "each of the layers once"

        super().__init__(
            f"Order of the layers of {source_name}",
            value=",".join(names),
            hint="its names and shapes leave the order open; type it, from the inputs on",
            check=wrong,
        )


def _wrong(text: str, n_layers: int) -> str | None:
    layers = "one" if n_layers == 1 else f"{n_layers}, one for each layer"
    if not text:
        return f"type {layers}, with commas between"
    try:
        count = len(parse_activations(text))
    except ValueError as error:
        return str(error)
    return None if count == n_layers else f"{count} of {layers}"


def _completed(text: str) -> tuple[str, list[str]]:
    """The text with its last name completed while unambiguous, and the names that match."""
    match = _LAST_NAME.search(text)
    start = match[0] if match else ""
    names = [name for name in ACTIVATIONS if name.startswith(start)]
    if not names:
        return text, []
    first, last = min(names), max(names)
    length = next(
        (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b),
        min(len(first), len(last)),
    )
    return text[: len(text) - len(start)] + first[:length], names

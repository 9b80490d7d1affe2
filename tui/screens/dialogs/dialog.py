"""A small window over the screen that asks for one thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click
from textual.screen import ModalScreen, Screen
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static

from engine.text import printable
from tui.terminal import NO_SHELL, ask_to_stop

Result = TypeVar("Result")

ACTION = "nn_play_action"
"""Marks a piece of text that runs an action of the dialog when it is clicked."""

_WIDTHS = [(0, "-narrow"), (64, "-normal"), (110, "-wide")]
_HEIGHTS = [(0, "-short"), (20, "-tall"), (44, "-high")]


def plain(text: str) -> Content:
    """Return `text` as it stands: brackets are not markup, control characters are made harmless."""
    return Content(printable(text, keep="\n"))


def paragraphs(text: str) -> Content:
    """Return paragraphs separated by an empty line, each with its first line bold if it has two."""
    contents = []
    for paragraph in filter(None, text.split("\n\n")):
        heading, line_break, words = paragraph.partition("\n")
        if line_break:
            contents.append(
                Content.assemble(plain(heading).stylize("bold $text-primary"), "\n", plain(words))
            )
        else:
            contents.append(plain(heading))
    return Content("\n\n").join(contents)


class Entry(Input):
    """One line to type in, one row high; control characters cannot be pasted into it."""

    DEFAULT_CSS = """
    Entry, Entry:focus {
        height: 1;
        padding: 0 1;
        border: none;
        background: $foreground 10%;
        background-tint: transparent;
    }
    Entry:focus {
        background: $primary 25%;
    }
    """

    def __init__(
        self, value: str = "", *, placeholder: str = "", max_length: int = 0, id: str | None = None
    ) -> None:
        super().__init__(
            printable(value),
            placeholder=printable(placeholder),
            restrict=r"[^\x00-\x1f\x7f-\x9f]*",
            max_length=max_length,
            id=id,
        )


class Hints(Static):
    """Shows the keys of a dialog and what they do; each can be clicked."""

    DEFAULT_CSS = """
    Hints {
        dock: bottom;
        width: 1fr;
        height: auto;
        color: $text-muted;
    }
    """

    def on_resize(self) -> None:
        self.write()

    def write(self) -> None:
        """Show the keys that work at present, as many to a line as fit."""
        if not self.is_attached:
            return
        lines = [Content("")]
        for hint in self._hints():
            longer = Content("  ").join([lines[-1], hint]) if lines[-1] else hint
            if longer.cell_length <= self.content_size.width:
                lines[-1] = longer
            else:
                lines.append(hint)
        self.update(Content("\n").join(lines))

    def _hints(self) -> list[Content]:
        shown: dict[str, tuple[str, dict[str, None]]] = {}
        for namespace, binding, _, _ in self.screen.active_bindings.values():
            if namespace is self.screen and binding.show:
                _, keys = shown.setdefault(binding.action, (binding.description, {}))
                keys[self.app.get_key_display(binding)] = None
        hints = []
        for action in sorted(shown, key=lambda action: (action != "accept", action == "cancel")):
            label, keys = shown[action]
            hint = Content.assemble((" ".join(keys), "bold $text-accent"), f" {label}")
            hints.append(hint.stylize(Style.from_meta({ACTION: action})))
        return hints

    async def on_click(self, event: Click) -> None:
        action = event.style.meta.get(ACTION)
        if action is not None and self.screen.is_active:
            await self.app.run_action(action, self.screen)


class ClosesItself(Screen[Result]):
    """A screen that closes only itself, and once; Textual would close whichever is on top.

    It comes last among the bases, since Textual takes styles from the first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+z", "suspend", show=False)]

    def action_suspend(self) -> None:
        """Go back to the shell, whose `fg` returns here; refused where none would."""
        if self.app.is_headless or not ask_to_stop():
            self.app.clear_notifications()
            self.notify(NO_SHELL, severity="warning", timeout=6, markup=False)

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close with a result; do nothing if this screen is already closed or covered."""
        if self.is_active:
            return super().dismiss(result)
        # Textual leaves it without types.
        return AwaitComplete.nothing()  # type: ignore[no-any-return, no-untyped-call]


def is_laid_out(options: OptionList) -> bool:
    """Return whether a list shows any lines: without them Textual's page keys raise KeyError."""
    return bool(options.scrollable_content_region)


class Dialog(ModalScreen[Result | None], ClosesItself[Result | None]):
    """A titled box in the middle of the screen; its result is None when it is cancelled.

    Its keys stand in the row at the bottom.
    """

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        & > #box {
            width: 76;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            padding: 1 1 0 1;
            background: $surface;
            border: round $primary;
            border-title-color: $foreground;
            border-title-style: bold;
        }
        Hints {
            margin: 1 1 0 1;
        }
        &.-short, &.-narrow {
            & > #box {
                padding: 0;
            }
            Hints {
                margin: 0 1;
            }
        }
        .wrong {
            color: $text-error;
        }
        .muted {
            color: $text-muted;
        }
        VerticalScroll, Choices {
            scrollbar-size-vertical: 1;
            scrollbar-background: $surface;
            scrollbar-background-hover: $surface;
            scrollbar-background-active: $surface;
            scrollbar-color: $foreground 20%;
        }
    }
    """

    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS

    # A plain Escape is slow on terminals that cannot tell it from the start of another key.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel"),
        Binding("ctrl+g", "cancel", "Cancel"),
    ]

    def __init__(self, heading: str) -> None:
        super().__init__()
        self._heading = Content(printable(heading)) if heading else None

    def compose(self) -> ComposeResult:
        with Vertical(id="box") as box:
            box.border_title = self._heading
            yield from self.compose_body()
            yield Hints()

    def compose_body(self) -> Iterable[Widget]:
        """Yield what stands between the title and the keys."""
        return ()

    def close_with(self, choose: Callable[[], Result]) -> None:
        """Close with what `choose` returns; where it raises ValueError, ring the bell and stay."""
        try:
            chosen = choose()
        except ValueError:
            self.app.bell()
        else:
            self.dismiss(chosen)

    def action_cancel(self) -> None:
        self.dismiss(None)

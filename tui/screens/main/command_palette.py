"""The command palette, which offers every command of the main screen."""

from __future__ import annotations

from functools import partial
from typing import Any

from textual import on
from textual.app import App
from textual.binding import Binding
from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Matcher, Provider
from textual.content import Content
from textual.markup import escape
from textual.widgets import Input

from tui.screens.dialogs.dialog import ClosesItself, is_laid_out
from tui.screens.main.command import GROUPS, Command, bindings_of
from tui.screens.main.screen import COMMANDS, MainScreen


class Palette(CommandPalette, ClosesItself[None]):
    """Textual's command palette, safe to use while it opens and closes.

    It has no id, unlike the one that Textual opens: an earlier one may still be closing.
    """

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "command_list" or is_laid_out(self.query_one(CommandList))

    @on(Input.Changed)
    def _ignore_typing_when_closed(self, event: Input.Changed) -> None:
        if not self.is_active:
            event.prevent_default()


def open_palette(
    app: App[Any],
    providers: set[type[Provider]] | None = None,
    placeholder: str = "Search for commands…",
) -> None:
    """Open the palette on all commands, or on those of `providers`, unless one is open."""
    if not any(isinstance(screen, Palette) for screen in app.screen_stack):
        app.push_screen(Palette(providers, placeholder=placeholder))


class MainCommands(Provider):
    """Offers every command of the main screen, with or without a key, in the order of the help."""

    def _commands(self) -> list[Command]:
        if not isinstance(self.screen, MainScreen):
            return []
        allows = self.screen.lessons.allows
        named = [command for command in COMMANDS if command.label and allows(command)]
        return sorted(named, key=lambda command: GROUPS.index(command.group))

    async def _run(self, command: Command) -> None:
        """Run a command, unless the screen has been closed meanwhile."""
        screen = self.screen
        if isinstance(screen, MainScreen) and screen.is_attached and screen.is_active:
            screen.run_command(command)

    def _keys(self, command: Command) -> str:
        bindings = Binding.make_bindings(bindings_of([command]))
        return " ".join(dict.fromkeys(map(self.app.get_key_display, bindings)))

    async def discover(self) -> Hits:
        for command in self._commands():
            yield DiscoveryHit(
                _display(Content(command.label), self._keys(command)),
                partial(self._run, command),
                text=command.label,
                help=_explanation(command),
            )

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in self._commands():
            # A fuzzy search of whole sentences may take minutes.
            is_in_help = query.casefold() in command.help.casefold()
            score = max(matcher.match(command.label), is_in_help / 2)
            if score > 0:
                yield Hit(
                    score,
                    _display(self._highlighted(matcher, command.label), self._keys(command)),
                    partial(self._run, command),
                    text=command.label,
                    help=_explanation(command),
                )

    def _highlighted(self, matcher: Matcher, label: str) -> Content:
        """The label with the matching characters styled; the matcher would read it as markup."""
        content = Content(label)
        _, offsets = matcher.fuzzy_search.match(matcher.query, label)
        for offset in offsets:
            content = content.stylize(self.match_style or "", offset, offset + 1)
        return content


def _display(label: Content, keys: str) -> Content:
    return Content.assemble(label, "   ", (keys, "not bold $text-accent")) if keys else label


def _explanation(command: Command) -> str:
    group = command.group.description
    return escape(f"{group} · {command.help}" if command.help else group)

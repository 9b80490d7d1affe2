"""Puts every key of the screen into the command palette, without naming any of them again."""

from __future__ import annotations

from typing import Any, NamedTuple

from textual import on
from textual.app import App
from textual.binding import Binding
from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Matcher, Provider
from textual.content import Content
from textual.dom import DOMNode
from textual.markup import escape
from textual.widgets import Input

from tui.screens.dialogs.dialog import ClosesItself, is_laid_out


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


class _Command(NamedTuple):
    label: str
    detail: str
    keys: str
    action: str
    namespace: DOMNode

    async def run(self) -> None:
        """Run the action, unless the screen it was offered for has been closed meanwhile."""
        if self.namespace.is_attached and self.namespace.screen.is_active:
            await self.namespace.app.run_action(self.action, self.namespace)


class BindingCommands(Provider):
    """Offers every action of the active screen that has a key and a label or tooltip.

    Keys with the same label and tooltip are one command, with the action of the first. Keys bound
    by Textual's own widgets (the cursor of a text line, scrolling) are left out.
    """

    def _commands(self) -> list[_Command]:
        found: dict[tuple[DOMNode, str, str], list[Binding]] = {}
        for namespace, binding, enabled, _ in self.screen.active_bindings.values():
            words = (binding.description or binding.tooltip).strip()
            own = not binding.system and not _is_textuals_own(namespace, binding.action)
            if enabled and words and own:
                detail = binding.tooltip if binding.description else ""
                found.setdefault((namespace, words, detail), []).append(binding)
        return [
            _Command(
                label=label,
                detail=detail,
                keys=" ".join(dict.fromkeys(map(self.app.get_key_display, bindings))),
                action=bindings[0].action,
                namespace=namespace,
            )
            for (namespace, label, detail), bindings in found.items()
        ]

    async def discover(self) -> Hits:
        for command in self._commands():
            yield DiscoveryHit(
                _display(Content(command.label), command.keys),
                command.run,
                text=command.label,
                help=escape(command.detail),
            )

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in self._commands():
            score = max(matcher.match(command.label), matcher.match(command.detail) / 2)
            if score > 0:
                yield Hit(
                    score,
                    _display(self._highlighted(matcher, command.label), command.keys),
                    command.run,
                    text=command.label,
                    help=escape(command.detail),
                )

    def _highlighted(self, matcher: Matcher, label: str) -> Content:
        """The label with the matching characters styled; the matcher would read it as markup."""
        content = Content(label)
        _, offsets = matcher.fuzzy_search.match(matcher.query, label)
        for offset in offsets:
            content = content.stylize(self.match_style or "", offset, offset + 1)
        return content


def _display(label: Content, keys: str) -> Content:
    return Content.assemble(label, ("   ", ""), (keys, "not bold $text-accent"))


def _is_textuals_own(namespace: DOMNode, action: str) -> bool:
    """Whether Textual binds a key to the action: in one of its classes, or at run time."""
    for binder in type(namespace).__mro__:
        bindings = Binding.make_bindings(binder.__dict__.get("BINDINGS", ()))
        if any(binding.action == action for binding in bindings):
            return binder.__module__.partition(".")[0] == "textual"
    return True

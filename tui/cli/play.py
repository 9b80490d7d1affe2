"""`nn-play [SOURCE]`: open the playground."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

import click

from tui.cli.options import CommandError, read, source_argument, source_options
from tui.files.options import SourceOptions
from tui.terminal import escaped, missing_terminal

if TYPE_CHECKING:
    from engine.session.session import Session
    from tui.files.lesson_source import Course
    from tui.files.source import Source


class Opening(NamedTuple):
    """What a command opens in the playground.

    load: reads it after the first frame is painted; raises CommandError if it cannot be read.
    course: what of the course opens with it, or None.
    """

    load: Callable[[], tuple[Session, Source | None]]
    course: Course | None = None


class _Play(click.Command):
    """The command without a name; its help is the program's."""

    def get_help(self, ctx: click.Context) -> str:
        return ctx.parent.get_help() if ctx.parent else super().get_help(ctx)


@click.command(cls=_Play, context_settings={"allow_extra_args": True})
@source_argument(required=False)
@source_options
@click.pass_context
def command(context: click.Context, source: str | None, given: SourceOptions) -> Opening:
    """Open the playground on SOURCE."""
    if context.args:
        _check_not_misspelled(context, source)
        raise click.UsageError(f"one SOURCE is enough, unexpected {context.args[0]!r}")

    def load() -> tuple[Session, Source | None]:
        return _read(context, source, given)

    if missing_terminal():
        load()
        check_terminal("'nn-play run' answers without one")
    return Opening(load)


def _read(context: click.Context, text: str | None, given: SourceOptions) -> tuple[Session, Source]:
    # Imported here, since the first frame is painted before NumPy is needed.
    from engine import examples
    from tui.files.source import STANDARD_INPUT

    _check_not_misspelled(context, text)
    if text == STANDARD_INPUT:
        raise CommandError(
            "standard input: the playground needs it for the keyboard; "
            "give a file, or use 'nn-play run -'"
        )
    return read(examples.DEFAULT if text is None else text, given)


def check_terminal(instead: str) -> None:
    """Raise CommandError if there is no terminal to open the playground on."""
    missing = missing_terminal()
    if missing:
        raise CommandError(f"{missing} is not a terminal, which the playground needs; {instead}")


def _check_not_misspelled(context: click.Context, word: str | None) -> None:
    """Raise CommandError if `word` is not a source but looks like a command or an example."""
    from engine import examples
    from tui.files.source import means_file

    if word is None or means_file(word) or word in examples.ids():
        return
    assert isinstance(context.parent, click.Context)
    group = context.parent.command
    assert isinstance(group, click.Group)
    known = [*group.list_commands(context.parent), *examples.ids()]
    close = get_close_matches(word, known, n=1)
    if close:
        raise CommandError(f"{escaped(word)}: not a command or example; did you mean {close[0]}?")

"""`nn-play export SOURCE DEST`: write a network to a file, whose suffix says the format."""

from __future__ import annotations

from pathlib import Path

import click

from engine.formats import FORMATS, save
from engine.session import Session
from tui.commands import completion
from tui.commands.arguments import CommandError, about, check_writable, read, source_argument
from tui.commands.tables import summary
from tui.terminal import escaped, reason_of, write_lines

_EPILOG = f"""\b
The suffix of DEST says the format; known: {", ".join(FORMATS)}.

\b
Examples:
  nn-play export binary-classifier mine.toml
  nn-play export - net.toml --force
"""


@click.command(epilog=_EPILOG)
@source_argument()
@click.argument("destination", metavar="DEST", shell_complete=completion.files)
@click.option("--force", is_flag=True, help="Write over a file that is there already.")
def command(source: str, destination: str, force: bool) -> None:
    """Write SOURCE to the file DEST."""
    session, _ = read(source)
    write(session, destination, force)


def write(session: Session, destination: str, force: bool) -> None:
    """Save the session and say so; raise CommandError when it cannot be written."""
    path = Path(destination)
    check_writable(path, force)
    try:
        with about(destination):
            save(session, path)
    except OSError as error:
        raise CommandError(f"{escaped(destination)}: {reason_of(error)}") from error
    write_lines([f"wrote {destination}: {summary(session.network)}"])

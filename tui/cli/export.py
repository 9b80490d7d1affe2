"""`nn-play export SOURCE DEST`: write a network to a file; the suffix decides the format."""

from __future__ import annotations

from pathlib import Path

import click

from engine.formats import is_widened, save, writable_suffixes
from engine.session.names import summary
from engine.session.session import Session
from tui.cli import completion
from tui.cli.options import (
    CommandError,
    about,
    check_writable,
    read,
    source_argument,
    source_options,
)
from tui.files.export import PICTURE, code_suffixes, is_code, is_picture, saving_notes, write_code
from tui.files.options import SourceOptions
from tui.terminal import escaped, reason_of, write_lines

_EPILOG = f"""\b
The suffix of DEST decides the format; known: {", ".join(writable_suffixes())};
as code or text: {", ".join(code_suffixes())}.

\b
Examples:
  nn-play export binary-classifier mine.toml
  nn-play export - net.toml --force
"""


@click.command(epilog=_EPILOG)
@source_argument()
@click.argument("destination", metavar="DEST", shell_complete=completion.files)
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@source_options
def command(source: str, destination: str, force: bool, given: SourceOptions) -> None:
    """Write SOURCE to the file DEST."""
    if is_picture(destination):
        raise CommandError(
            f"{escaped(destination)}: a picture of the screen is made in the playground: S, and "
            f"a name that ends in {PICTURE}"
        )
    session, understood = read(source, given)
    if is_code(destination):
        written = write_as_code(session, destination, force)
    else:
        written = write(session, destination, force, understood.dtype)
    write_lines([*written, *(f"note: {note}" for note in understood.notes)])


def write_as_code(session: Session, destination: str, force: bool) -> list[str]:
    """Write the session as code and return the line that reports it; raise CommandError if that
    fails.
    """
    path = Path(destination)
    check_writable(path, force)
    try:
        with about(destination):
            title = write_code(session, path)
    except OSError as error:
        raise CommandError(f"{escaped(destination)}: {reason_of(error)}") from error
    return [f"wrote {destination}: {title}"]


def write(session: Session, destination: str, force: bool, dtype: str = "float64") -> list[str]:
    """Save the session and return the lines that report it; raise CommandError if that fails.

    dtype: that of the file the session was read from.
    """
    path = Path(destination)
    check_writable(path, force)
    try:
        with about(destination):
            notes = saving_notes(session, path, dtype)
            save(session, path, "float64" if is_widened(session, path, dtype) else dtype)
    except OSError as error:
        raise CommandError(f"{escaped(destination)}: {reason_of(error)}") from error
    report = f"wrote {destination}: {summary(session.network)}"
    return [report, *(f"note: {note}" for note in notes)]

"""`nn-play recover [ID]`: unsaved work of playgrounds that were stopped, without a screen."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from engine.formats import FORMATS, save, writable_suffixes
from engine.formats.toml import write_toml
from tui.cli.options import CommandError
from tui.files.source import path_of
from tui.files.unsaved import UnsavedWork, open_unsaved, remove_unsaved, unsaved_work
from tui.terminal import escaped, reason_of, shortened, width, write_lines

_EPILOG = """\b
Without ID the unsaved work is listed, the newest first. With an ID of the list it is
printed as TOML and stays; with -o FILE it is written to a file, and is no longer
unsaved work. What is older than 30 days is removed.

\b
Examples:
  nn-play recover
  nn-play recover --list --json
"""


@click.command(epilog=_EPILOG)
@click.argument("work", metavar="[ID]", required=False)
@click.option("--list", "is_list", is_flag=True, help="List the unsaved work; so does no ID.")
@click.option("--json", "as_json", is_flag=True, help="List it as JSON: a list of objects.")
@click.option(
    "-o", "--output", metavar="FILE", help=f"Write it to FILE ({', '.join(writable_suffixes())})."
)
def command(work: str | None, is_list: bool, as_json: bool, output: str | None) -> None:
    """List the unsaved work of playgrounds that were stopped, or write one of them."""
    found = unsaved_work()
    if work is None or is_list:
        if output is not None:
            raise CommandError("-o needs the ID of what to write; 'nn-play recover' lists them")
        write_lines([json.dumps([_row(one) for one in found])] if as_json else _table(found))
        return
    if as_json:
        raise CommandError("--json is for the list; an ID is written as TOML or to the -o FILE")
    _write(_wanted(found, work), output)


def _wanted(found: list[UnsavedWork], id: str) -> UnsavedWork:
    for one in found:
        if one.id == id:
            return one
    raise CommandError(
        f"there is no unsaved work {escaped(id)[:60]!r}; 'nn-play recover' lists what there is"
    )


def _write(work: UnsavedWork, output: str | None) -> None:
    try:
        session = open_unsaved(work)
        if output is None:
            write_lines(write_toml(session).splitlines())
            return
        path = path_of(output)
        if path.suffix.lower() not in FORMATS:
            raise ValueError(f"the name must end in {', '.join(writable_suffixes())}")
        save(session, path)
    except OSError as error:
        raise CommandError(f"{escaped(output or work.id)}: {reason_of(error)}") from error
    except ValueError as error:
        raise CommandError(f"{escaped(output or work.id)}: {error}") from error
    remove_unsaved(work)
    write_lines([f"wrote {escaped(str(path))}"])


def _row(work: UnsavedWork) -> dict[str, object]:
    about = work.description
    return {
        "id": work.id,
        "time": work.time.isoformat(timespec="seconds"),
        "title": about.title,
        "sizes": about.sizes,
        "epochs": about.epochs,
        "origin": about.origin,
        "file": str(work.path),
    }


def _table(found: list[UnsavedWork]) -> Iterator[str]:
    if not found:
        yield "there is no unsaved work"
        return
    id_width = max(len(one.id) for one in found)
    for one in found:
        about = one.description
        epochs = f", {about.epochs:,} epochs" if about.epochs else ""
        title = escaped(about.title) or "without a title"
        line = f"{one.id:{id_width}}  {one.time:%Y-%m-%d %H:%M}  {title}, {about.sizes}{epochs}"
        yield shortened(line, width())
    yield ""
    yield "nn-play recover ID > network.toml writes one; the playground opens it with ctrl+o"

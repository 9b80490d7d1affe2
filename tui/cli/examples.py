"""`nn-play examples`: the built-in networks."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator

import click

from engine import examples
from engine.session.names import sizes_text
from tui.terminal import width, write_lines

_EPILOG = """\b
Examples:
  nn-play examples
  nn-play examples --json
"""


@click.command(epilog=_EPILOG)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of objects.")
def command(as_json: bool) -> None:
    """List the built-in networks: id, title, note, sizes."""
    if as_json:
        listed = [
            {
                "id": name,
                "title": session.title,
                "note": session.note,
                "sizes": session.network.sizes,
            }
            for name in examples.ids()
            for session in [examples.load(name)]
        ]
        write_lines([json.dumps(listed)])
    else:
        write_lines(_list())


def _list() -> Iterator[str]:
    names = examples.ids()
    longest = max(map(len, names))
    for place, name in enumerate(names):
        session = examples.load(name)
        if place:
            yield ""
        yield f"{name:<{longest}}  {session.title}  ({sizes_text(session.network)})"
        for paragraph in (session.note or "").splitlines():
            yield from textwrap.wrap(
                paragraph, width(), initial_indent="    ", subsequent_indent="    "
            )

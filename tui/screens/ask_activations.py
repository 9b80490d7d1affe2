"""Asks for the activations of a file that has none."""

from __future__ import annotations

import re

from engine.activations import ACTIVATIONS
from engine.parsing import parse_activations
from tui.screens.prompt import Prompt

_LAST_NAME = re.compile(r"[a-z0-9_]*$")
_LONGEST_EXAMPLE = 4


class AskActivations(Prompt):
    """One line with an activation for each layer; Tab completes the name that is being typed."""

    def __init__(self, source_name: str, n_layers: int) -> None:
        example = ["relu"] * min(n_layers - 1, _LONGEST_EXAMPLE)
        layers = "the layer" if n_layers == 1 else f"each of the {n_layers} layers"
        super().__init__(
            f"Activations of {source_name}",
            hint=f"the file has none; type one for {layers}: {', '.join(ACTIVATIONS)}",
            check=lambda text: _wrong(text, n_layers),
            placeholder=",".join([*example, "identity"]),
            complete=_completed,
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
    """The text with its last name as far as that is clear, and the names that it may become."""
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

"""Runs `nn-play` in this process and reads its output."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tui.cli import main


class Result(NamedTuple):
    """The result of one call of the command."""

    status: int
    output: str
    error: str

    @property
    def json(self) -> Any:
        return json.loads(self.output)

    @property
    def lines(self) -> list[str]:
        return self.output.splitlines()


Command = Callable[..., Result]

POINT = b"""
inputs = [[1, 2]]
targets = [[3]]
[[layers]]
activation = "identity"
weights = [[0.5, -1]]
bias = [0.25]
"""
"""A neuron with one sample, as TOML for standard input."""


def command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Command:
    """Return a function that runs `nn-play` with its arguments, and `stdin` on standard input.

    The test is put into its own empty folder, so that files are named as a person would.
    """
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        capsys.readouterr()
        status = main(arguments)
        return Result(status, *capsys.readouterr())

    return run


def failure(result: Result) -> str:
    """Return the message of a failed call, which must be a single line."""
    assert result.status == 2
    assert result.output == ""
    assert result.error.startswith("nn-play: error: ")
    assert result.error.endswith("\n")
    line = result.error.removesuffix("\n")
    assert line.isprintable()
    return line.removeprefix("nn-play: error: ")

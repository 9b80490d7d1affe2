"""Running a generated script, and what it prints."""

from __future__ import annotations

import ast
import contextlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine.nn.arrays import FloatArray

STAND_INS = Path(__file__).parent / "stand_ins"
FRAMEWORKS = ("torch", "keras", "sklearn")


@contextlib.contextmanager
def stand_ins() -> Iterator[None]:
    """Small stand-ins for the frameworks, which need not be installed for the tests."""
    away = {name: sys.modules.pop(name) for name in [*sys.modules] if _is_framework(name)}
    sys.path.insert(0, str(STAND_INS))
    try:
        yield
    finally:
        sys.path.remove(str(STAND_INS))
        for name in [*sys.modules]:
            if _is_framework(name):
                del sys.modules[name]
        sys.modules.update(away)


def run(script: str) -> dict[str, Any]:
    """Run the script; its names, with the text that it printed as "printed"."""
    names: dict[str, Any] = {"__name__": "script"}
    printed = io.StringIO()
    with stand_ins(), contextlib.redirect_stdout(printed):
        exec(compile(script.encode(), "script.py", "exec"), names)
    return {**names, "printed": printed.getvalue()}


def printed_outputs(printed: str) -> FloatArray:
    """The rows that the script printed, (n_samples, n_outputs)."""
    return np.array([ast.literal_eval(line) for line in printed.splitlines()])


def _is_framework(name: str) -> bool:
    return name.partition(".")[0] in FRAMEWORKS

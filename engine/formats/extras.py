"""The optional packages that some formats need."""

from __future__ import annotations

import importlib.util


def check_installed(kind: str, extra: str, *packages: str) -> None:
    """Raise ValueError, saying what to install, unless all packages are there.

    Parameters
    ----------
    kind
        What needs them, as in "ONNX files".
    extra
        The extra of this project that brings them.
    *packages
        The names that are imported.

    Raises
    ------
    ValueError
        When one is missing.
    """
    try:
        found = all(map(importlib.util.find_spec, packages))
    except ModuleNotFoundError:
        found = False
    if not found:
        raise ValueError(
            f"{kind} need one more package; install it with: pip install 'nn-play[{extra}]'"
        )

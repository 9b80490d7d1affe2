"""The folder in which the program remembers things between its starts."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_state_path


def state_folder() -> Path:
    """Return the folder; it need not exist yet."""
    return user_state_path("nn-play")

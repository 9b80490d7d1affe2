"""The settings kept between starts: theme, tips, views."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from platformdirs import user_config_path

from tui.files.state_folder import from_json, own_folder, read_kept, state_folder

_MAX_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Settings:
    """The saved settings; views: None for the ones that open by default."""

    theme: str = ""
    tips_shown: bool = True
    views: tuple[str, ...] | None = None


def settings_path() -> Path:
    """Return the path of the settings file."""
    return state_folder() / "settings.json"


def _earlier_path() -> Path:
    """Where earlier versions kept it; it is read until there is one in its new place."""
    return own_folder(user_config_path) / "settings.json"


def load_settings() -> Settings:
    """Return the saved settings, with defaults for what is missing or invalid."""
    path = settings_path()
    return (
        read_kept(path, _MAX_BYTES, _parse)
        or (None if os.path.exists(path) else read_kept(_earlier_path(), _MAX_BYTES, _parse))
        or Settings()
    )


def _parse(data: bytes) -> Settings:
    found = from_json(data)
    if not isinstance(found, dict):
        raise ValueError("holds no settings")
    theme, tips_shown, views = (found.get(key) for key in ("theme", "tips_shown", "views"))
    first = Settings()
    return Settings(
        theme if isinstance(theme, str) else first.theme,
        tips_shown if isinstance(tips_shown, bool) else first.tips_shown,
        tuple(map(str, views)) if isinstance(views, list) and len(views) > 1 else first.views,
    )


def save_settings(settings: Settings) -> None:
    """Save the settings; if they cannot be written, the next start has the defaults."""
    # Imported here: the theme is needed before the first frame, but the engine is not.
    from engine.files import write_atomically

    path = settings_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps(asdict(settings), indent=1).encode())
    except (OSError, ValueError):
        return

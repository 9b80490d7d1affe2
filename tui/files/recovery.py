"""Saves a session that would be lost when the playground crashes."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from shlex import quote
from tempfile import gettempdir

from platformdirs import user_state_path

from engine import Session, save
from tui.terminal import escaped


def recover(session: Session) -> str:
    """Write the session to a recovery file and return a line that says where.

    It goes to the user's state folder, or to the temporary folder if that is not writable.
    """
    # Several playgrounds may be stopped in the same second.
    name = f"recovered-{datetime.now():%Y-%m-%d-%H%M%S}-{os.getpid()}.toml"
    reason = ""
    for folder in (user_state_path("nn-play"), Path(gettempdir())):
        path = folder / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            save(session, path)
        except (OSError, ValueError) as error:
            reason = str(error)
        else:
            place = escaped(str(path))
            command = f"nn-play {escaped(quote(str(path)))}"
            return f"nn-play: your network was kept in {place}\nOpen it with: {command}"
    return f"nn-play: your network could not be kept: {escaped(reason)}"

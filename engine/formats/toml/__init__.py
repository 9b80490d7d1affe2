"""The project's own format: a session as TOML."""

from __future__ import annotations

from engine.session.session import Session

MAX_BYTES = 32_000_000
"""About 1.6 million weights with all digits: larger networks belong in a binary format."""

# Imports are deferred until needed, which keeps the start fast.


def read_toml(data: bytes) -> Session:
    """Return the session that the bytes of a TOML file describe.

    Parameters
    ----------
    data
        The bytes of the file.

    Returns
    -------
    Session

    Raises
    ------
    ValueError
        In one line that names the place counted from 1, such as "layers[2].weights[1][3]: expected
        a number, got a boolean".
    """
    from engine.formats.toml.parser import parse
    from engine.formats.toml.reader import session_of

    if len(data) > MAX_BYTES:
        raise ValueError(f"more than {MAX_BYTES / 1e6:,.0f} MB, the most for such a file")
    return session_of(parse(data))


def write_toml(session: Session) -> str:
    """Return the session as TOML, which reads back as the same session to the last bit.

    Control characters are dropped from titles and names.

    Parameters
    ----------
    session
        The network with its samples, targets and names.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        When something is too long or too large to be read back.
    """
    from engine.formats.toml.writer import toml_of

    return toml_of(session)

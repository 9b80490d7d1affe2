"""One environment for every test, whoever runs them."""

import gc
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

_SNAPSHOTS = "TEXTUAL_SNAPSHOT_TEMPDIR"
"""Where the worker processes leave what the snapshot report is made of."""

# Before anything imports NumPy or builds an app. The worker processes of pytest inherit it.
for _name in set(os.environ) - {_SNAPSHOTS}:
    if _name.startswith("TEXTUAL") or _name in {
        "NO_COLOR",
        "FORCE_COLOR",
        "TERM_PROGRAM",
        "COLUMNS",
        "LINES",
    }:
        del os.environ[_name]
# A scroll that is animated takes a fifth of a second, in which a test can only wait.
os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "TEXTUAL_ANIMATIONS": "none"}
# Two BLAS threads are slower than one when the other core is busy.
os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

# No test has to survive a power cut, and each file would wait 10 ms for the disk.
os.fsync = lambda fd: None

# All tests and what they import stay to the end: looking through them for garbage time and again
# takes a tenth of the time.
gc.set_threshold(20_000)


def pytest_collection_finish() -> None:
    gc.freeze()


# A deadline asserts a time, and a busy machine breaks it.
# Whoever changes the code searches on with every run; a check of what is handed in is repeatable.
settings.register_profile("nn-play", deadline=None, derandomize="CI" in os.environ)
settings.register_profile("soak", deadline=None, print_blob=True)
settings.load_profile("nn-play")


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the homes of all tests."""
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def own_home(homes: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new home folder: no test reads or writes the settings and files of whoever runs it."""
    # To number them, as pytest does, takes a look at all earlier ones for each.
    home = Path(tempfile.mkdtemp(dir=homes))
    monkeypatch.setenv("HOME", str(home))
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
    (home / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(home / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return home

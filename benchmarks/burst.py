"""Time from many keys sent in one write to their combined result on the screen.

    python -m benchmarks.burst [--json] [--runs N]

A weight is set to 0 and nudged 300 times at once, up and back down; both must end where 300 single
nudges would. The constants below say what is typed and what must be shown.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.keypress import (
    COLUMNS,
    LARGE,
    NN_PLAY,
    READY,
    ROWS,
    SIZE_ACTIVATIONS,
    SIZE_PRELUDE,
    WEIGHT_EXAMPLE,
    WEIGHT_PRELUDE,
)
from benchmarks.keys import encode_key
from benchmarks.measurement import first_start
from benchmarks.pseudo_terminal import Terminal, now
from benchmarks.verdict import verdict

N_KEYS = 300
BURSTS = (("]", r"▸\S+ +(\S+ +)?30 "), ("[", r"▸\S+ +(\S+ +)?0 "))
"""The key pressed 300 times, and a pattern of the row with the resulting weight: first 0 → 30, then
30 → 0.

The weight is the first or the second of its row."""
TO_ZERO = "0 enter"
PATIENCE = 30.0

BAR = 1.0


def times(command: Sequence[str], prelude: str) -> list[float]:
    """Return the seconds that each burst took; raise SystemExit if one gave another result."""
    with first_start() as environment:
        terminal = Terminal(command, COLUMNS, ROWS, os.environ | environment)
        try:
            _wait(terminal, READY)
            for key in f"{prelude} {TO_ZERO}".split():
                terminal.write(encode_key(key))
                terminal.collect(now() + 0.5, 0.2)
            _wait(terminal, BURSTS[-1][1])
            found = []
            for key, shown in BURSTS:
                start = now()
                terminal.write(encode_key(key) * N_KEYS)
                found.append(_wait(terminal, shown) - start)
                terminal.collect(now() + 2.0, 0.5)
            return found
        finally:
            terminal.close()


def _wait(terminal: Terminal, pattern: str) -> float:
    """Return the time at which the screen first showed the pattern."""
    end = now() + PATIENCE
    hit = now() if re.search(pattern, terminal.text()) else None
    while hit is None and now() < end and not terminal.ended:
        terminal.collect(now() + 0.2, 0.02)
        hit = terminal.emulate(lambda: re.search(pattern, terminal.text()) is not None)
    if hit is None:
        raise SystemExit(f"{pattern!r} is not on the screen\n\n{terminal.text().rstrip()}")
    return hit


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.burst")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--runs", type=int, default=5, help="of each network, in turn (5)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{LARGE}.toml"
        made = (*NN_PLAY, "new", LARGE, "--activations", SIZE_ACTIVATIONS, "--seed", "1")
        subprocess.run((*made, "-o", str(path)), check=True)
        programs = {
            WEIGHT_EXAMPLE: ((*NN_PLAY, WEIGHT_EXAMPLE), WEIGHT_PRELUDE),
            LARGE: ((*NN_PLAY, str(path)), SIZE_PRELUDE),
        }
        taken: dict[str, list[float]] = {title: [] for title in programs}
        for _ in range(given.runs):
            for title, (command, prelude) in programs.items():
                taken[title] += times(command, prelude)
    figures = {title: statistics.median(seconds) for title, seconds in taken.items()}
    if given.json:
        printed = {
            title: {"seconds": taken[title], "median": figure, "bar": BAR, "holds": figure <= BAR}
            for title, figure in figures.items()
        }
        print(json.dumps(printed, indent=1))
        return
    print(f"{N_KEYS} nudges in one write to the last number, {COLUMNS}x{ROWS}\n")
    for title, figure in figures.items():
        print(f"{title:<18} {verdict(figure, BAR, 's')}")


if __name__ == "__main__":
    main()

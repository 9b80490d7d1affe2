"""Time from a keypress to its answer on the screen while a network trains at full speed.

    python -m benchmarks.training_keys [--json] [--runs N] [--repeat N]

The circle trains with the map and the loss in view. The constants below say what is typed and what
must change: numbers that training never changes.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

from benchmarks.keypress import COLUMNS, NN_PLAY, ROWS, Contestant
from benchmarks.measurement import Options, summary
from benchmarks.verdict import verdict

NETWORK = ("2-4-2-1", "--activations", "tanh,tanh,sigmoid", "--seed", "1")
DATA = ("--dataset", "circle", "--test", "50", "--epochs", "1")
PRELUDE = "shift+tab 9 shift+tab 0 v tab tab space"
"""The map in the second view, the loss in the first, back to x1, train."""
TRAINS = r"(?s)▶ epoch.*Loss.*Map"
"""On the screen while the network trains with both views."""
READY = r"o1 +-?[\d.]"
KEYS = {
    "the next sample": ("> <", r"regex:sample (\d+)"),
    "an input nudged": ("] [", r"regex:│x1 +(-?[\d.]+)"),
}
WINDOW = 200.0
"""How long to read after each key, in ms: the screen is never silent while it trains, and emulating
it between keys would delay a time stamp."""

BAR = 50.0


def contestants(folder: Path) -> list[Contestant]:
    """Return the keys to measure; `folder` holds the network and the playground's own files."""
    start, path = folder / "start.toml", folder / "circle.toml"
    subprocess.run((*NN_PLAY, "new", *NETWORK, "-o", str(start)), check=True)
    train = (*NN_PLAY, "train", str(start), *DATA, "-o", str(path))
    subprocess.run(train, check=True, capture_output=True)
    return [
        Contestant(
            title,
            (*NN_PLAY, str(path)),
            Options(
                COLUMNS,
                ROWS,
                keys=keys,
                expect=expect,
                prelude=PRELUDE,
                ready=READY,
                quit="",
                quiet=WINDOW,
                timeout=WINDOW,
            ),
            TRAINS,
        )
        for title, (keys, expect) in KEYS.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training_keys")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--runs", type=int, default=3, help="of each, in turn (3)")
    parser.add_argument("--repeat", type=int, default=40, help="rounds of keys in a run (40)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        programs = contestants(Path(folder))
        for _ in range(given.runs):
            for program in programs:
                program.run(given.repeat)
    if given.json:
        printed = {
            program.title: {
                "latency_ms": summary([hit for run in program.runs for hit in run.hits]),
                "bar_ms": BAR,
                "holds": program.hit(99) <= BAR,
            }
            for program in programs
        }
        print(json.dumps(printed, indent=1, ensure_ascii=False))
        return
    print(f"keypress to its answer while training, {COLUMNS}x{ROWS}, {given.runs} runs each, ms\n")
    for program in programs:
        print(f"{program.title:<17} p50 {program.hit(50):>6.2f}   p99 {program.hit(99):>6.2f}")
    print()
    for program in programs:
        print(f"{program.title + ', p99':<22} {verdict(program.hit(99), BAR, 'ms')}")


if __name__ == "__main__":
    main()

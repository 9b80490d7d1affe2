"""Time from a keypress to changed numbers and settled plots, against a trivial Textual app.

    python -m benchmarks.keypress [--json] [--runs N] [--repeat N]

Every program runs several times in turn in a pseudo-terminal. A ratio of medians is taken within
each turn, since the machine may be slower in the next, and the median over the turns is reported;
everything else pools the samples of all runs. The constants below say what is typed and what must
change.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.measurement import Measurement, Options, measure, percentile, summary
from benchmarks.verdict import verdict

COLUMNS, ROWS = 120, 36
NN_PLAY = (sys.executable, "-m", "tui")
TRIVIAL_APP = (sys.executable, str(Path(__file__).with_name("trivial_app.py")))

OUTPUT_NUMBER = r"regex:│[ ▸]?o1 +(-?[\d.][\d.e+-]*) "
"""The number beside o1 in the outputs pane must change."""
READY = r"o1 +-?[\d.]"
FIRST_FRAME = r"nn-play"
NUDGES = "] ["

WEIGHT_EXAMPLE = "binary-classifier"
WEIGHT_PRELUDE = "tab tab right"
"""From x1, where the cursor is on opening, to the weight h2→o1."""
WEIGHT_AIM = "h2→o1"
"""On the screen once the prelude has reached the weight."""

LARGE, SMALL = "784-128-10", "3-3-1"
SIZE_ACTIVATIONS = "tanh,identity"
SIZE_PRELUDE = "} right"
"""x1 from 0 up to 1, so that its weight matters; then to the weight x1→h1."""
SIZE_AIM = "x1→h1"

P50_BAR, P99_BAR = 2.0, 3.0
SETTLED_P50_BAR, SETTLED_P99_BAR = 20.0, 40.0
LARGE_BAR = 1.5


@dataclass
class Contestant:
    """A program, what is typed into it, and the measurements of its runs."""

    title: str
    command: Sequence[str]
    options: Options
    aim: str = ""
    """A pattern that the last screen must show."""
    runs: list[Measurement] = field(default_factory=list)

    def run(self, repeat: int) -> None:
        """Measure once more; SystemExit when keys were lost or the cursor was elsewhere."""
        options = replace(self.options, repeat=repeat, seed=len(self.runs) + 1)
        result = measure(self.command, options)
        problem = result.error or (f"{result.lost} keys without an answer" if result.lost else "")
        if not problem and not re.search(self.aim, result.screen):
            problem = f"{self.aim!r} is not on the screen"
        if problem:
            raise SystemExit(f"{self.title}: {problem}\n\n{result.screen.rstrip()}")
        self.runs.append(result)

    def hit(self, percent: float) -> float:
        """Return a percentile of the latencies of all runs, in ms."""
        return 1e3 * percentile([hit for run in self.runs for hit in run.hits], percent)

    def times(self, other: Contestant) -> float:
        """Return the ratio of median latencies to the other program; the median over the turns."""
        return statistics.median(
            percentile(mine.hits, 50) / percentile(its.hits, 50)
            for mine, its in zip(self.runs, other.runs, strict=True)
        )

    def settled(self, percent: float) -> float:
        """Return the same up to the last byte of output."""
        return 1e3 * percentile([end for run in self.runs for end in run.settles], percent)


def contestants(folder: Path) -> list[Contestant]:
    """Return the programs to compare; `folder` holds their files."""
    trivial = Options(COLUMNS, ROWS, keys="j", expect=r"regex:count (\d+)")
    playground = Options(
        COLUMNS,
        ROWS,
        keys=NUDGES,
        expect=OUTPUT_NUMBER,
        ready=READY,
        quit="",
    )
    result = [
        Contestant("trivial app", TRIVIAL_APP, trivial),
        Contestant(
            f"{WEIGHT_EXAMPLE}, {WEIGHT_AIM}",
            (*NN_PLAY, WEIGHT_EXAMPLE),
            replace(playground, prelude=WEIGHT_PRELUDE),
            WEIGHT_AIM,
        ),
    ]
    for sizes in (SMALL, LARGE):
        path = folder / f"{sizes}.toml"
        made = (*NN_PLAY, "new", sizes, "--activations", SIZE_ACTIVATIONS, "--seed", "1")
        subprocess.run((*made, "-o", str(path)), check=True)
        options = replace(playground, prelude=SIZE_PRELUDE)
        result.append(Contestant(f"{sizes}, {SIZE_AIM}", (*NN_PLAY, str(path)), options, SIZE_AIM))
    return result


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.keypress")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--runs", type=int, default=7, help="of every program, in turn (7)")
    parser.add_argument("--repeat", type=int, default=30, help="rounds of keys in a run (30)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        programs = contestants(Path(folder))
        for _ in range(given.runs):
            for program in programs:
                keys = len(program.options.keys.split())
                program.run(given.repeat * 2 // keys)
    trivial, weight, small, large = programs
    rows = (
        ("p50 to the trivial app's", weight.times(trivial), P50_BAR, "×"),
        ("p99 to the trivial app's", weight.hit(99) / trivial.hit(99), P99_BAR, "×"),
        ("everything settled, p50", weight.settled(50), SETTLED_P50_BAR, "ms"),
        ("everything settled, p99", weight.settled(99), SETTLED_P99_BAR, "ms"),
        (f"{LARGE} to {SMALL}, p50", large.times(small), LARGE_BAR, "×"),
    )
    if given.json:
        printed = {
            "programs": {
                program.title: {
                    "latency_ms": summary([hit for run in program.runs for hit in run.hits]),
                    "settle_ms": summary([end for run in program.runs for end in run.settles]),
                    "p50_of_each_run_ms": [summary(run.hits)["p50"] for run in program.runs],
                }
                for program in programs
            },
            "figures": {
                title: {"figure": figure, "bar": bar, "unit": unit, "holds": figure <= bar}
                for title, figure, bar, unit in rows
            },
        }
        print(json.dumps(printed, indent=1, ensure_ascii=False))
        return
    print(f"keypress to the changed number, {COLUMNS}x{ROWS}, {given.runs} runs each, ms\n")
    print(f"{'':<28} {'p50':>7} {'p99':>7} {'settled p50':>12} {'settled p99':>12}")
    for program in programs:
        print(
            f"{program.title:<28} {program.hit(50):>7.2f} {program.hit(99):>7.2f}"
            f" {program.settled(50):>12.2f} {program.settled(99):>12.2f}"
        )
    print()
    for title, figure, bar, unit in rows:
        print(f"{title:<28} {verdict(figure, bar, unit)}")


if __name__ == "__main__":
    main()

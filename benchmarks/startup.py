"""Time from the start of the process to the first frame, against a trivial Textual app.

    python -m benchmarks.startup [--json] [--runs N]

Both start several times in turn; the medians are compared. The playground's first frame counts
once its numbers are on it.
"""

import argparse
import json
import statistics
from dataclasses import replace

from benchmarks.keypress import COLUMNS, FIRST_FRAME, NN_PLAY, READY, ROWS, TRIVIAL_APP
from benchmarks.measurement import Options, measure
from benchmarks.verdict import verdict

BAR = 1.4


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.startup")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--runs", type=int, default=9, help="of each program, in turn (9)")
    given = parser.parse_args()
    trivial = Options(COLUMNS, ROWS, ready=r"count 0")
    playground = replace(trivial, quit="")
    programs = {
        "trivial app": (TRIVIAL_APP, trivial),
        "nn-play": (NN_PLAY, replace(playground, ready=FIRST_FRAME)),
        "nn-play, all numbers": (NN_PLAY, replace(playground, ready=READY)),
    }
    times: dict[str, list[float]] = {title: [] for title in programs}
    # The first turn compiles and warms the disk cache; it does not count.
    for turn in range(given.runs + 1):
        for title, (command, options) in programs.items():
            result = measure(command, options)
            if result.ready is None:
                raise SystemExit(f"{title}: {result.error}\n\n{result.screen.rstrip()}")
            if turn:
                times[title].append(1e3 * result.ready)
    medians = {title: statistics.median(values) for title, values in times.items()}
    ratio = medians["nn-play"] / medians["trivial app"]
    if given.json:
        printed = {"runs_ms": times, "median_ms": medians, "ratio": ratio, "bar": BAR}
        print(json.dumps(printed | {"holds": ratio <= BAR}, indent=1))
        return
    print(f"start to the first frame, {COLUMNS}x{ROWS}, median of {given.runs}, ms\n")
    for title, median in medians.items():
        spread = f"{min(times[title]):.0f} to {max(times[title]):.0f}"
        print(f"{title:<21} {median:>6.0f}   ({spread})")
    to_numbers = medians["nn-play, all numbers"] / medians["trivial app"]
    print(f"\nratio of first frames {verdict(ratio, BAR, '×')}")
    print(f"until the numbers     {to_numbers:6.2f} ×  (for information)")


if __name__ == "__main__":
    main()

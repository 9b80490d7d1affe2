"""Processor time and memory of a process and its descendants, from /proc (zeros elsewhere)."""

import os
from pathlib import Path


def process_ids(root: int) -> list[int]:
    """The process and all its descendants."""
    found: list[int] = []
    waiting = [root]
    while waiting:
        process_id = waiting.pop()
        found.append(process_id)
        for children in Path(f"/proc/{process_id}/task").glob("*/children"):
            waiting += [int(child) for child in _read(children).split()]
    return found


def processor_seconds(root: int) -> float:
    """User and system time spent so far by the process and its descendants, in seconds."""
    ticks = 0
    for process_id in process_ids(root):
        # The name in parentheses may contain blanks: count the fields after it.
        fields = _read(Path(f"/proc/{process_id}/stat")).rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12]) if fields else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def peak_memory_mb(root: int) -> float:
    """The largest resident memory that any one of the processes ever had, in MiB."""
    peaks = [0]
    for process_id in process_ids(root):
        for line in _read(Path(f"/proc/{process_id}/status")).splitlines():
            if line.startswith("VmHWM:"):
                peaks.append(int(line.split()[1]))
    return round(max(peaks) / 1024, 1)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # the process has ended meanwhile, or there is no /proc
        return ""

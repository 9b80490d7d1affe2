"""Each tutorial for contributors does what it says when its blocks are applied to the project."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[1]
TUTORIALS = sorted((ROOT / "docs" / "tutorials").glob("*.md"))
CHANGED_FILES = {"activation": 1, "view": 2, "file-format": 2}
"""How many files of the program each tutorial touches, tests apart."""


def apply(tutorial: Path, project: Path) -> set[str]:
    """Apply the blocks of a tutorial to a copy of the project; return the paths it touched."""
    touched = set()
    for block in MarkdownIt().parse(tutorial.read_text(encoding="utf-8")):
        first, _, rest = block.content.partition("\n")
        if block.info == "python" and (path := re.fullmatch(r"# (\S+\.py)", first)):
            target = project / path[1]
            assert not target.exists(), path[1]
            target.write_text(rest, encoding="utf-8")
        elif block.info == "diff":
            path = re.fullmatch(r"--- (\S+)", first)
            assert path is not None, first
            target = project / path[1]
            text, lines = target.read_text(encoding="utf-8"), rest.splitlines(keepends=True)
            before = "".join(line[1:] for line in lines if line[0] != "+")
            assert text.count(before) == 1, f"{path[1]} does not have these lines once:\n{before}"
            after = "".join(line[1:] for line in lines if line[0] != "-")
            target.write_text(text.replace(before, after), encoding="utf-8")
        else:
            continue
        touched.add(path[1])
    return touched


@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda path: path.stem)
def test_the_tutorial_does_what_it_says(tutorial: Path, tmp_path: Path) -> None:
    for folder in ("engine", "tui", "tests"):
        data = ["data"] if folder == "tests" else []
        ignored = shutil.ignore_patterns("__pycache__", "__snapshots__", *data)
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    touched = apply(tutorial, tmp_path)
    tests = sorted(path for path in touched if path.startswith("tests/"))
    assert tests
    assert len(touched) - len(tests) == CHANGED_FILES[tutorial.stem]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *tests],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout

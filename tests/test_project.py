"""The project as a whole: what imports what, what is packed, and what no file may say."""

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import resources
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCREEN_LIBRARIES = {"textual", "rich", "plotext"}
# Bracketed, so that this file does not say them itself.
MACHINE_PATHS = r"(?<![\w.])/(wor[k]|roo[t]|hom[e]|User[s])/|/tm[p]/ven[v]|\b[A-Z]:\\User[s]"
REGISTRY_HOSTS = r"pyp[i]\.org|pythonhoste[d]\.org|npmj[s]\.|anacond[a]\.org|crate[s]\.io"


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run this Python and demand success."""
    result = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result


def imported_packages(*arguments: str) -> tuple[set[str], str]:
    """The top-level packages that a Python command imports, and what it prints."""
    result = python("-X", "importtime", *arguments)
    modules = re.findall(r"^import time: .*\| +(\S+)$", result.stderr, re.MULTILINE)
    return {module.partition(".")[0] for module in modules}, result.stdout


def tracked_files() -> list[Path]:
    """Every file of the repository, and new ones that are not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.split("\0") if (path := ROOT / name).is_file()]


def test_the_main_screen_opens_without_what_only_some_keys_need() -> None:
    """Data sets, exports and the training loop are imported when they are asked for."""
    listed = "import sys, tui.app, tui.screens.main.screen; print(*sys.modules)"
    loaded = set(python("-c", listed).stdout.split())
    assert "engine.session.session" in loaded
    for package in ("engine.datasets", "engine.export", "engine.training.run", "plotext", "csv"):
        assert package not in loaded, package


def test_the_listing_of_imports_sees_what_it_should() -> None:
    packages, _ = imported_packages("-c", "import textual.app, plotext")
    assert packages >= SCREEN_LIBRARIES


def test_engine_imports_no_screen_library() -> None:
    packages, _ = imported_packages("-c", "import engine")
    assert {"engine", "numpy"} <= packages
    assert not packages & (SCREEN_LIBRARIES | {"click", "tui", "onnx", "pyfive"})


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "binary-classifier", "--json"),
        ("run", "binary-classifier", "--explain"),
        ("sweep", "binary-classifier", "W1[1,2]", "--from", "0", "--to", "1", "--json"),
        ("examples", "--json"),
        ("--help",),
    ],
    ids=lambda arguments: " ".join(arguments[:3]),
)
def test_headless_commands_import_no_screen_library(arguments: tuple[str, ...]) -> None:
    packages, output = imported_packages("-m", "tui", *arguments)
    assert "tui" in packages
    assert not packages & {"textual", "plotext"}
    if "--json" in arguments:
        assert json.loads(output)


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="git lists the files to read")
def test_no_file_names_a_machine_path_or_a_registry_host() -> None:
    forbidden = re.compile(f"{MACHINE_PATHS}|{REGISTRY_HOSTS}")
    found = []
    for path in tracked_files():
        for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
            match = forbidden.search(line.decode("utf-8", "replace"))
            if match:
                found.append(f"{path.relative_to(ROOT)}:{number}: {match.group()}")
    assert not found


def test_the_forbidden_patterns_find_what_they_should() -> None:
    for text in ("see /" + "root/x", "'/" + "home/me/nn'", "C:" + "\\Users\\me"):
        assert re.search(MACHINE_PATHS, text)
    for text in ("https://pypi" + ".org/simple", "files.pythonhosted" + ".org"):
        assert re.search(REGISTRY_HOSTS, text)
    assert not re.search(MACHINE_PATHS, "homework/ and W1/home")


def test_every_dependency_is_pinned_without_an_address() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines)
    assert all(re.fullmatch(r"\d[\w.]*", version) for version in pins.values())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    requirements = list(project["dependencies"])
    for group in project["optional-dependencies"].values():
        requirements += group
    names = {normalised(re.split(r"[<>=!~ ]", requirement)[0]) for requirement in requirements}
    assert names <= {normalised(pin) for pin in pins}


def normalised(name: str) -> str:
    return name.lower().replace("_", "-")


def test_the_examples_are_data_of_the_package() -> None:
    names = {entry.name for entry in resources.files("engine").joinpath("examples").iterdir()}
    assert "binary-classifier.toml" in names


def test_the_wheel_holds_both_packages_with_their_data_and_nothing_else(tmp_path: Path) -> None:
    python("-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path))
    (wheel,) = tmp_path.glob("nn_play-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for package in ("engine", "tui")
        for path in (ROOT / package).rglob("*")
        if path.suffix in {".py", ".toml", ".tcss", ".gz"} or path.name == "py.typed"
    }
    assert {"engine/py.typed", "tui/py.typed"} <= wanted
    assert packed == wanted

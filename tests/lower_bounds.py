"""Prints constraints for pip: constraints.txt, with the oldest versions the project allows."""

import tomllib
from pathlib import Path

_PROJECT = Path(__file__).parents[1]


def main() -> None:
    project = tomllib.loads((_PROJECT / "pyproject.toml").read_text())["project"]
    newest = (_PROJECT / "constraints.txt").read_text().split()
    pins = {_name(line): line for line in newest}
    for dependency in project["dependencies"]:
        name, _, versions = dependency.partition(">=")
        pins[_name(name)] = f"{name}=={versions.partition(',')[0]}"
    print(*pins.values(), sep="\n")


def _name(requirement: str) -> str:
    return requirement.partition("==")[0].lower().replace("-", "_")


if __name__ == "__main__":
    main()

"""The commands to leave, for good or for a while; unsaved work is never left without asking."""

from __future__ import annotations

from collections.abc import Callable

from tui.screens.main.base import WorkspaceScreen
from tui.screens.main.command import HELP, Command
from tui.screens.main.save import own_path, save_as, save_back
from tui.terminal import NO_SHELL, ask_to_stop


def leave(screen: WorkspaceScreen) -> None:
    """Leave the program."""
    unless_unsaved(screen, screen.app.exit)


def suspend(screen: WorkspaceScreen) -> None:
    """Go back to the shell, whose `fg` returns here; refused where none would."""
    if screen.app.is_headless or not ask_to_stop():
        screen.refuse(NO_SHELL)


def unless_unsaved(screen: WorkspaceScreen, go_on: Callable[[], object]) -> None:
    """Go on at once, or first ask what to do with unsaved changes.

    A lesson is left: what is lost or saved is the user's own network.
    """
    if screen.present.lesson is not None:
        screen.change(screen.present.own, "the lesson is left; F4 goes back to it")
    if not screen.present.is_unsaved:
        go_on()
        return
    from tui.screens.dialogs.ask import NO_KEY, Ask

    def take(answer: str | None) -> None:
        path = own_path(screen.present)
        if answer == "leave":
            go_on()
        elif answer == "save" and path is not None:
            save_back(screen, path, go_on)
        elif answer == "save":
            save_as(screen, go_on)

    screen.app.push_screen(
        Ask(
            "There are unsaved changes.",
            [
                (NO_KEY, "Stay here", "stay"),
                (NO_KEY, "Save them", "save"),
                (NO_KEY, "Go on without saving", "leave"),
            ],
        ),
        take,
    )


COMMANDS = (
    Command(
        "ctrl+z",
        "suspend",
        "to the shell",
        HELP,
        suspend,
        WorkspaceScreen,
        "Stop here for a while; fg comes back",
    ),
    Command("q,ctrl+q", "quit", "quit", HELP, leave, WorkspaceScreen, shown_as="q"),
)

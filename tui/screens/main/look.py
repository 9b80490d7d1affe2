"""The commands that change how things are shown: digits, tips, Explain and help."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from textual.binding import Binding

from tui.panes.help_texts import INPUTS_HELP, PaneHelp
from tui.screens.main.base import WorkspaceScreen
from tui.screens.main.command import GROUPS, HELP, LOOK, TRAIN, Change, Command
from tui.state.training import checkpoint_of
from tui.state.view_settings import DIGITS
from tui.state.workspace import Workspace
from tui.theme import switch_light

if TYPE_CHECKING:
    from tui.screens.dialogs.explain.dialog import ExplainResult
    from tui.screens.dialogs.help import HelpKey


def explain(screen: WorkspaceScreen) -> None:
    """Open the explanation of the step that training makes next."""
    # Imported here to keep start-up quick.
    from tui.screens.dialogs.explain.dialog import Explain

    def take(result: ExplainResult | None) -> None:
        """Keep the digits and the sample chosen in the dialog."""
        workspace = screen.present
        if result is None or result == (workspace.view.digits, workspace.selection.sample):
            return
        there = workspace.selection.of_sample(result.sample)
        screen.change(workspace.viewing(digits=result.digits, digits_chosen=True).selecting(there))

    workspace = screen.present
    selection = workspace.selection
    screen.app.push_screen(
        Explain(
            workspace.session,
            selection.sample,
            (selection.layer_index, selection.neuron),
            workspace.view.digits,
            selection.parameter,
            checkpoint_of(workspace),
        ),
        take,
    )


def table_columns(workspace: Workspace) -> Change:
    """Let the number under the cursor run along the columns of Table."""
    return Change(
        workspace.viewing(
            table=replace(
                workspace.view.table, columns=workspace.selection.parameter, column_values=()
            )
        ),
        "the columns of Table run over this number; move on to choose the rows",
    )


def next_digits(workspace: Workspace) -> Change:
    """Show computed numbers with another number of decimals."""
    digits = DIGITS[(DIGITS.index(workspace.view.digits) + 1) % len(DIGITS)]
    shown = "all digits" if digits == max(DIGITS) else f"{digits} decimals"
    return Change(
        workspace.viewing(digits=digits, digits_chosen=True), f"{shown} of computed numbers"
    )


def toggle_log_scale(workspace: Workspace) -> Change:
    """Draw the losses on a logarithmic scale, or on a linear one."""
    log_scale = not workspace.view.log_scale
    status = f"the loss has a {'logarithmic' if log_scale else 'linear'} scale"
    return Change(workspace.viewing(log_scale=log_scale), status)


def toggle_large(workspace: Workspace) -> Change:
    """Give the pane with the focus the whole screen, or only its share."""
    return Change(workspace.viewing(large=not workspace.view.large))


def next_tip(workspace: Workspace) -> Change:
    """Show the next tip."""
    return Change(workspace.viewing(tips_shown=True, tip=workspace.view.tip + 1))


def toggle_tips(workspace: Workspace) -> Change:
    """Hide the tips, or show them."""
    shown = not workspace.view.tips_shown
    status = "" if shown else "tips are hidden; T shows them"
    return Change(workspace.viewing(tips_shown=shown), status)


def show_help(screen: WorkspaceScreen) -> None:
    """Explain the pane with the focus, and list all keys."""
    # Imported here to keep start-up quick.
    from tui.screens.dialogs.help import Help

    pane_help = getattr(screen.focused, "HELP_TEXT", INPUTS_HELP)
    assert isinstance(pane_help, PaneHelp)
    screen.app.push_screen(Help(f"Help: {pane_help.title}", pane_help.text, _help_keys(screen)))


def _help_keys(screen: WorkspaceScreen) -> list[HelpKey]:
    from tui.screens.dialogs.help import HelpKey

    bindings = [
        active.binding
        for active in screen.active_bindings.values()
        if active.binding.group in GROUPS[:-1] and active.binding.description
    ]
    order = [binding.id for binding in screen.BINDINGS if isinstance(binding, Binding)]
    bindings.sort(key=lambda one: (GROUPS.index(one.group or HELP), order.index(one.id)))
    keys = []
    for (group, label, detail), same in groupby(
        bindings, key=lambda one: (one.group, one.description, one.tooltip)
    ):
        names = dict.fromkeys(screen.app.get_key_display(binding) for binding in same)
        assert group is not None
        keys.append(HelpKey(group.description, " ".join(names), label, detail))
    return keys


def show_legend(screen: WorkspaceScreen) -> None:
    """Say what colours and marks mean."""
    # Imported here to keep start-up quick.
    from tui.screens.dialogs.legend import Legend

    screen.app.push_screen(Legend())


def toggle_light(screen: WorkspaceScreen) -> None:
    """Choose the light theme, or the dark one if the present one is light."""
    switch_light(screen.app)


def choose_theme(screen: WorkspaceScreen) -> None:
    """Choose among all themes."""
    screen.app.search_themes()


COMMANDS = (
    Command(
        "e",
        "explain",
        "explain",
        LOOK,
        explain,
        WorkspaceScreen,
        help="The arithmetic of a whole step, to read or to predict first",
    ),
    Command(
        "c",
        "table-columns",
        "columns of Table",
        LOOK,
        table_columns,
        help="Let the number under the cursor run along the columns of the view Table",
    ),
    Command(
        "f",
        "digits",
        "digits shown",
        LOOK,
        next_digits,
        help="Computed numbers with 4, 2, 6 or all decimals",
    ),
    Command(
        "",
        "light",
        "light or dark",
        LOOK,
        toggle_light,
        WorkspaceScreen,
        help="The light theme, or the dark one; it is kept for the next start",
    ),
    Command(
        "",
        "theme",
        "theme",
        LOOK,
        choose_theme,
        WorkspaceScreen,
        help="Choose among all themes; it is kept for the next start",
    ),
    Command("m", "large", "this pane large", LOOK, toggle_large),
    Command("Y", "log-scale", "log scale of the loss", TRAIN, toggle_log_scale),
    Command("t", "next-tip", "next tip", HELP, next_tip),
    Command("T", "tips", "hide or show tips", HELP, toggle_tips),
    Command(
        "question_mark,f1",
        "help",
        "all keys",
        HELP,
        show_help,
        WorkspaceScreen,
        shown_as="?",
    ),
    Command(
        "f5",
        "legend",
        "what colours and marks mean",
        HELP,
        show_legend,
        WorkspaceScreen,
        help="Blue and orange, ▸ ● ○ ◌ ◆, off, ≈ …; l there switches to the light theme",
    ),
)

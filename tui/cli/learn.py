"""`nn-play learn`: the course, its list, and what teachers need for lessons of their own."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import click
from click.shell_completion import CompletionItem

from engine import examples
from engine.files import read_bounded, write_atomically
from engine.lessons import course, glossary
from engine.lessons.check import Names, check_lesson
from engine.lessons.handout import handout
from engine.lessons.lesson import Lesson
from engine.lessons.own_forward import MAX_BYTES, check_forward
from engine.lessons.play import start_of
from engine.session.names import counted
from tui.cli import completion
from tui.cli.options import CommandError, about, check_writable, destination_options
from tui.cli.play import Opening, check_terminal
from tui.files import lesson_progress
from tui.files.lesson_source import PANES, VIEWS, Course, LessonError, find_lesson
from tui.files.source import STANDARD_INPUT, path_of
from tui.terminal import escaped, reason_of, write_lines

_PLAY = " "
"""The command used when the first word is not one; nobody types it. Click 8.1 needs some name."""

_EPILOG = """\b
Examples:
  nn-play learn xor
  nn-play learn export xor --answers
"""


class _Learn(click.Group):
    """A group in which an unknown first word is a lesson."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = [word for word in args if not word.startswith("-") or word == STANDARD_INPUT]
        being_completed = not args and ctx.resilient_parsing
        is_command = bool(words) and words[0] in self.commands
        if not is_command and not being_completed and not {"-h", "--help"} & set(args):
            args = [_PLAY, *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in self.commands if name != _PLAY]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "[LESSON]")
        formatter.write_usage(ctx.command_path, "COMMAND [ARGUMENTS]")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        all_options = [*self.commands[_PLAY].params, *self.get_params(ctx)]
        options = [one.get_help_record(ctx) for one in all_options if isinstance(one, click.Option)]
        with formatter.section("Options"):
            formatter.write_dl([record for record in options if record], col_spacing=4)
        self.format_commands(ctx, formatter)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        lesson, *options = self.commands[_PLAY].params
        if incomplete.startswith("-"):
            names = [name for option in (*options, *self.get_params(ctx)) for name in option.opts]
            return [CompletionItem(name) for name in names if name.startswith(incomplete)]
        commands = [
            CompletionItem(name, help=one.get_short_help_str())
            for name, one in self.commands.items()
            if name and name.startswith(incomplete)
        ]
        found = _lessons(ctx, lesson, incomplete)
        return commands + [item for item in found if item.type == "plain" or not commands]


def _lessons(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    """Offer the lessons of the course or, if none fits, any file."""
    items = [
        CompletionItem(id, help=course.load(id).title)
        for id in course.ids()
        if id.startswith(incomplete)
    ]
    return items or [CompletionItem(incomplete, type="file")]


@click.group(cls=_Learn, epilog=_EPILOG)
def command() -> None:
    """Learn how networks work, in small steps checked against a live one.

    LESSON is the id of a lesson or a file of one; by itself the list of lessons opens.
    """


@command.command(_PLAY)
@click.argument("lesson", required=False, shell_complete=_lessons)
@click.option("--list", "as_list", is_flag=True, help="Print the lessons, and what is done.")
@click.option("--json", "as_json", is_flag=True, help="With --list, as a JSON list of objects.")
def _play(lesson: str | None, as_list: bool, as_json: bool) -> Opening | None:
    """Open LESSON, or the list."""
    if as_json and not as_list:
        raise click.UsageError("--json goes with --list")
    if as_list:
        if lesson is not None:
            raise click.UsageError("--list takes no lesson")
        write_lines([json.dumps(_as_json())] if as_json else _list())
        return None
    chosen = None
    if lesson is not None:
        chosen = _read(lesson)
        with about(f"{lesson}: steps[1]"):
            start_of(chosen, 0)
    check_terminal("'nn-play learn export' prints a lesson without one")
    return Opening(lambda: (examples.load(examples.DEFAULT), None), Course(chosen))


def _read(text: str) -> Lesson:
    try:
        return find_lesson(text)
    except LessonError as error:
        raise CommandError(str(error)) from error


def _as_json() -> list[dict[str, object]]:
    return [
        {
            "id": lesson.id,
            "title": lesson.title,
            "minutes": lesson.minutes,
            "steps": len(lesson.steps),
            "requires": list(lesson.requires),
        }
        for lesson in map(course.load, course.ids())
    ]


def _progress_kept() -> lesson_progress.LessonProgress:
    return lesson_progress.load_progress(lambda line: click.echo(escaped(line), err=True))


def _list() -> Iterator[str]:
    progress = _progress_kept()
    lessons = [course.load(id) for id in course.ids()]
    longest = max((len(lesson.id) for lesson in lessons), default=0)
    for place, lesson in enumerate(lessons):
        if lesson.is_challenge and not lessons[place - 1].is_challenge:
            yield ""
            yield "Challenges"
        done, total = len(progress.done_in(lesson)), len(lesson.steps)
        sign = "✓" if done == total else " "
        how_far = f"{done} of {total} steps" if done else counted(total, "step")
        yield f"{sign} {lesson.id:<{longest}}  {lesson.title} ({how_far}, {lesson.minutes} min)"


@command.command("check")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, shell_complete=_lessons)
def _check(files: tuple[str, ...]) -> None:
    """Say what is wrong with lessons, one line for each problem."""
    problems: list[str] = []
    for text in files:
        try:
            lesson = find_lesson(text)
        except LessonError as error:
            problems.append(str(error))
            continue
        found = check_lesson(lesson, Names(PANES, VIEWS, words=glossary.forms()))
        problems += [f"{escaped(text)}: {problem}" for problem in found]
        if not found:
            write_lines([f"{text}: right, {counted(len(lesson.steps), 'step')}"])
    if len(problems) > 1:
        write_lines(problems)
        raise CommandError(f"{counted(len(problems), 'problem')}, the first: {problems[0]}")
    if problems:
        raise CommandError(problems[0])


@command.command("export")
@click.argument("lessons", metavar="LESSON...", nargs=-1, required=True, shell_complete=_lessons)
@click.option("--answers", is_flag=True, help="With the answers, for the teacher.")
@destination_options("Write to FILE instead of standard output.")
def _export(lessons: tuple[str, ...], answers: bool, destination: str | None, force: bool) -> None:
    """Print lessons as a Markdown handout, their figures filled in."""
    parts = []
    for text in lessons:
        lesson = _read(text)
        with about(text):
            parts.append(handout(lesson, answers=answers))
    _write("\n".join(parts), destination, force)


def _write(text: str, destination: str | None, force: bool) -> None:
    if destination is None:
        write_lines(text.splitlines())
        return
    path = path_of(destination)
    check_writable(path, force)
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        raise CommandError(f"{escaped(destination)}: {reason_of(error)}") from error
    except ValueError as error:
        raise CommandError(f"{escaped(destination)}: {error}") from error


@command.command("check-answer")
@click.argument("lesson", shell_complete=_lessons)
@click.argument("file", required=False, shell_complete=completion.files)
@click.option("--step", metavar="ID", help="The step, if the lesson asks more than once.")
def _check_answer(lesson: str, file: str | None, step: str | None) -> None:
    """Compare what your own forward pass printed as JSON with the right numbers.

    FILE is what it printed, - for standard input; your program is not run. Without FILE the inputs
    and the layers to compute with are printed, as JSON.
    """
    read = _read(lesson)
    asked = [one.id for one in read.steps if one.forward]
    if not asked:
        raise CommandError(f"{escaped(lesson)}: no step of this lesson asks for a forward pass")
    if step is not None and step not in asked:
        raise CommandError(
            f"{escaped(lesson)}: step {escaped(step)[:60]!r} asks for none; {', '.join(asked)} do"
        )
    id = asked[0] if step is None else step
    with about(lesson):
        session = start_of(read, [one.id for one in read.steps].index(id))
    if file is None:
        layers = [
            {
                "weights": layer.weights.tolist(),
                "bias": layer.bias.tolist(),
                "activation": layer.activation.text,
            }
            for layer in session.network.layers
        ]
        write_lines([json.dumps({"inputs": session.inputs.tolist(), "layers": layers})])
        return
    with about("standard input" if file == STANDARD_INPUT else file):
        report = check_forward(session, _bytes(file))
    if not report.right:
        raise CommandError(report.sentence)
    write_lines([report.sentence])
    _save(_progress_kept().with_step(read, id))


def _bytes(file: str) -> bytes:
    if file == STANDARD_INPUT:
        return sys.stdin.buffer.read(MAX_BYTES + 1) if sys.stdin is not None else b""
    try:
        return read_bounded(path_of(file), MAX_BYTES)
    except OSError as error:
        raise CommandError(f"{escaped(file)}: {reason_of(error)}") from error


@command.group("progress")
def _progress() -> None:
    """Carry what is done to another machine, or begin again."""


@_progress.command("export")
@click.argument("file", required=False, shell_complete=completion.files)
@click.option("--force", is_flag=True, help="Overwrite an existing FILE.")
def _progress_export(file: str | None, force: bool) -> None:
    """Write what is done to FILE, or print it."""
    data = lesson_progress.progress_bytes(_progress_kept())
    _write(data.decode(), file, force)


@_progress.command("import")
@click.argument("file", shell_complete=completion.files)
def _progress_import(file: str) -> None:
    """Take over what FILE says is done; other lessons stay as they are."""
    with about("standard input" if file == STANDARD_INPUT else file):
        progress = lesson_progress.parse_progress(_bytes(file))
    _save(_progress_kept().joined(progress))
    write_lines([f"progress of {counted(len(progress.lessons), 'lesson')} taken over"])


@_progress.command("reset")
@click.argument("lesson", required=False, shell_complete=_lessons)
def _progress_reset(lesson: str | None) -> None:
    """Forget what is done of LESSON, or of all lessons."""
    id = None if lesson is None else _read(lesson).id
    _save(_progress_kept().without(id))
    write_lines(["progress of all lessons reset" if id is None else f"progress of {id} reset"])


def _save(progress: lesson_progress.LessonProgress) -> None:
    try:
        lesson_progress.save_progress(progress)
    except OSError as error:
        raise CommandError(f"the progress could not be kept: {reason_of(error)}") from error
    except ValueError as error:
        raise CommandError(f"the progress could not be kept: {error}") from error

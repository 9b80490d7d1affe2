"""Chooses the samples: the data, their noise, the share for testing, derived inputs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static

from engine import Edit
from engine.datasets import DATASETS, Dataset, why_hard_to_learn, why_standardise
from engine.session.session import Session
from tui.files.source import path_of
from tui.screens.dialogs.data.fields import ABOUT_CSV, FIELD_DESCRIPTIONS, CsvFields, DataFields
from tui.screens.dialogs.data.options import check_derived, data_edit, first_options
from tui.screens.dialogs.data.picture import DataPicture
from tui.screens.dialogs.data.sources import (
    OPEN_CSV,
    CsvData,
    DataList,
    DataSource,
    FileData,
    NamedData,
    NpzData,
    OwnSamples,
    on_screen,
    open_data,
)
from tui.screens.dialogs.dialog import Dialog, plain
from tui.screens.dialogs.fields import Choice, Fields
from tui.terminal import reason_of


class ChooseData(Dialog[Edit]):
    """All data sets with a picture of each; the result is one edit, made for `session`."""

    DEFAULT_CSS = """
    ChooseData {
        & > #box { width: 80; }
        &.-wide > #box { width: 106; }
        #all { height: auto; }
        #halves { layout: horizontal; height: 11; margin: 0 0 1 0; }
        &.-columns #halves { height: 9; margin: 0; }
        &.-high #halves { height: 22; }
        DataList { width: 22; }
        DataPicture { width: 24; margin: 0 2 0 1; }
        &.-wide DataPicture { width: 40; }
        &.-wide #halves { height: 18; }
        &.-wide DataList { width: 26; }
        #legend, #about-data { height: auto; }
        #legend { margin: 0 0 1 0; }
        #about { width: 1fr; }
        #words { height: auto; min-height: 1; max-height: 3; margin: 0 1; }
        &.-short, &.-narrow {
            & > #box { height: 100%; }
            #all { height: 1fr; }
            #halves { height: 4; margin: 0; }
            DataPicture { display: none; }
            #words.muted { max-height: 2; }
        }
        &.-narrow {
            #halves { layout: vertical; height: auto; }
            DataList { width: 1fr; height: 4; }
            #about { height: auto; }
            #legend { display: none; }
            CsvFields { grid-size: 1; }
            DataFields { layout: vertical; }
            #words.wrong { max-height: 5; }
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "Use this", priority=True),
        Binding("tab", "app.focus_next", "Next"),
        Binding("ctrl+down", "scroll_about(1)", "More", show=False),
        Binding("ctrl+up", "scroll_about(-1)", "Back", show=False),
    ]

    def __init__(self, session: Session, file: FileData | None = None) -> None:
        super().__init__("Data")
        self._session = session
        self._sources: list[DataSource | str] = [*map(NamedData, DATASETS), OPEN_CSV]
        if session.targets is not None:
            self._sources.insert(-1, OwnSamples(session))
        if file is not None:
            self._sources.insert(-1, file)
        self._file = file
        self._first = first_options(session)
        self._path = ""

    def compose_body(self) -> Iterable[Widget]:
        with Fields(id="all"):
            with Container(id="halves"):
                yield DataList()
                yield DataPicture()
                with VerticalScroll(id="about", can_focus=False):
                    yield Static(id="legend")
                    yield Static(id="about-data")
            yield CsvFields()
            yield DataFields(self._first)
        yield Static(id="words")

    def on_mount(self) -> None:
        here = [
            source is self._file if self._file else self._is_current(source)
            for source in self._sources
        ]
        self._show_list(here.index(True) if True in here else 0)

    def _is_current(self, source: DataSource | str) -> bool:
        """Whether the session has its data from this source."""
        record = self._session.data
        return not isinstance(source, str) and record is not None and source.name == record.name

    def _show_list(self, highlighted: int) -> None:
        listed = self.query_one(DataList)
        listed.show_sources(self._sources, highlighted)
        listed.focus()

    @property
    def _source(self) -> DataSource | None:
        """The highlighted source; None for a CSV file still to be named."""
        item = self.query_one(DataList).item
        return None if isinstance(item, str) else item

    @on(OptionList.OptionHighlighted)
    def _show_source(self) -> None:
        """Show the fields that matter for the highlighted source, with its defaults."""
        source, fields = self._source, self.query_one(DataFields)
        fields.allow_noise(source is not None and source.is_made)
        csv_fields = self.query_one(CsvFields)
        csv_fields.display = isinstance(source, CsvData)
        self.set_class(isinstance(source, CsvData), "-columns")
        if isinstance(source, CsvData):
            csv_fields.show(source)
        if source is not None:
            usual = self._first if self._is_current(source) else source
            fields.suggest_percent(usual.test_percent)
        self._judge()

    @on(Input.Changed)
    @on(Choice.Changed)
    def _judge(self) -> None:
        """Preview the samples, or say what is wrong."""
        dataset = None
        notes: list[str] = []
        try:
            source = self._read_source()
            if source is not None:
                dataset = self._read_dataset(source)
                notes = self._suggest_standardise(source, dataset)
                check_derived(self.query_one(DataFields).options.derived, dataset.inputs.shape[1])
        except ValueError as error:
            self._say(on_screen(str(error)), wrong=True)
        else:
            focused = "" if self.focused is None else self.focused.id or "list"
            noted = "; ".join(map(on_screen, notes)) if focused == "list" else ""
            self._say(noted or FIELD_DESCRIPTIONS.get(focused, ""))
        self._show_dataset(dataset)

    def _suggest_standardise(self, source: DataSource, dataset: Dataset) -> list[str]:
        """Suggest to standardise a file whose inputs need it; return what is to be known of it."""
        why, notes = None, list(dataset.notes)
        if isinstance(source, CsvData | NpzData):
            why = why_standardise(dataset.inputs, dataset.features)
            notes = [*notes, *why_hard_to_learn(dataset)]
        is_own = self._is_current(source) and self._first.standardise
        self.query_one(DataFields).suggest_standardise(is_own or why is not None)
        return [*notes, *([f"{why}, hence standardise"] if why else [])]

    def _read_source(self) -> DataSource | None:
        """The highlighted source; a CSV file with the columns chosen."""
        source = self._source
        if not isinstance(source, CsvData):
            return source
        read = self.query_one(CsvFields).read(source)
        if read is not source:
            self._sources[self._sources.index(source)] = read
            self.query_one(DataList).exchange(source, read)
        return read

    def _read_dataset(self, source: DataSource) -> Dataset:
        """The samples as the fields describe them; raises ValueError for wrong ones."""
        fields = self.query_one(DataFields)
        return source.dataset(fields.noise, fields.seed)

    def _show_dataset(self, dataset: Dataset | None) -> None:
        source, picture = self._source, self.query_one(DataPicture)
        picture.show(dataset, None if source is None else source.picture_side)
        self.query_one("#legend", Static).update(picture.legend())
        words = [ABOUT_CSV] if source is None else []
        if source is not None and dataset is not None:
            words = source.words(dataset)
        self.query_one("#about-data", Static).update(plain("\n".join(words)))
        self.query_one(DataFields).show_ticks(dataset)

    def on_descendant_focus(self) -> None:
        if self.query_one(DataList).items:
            self._judge()

    def _say(self, text: str, *, wrong: bool = False) -> None:
        words = self.query_one("#words", Static)
        words.update(plain(text))
        words.set_class(wrong, "wrong").set_class(not wrong, "muted")

    @on(OptionList.OptionSelected)
    def _accept_clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_accept()

    def action_scroll_about(self, lines: int) -> None:
        self.query_one("#about").scroll_relative(y=lines, animate=False)

    def action_accept(self) -> None:
        try:
            source = self._read_source()
            if source is None:
                self._ask_for_csv()
                return
            dataset, options = self._read_dataset(source), self.query_one(DataFields).options
            check_derived(options.derived, dataset.inputs.shape[1])
            edit = data_edit(source, dataset, options)
            edit.apply(self._session)
        except ValueError as error:
            self._say(str(error), wrong=True)
            self.app.bell()
        else:
            self.dismiss(edit)

    def _ask_for_csv(self) -> None:
        from tui.screens.dialogs.prompt import Prompt

        def take(path: str | None) -> None:
            if path is not None:
                self._path = path
                self._open_csv(path)

        prompt = Prompt(
            "Open a CSV file, or .npz",
            value=self._path,
            hint="Tab completes the name; the last column is the target unless you say otherwise",
            check=_why_no_file,
            complete_paths=True,
        )
        self.app.push_screen(prompt, take)

    def _open_csv(self, path: str) -> None:
        """Add the file to the list and highlight it, or say what is wrong with it."""
        try:
            source = open_data(path_of(path), self._session.task)
        except ValueError as error:
            self._say(str(error), wrong=True)
            return
        self._sources[-1:] = [source, OPEN_CSV]
        self._show_list(len(self._sources) - 2)


def _why_no_file(text: str) -> str | None:
    try:
        return None if path_of(text).is_file() else "there is no such file"
    except OSError as error:
        return reason_of(error)

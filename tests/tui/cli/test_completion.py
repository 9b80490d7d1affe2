"""What a shell is offered when Tab is pressed."""

from pathlib import Path

import pytest

from tests.tui.cli.command_line import Command, command

nn_play = pytest.fixture(command)


def complete(
    nn_play: Command, monkeypatch: pytest.MonkeyPatch, *words: str, shell: str = "bash"
) -> list[str]:
    """What a shell is offered for the last of `words`."""
    with monkeypatch.context() as environment:
        environment.setenv("_NN_PLAY_COMPLETE", f"{shell}_complete")
        environment.setenv("COMP_WORDS", " ".join(["nn-play", *words]))
        environment.setenv("COMP_CWORD", str(len(words)))
        result = nn_play()
    assert result.error == ""
    return result.output.splitlines()


def test_the_first_word_is_a_command_or_a_source(
    nn_play: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bees.toml").touch()
    (tmp_path / "bees.txt").touch()
    assert complete(nn_play, monkeypatch, "b") == [
        "plain,binary-classifier",
        "plain,batch",
        "plain,bees.toml",
    ]
    assert complete(nn_play, monkeypatch, "sw") == ["plain,sweep"]
    assert complete(nn_play, monkeypatch, "--v") == ["plain,--version"]
    assert complete(nn_play, monkeypatch, "./b") == ["file,./b"]


def test_what_follows_is_completed_too(nn_play: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def offered(*words: str) -> list[str]:
        return complete(nn_play, monkeypatch, *words)

    assert offered("run", "xor") == ["plain,xor-step"]
    assert offered("run", "xor-step", "--ex") == ["plain,--explain"]
    assert offered("run", "xor-step", "--loss", "m") == ["plain,mse", "plain,mae"]
    assert offered("run", "xor-step", "--activations", "relu,tan") == ["plain,relu,tanh"]
    assert offered("new", "3-1", "--init", "x") == ["plain,xavier"]
    assert offered("sweep", "xor-step", "w2") == ["plain,W2[1,1]", "plain,W2[1,2]"]
    assert offered("sweep", "xor-step", "b") == ["plain,b1[1]", "plain,b1[2]", "plain,b2[1]"]
    assert offered("sweep", "no-such", "b") == [""]
    assert offered("sweep", "-", "b") == [""]
    assert offered("train", "xor-step", "--optimizer", "m") == ["plain,momentum"]
    assert offered("train", "xor-step", "--dataset", "s") == ["plain,spiral"]
    assert offered("train", "xor-step", "--data", "pe") == ["file,pe"]
    assert offered("export", "xor-step", "co") == ["file,co"]


def test_zsh_is_told_what_each_means(nn_play: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("sweep", "xor-step", "W2[1,2")
    assert complete(nn_play, monkeypatch, *words, shell="zsh") == [
        "plain",
        "W2[1,2]",
        "weight h2→o1",
    ]


@pytest.mark.parametrize(
    ("shell", "words"),
    [("bash", "complete -o nosort -F"), ("zsh", "#compdef nn-play"), ("fish", "complete --no-f")],
)
def test_the_scripts_for_completion(
    nn_play: Command, monkeypatch: pytest.MonkeyPatch, shell: str, words: str
) -> None:
    monkeypatch.setenv("_NN_PLAY_COMPLETE", f"{shell}_source")
    result = nn_play()
    assert result.status == 0
    assert words in result.output


@pytest.mark.parametrize("instruction", ["bash_complete", "tcsh_source", "bash_frobnicate"])
def test_completion_asked_for_wrongly_prints_nothing(
    nn_play: Command, monkeypatch: pytest.MonkeyPatch, instruction: str
) -> None:
    monkeypatch.setenv("_NN_PLAY_COMPLETE", instruction)
    assert nn_play() == (2, "", "")


def test_learn_offers_its_commands_lessons_and_options(
    nn_play: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert complete(nn_play, monkeypatch, "learn", "ch") == ["plain,check", "plain,check-answer"]
    assert complete(nn_play, monkeypatch, "learn", "one-n") == ["plain,one-neuron"]
    assert complete(nn_play, monkeypatch, "learn", "--l") == ["plain,--list"]
    assert complete(nn_play, monkeypatch, "learn", "./m") == ["file,./m"]
    assert complete(nn_play, monkeypatch, "learn", "export", "xo") == ["plain,xor"]
    assert complete(nn_play, monkeypatch, "learn", "progress", "re") == ["plain,reset"]

"""`nn-play train`: what cannot be trained is reported in one line, before any time is spent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.cli.command_line import Command, command, failure

nn_play = pytest.fixture(command)

NO_END = "training needs an end: give --epochs, --target-loss, --no-improvement or --seconds"
PERCENT = "is not a whole number from 0 to"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), NO_END),
        (("--epochs", "-1"), "invalid value for '--epochs': -1 is not a whole number from 0"),
        (("--epochs", "x"), "invalid value for '--epochs': 'x' is not a valid integer"),
        (("--seconds", "-1"), "--seconds is -1, expected a number from 0 up"),
        (("--target-loss", "nan"), "invalid value for '--target-loss': 'nan' is not a finite"),
        (("--learning-rate", "-1"), "--learning-rate is -1.0, expected a number from 0 up"),
        (("--learning-rate", "much"), "invalid value for '--learning-rate': 'much' is not a fin"),
        (("--momentum", "1"), "--momentum is 1.0, expected a number from 0 to below 1"),
        (("--momentum", "0.5"), "--momentum goes with --optimizer momentum"),
        (("--optimizer", "adm"), "--optimizer 'adm' is unknown; did you mean 'adam'?"),
        (("--loss", "msee"), "--loss 'msee' is unknown; did you mean 'mse'?"),
        (("--l1", "-0.5"), "--l1 is -0.5, expected a number from 0 up"),
        (("--l2", "inf"), "invalid value for '--l2': 'inf' is not a finite number"),
        (("--batch-size", "0"), "--batch-size is '0', expected a whole number from 1 up, or all"),
        (("--batch-size", "ten"), "--batch-size is 'ten', expected a whole number from 1 up, or"),
        (("--seed", "-3"), "invalid value for '--seed': -3 is not a whole number from 0 to"),
        (("--noise", "5"), "--noise goes with --dataset"),
        (("--test", "50"), "--test goes with --data or --dataset"),
        (("--standardize",), "--standardize goes with --data or --dataset"),
        (("--derived", "x1^2"), "--derived goes with --data or --dataset"),
        (("--fit",), "--fit goes with --data or --dataset"),
        (("--target-column", "y"), "--target-column goes with --data"),
        (("--dataset", "circle", "--data", "a.csv"), "--data and --dataset cannot go together"),
        (("--dataset", "spirl"), "--dataset spirl: there is no data set 'spirl'; did you mean"),
        (("--dataset", "circle", "--noise", "51"), f"invalid value for '--noise': 51 {PERCENT} 50"),
        (("--dataset", "circle", "--test", "91"), f"invalid value for '--test': 91 {PERCENT} 90"),
        (
            ("--dataset", "circle", "--derived", "x9^2"),
            "--dataset circle: derived[1]: x9^2: there is no x9",
        ),
        (("--dataset", "circle", "--derived", "x"), "--dataset circle: 'x' is no derived feature"),
        (("--dataset", "iris", "--noise", "5"), "--dataset iris: iris was measured, not generated"),
        (
            ("--dataset", "iris"),
            "--dataset iris: 4 features, but the network reads 2 inputs; --fit makes it suit",
        ),
        (
            ("--dataset", "rings"),
            "--dataset rings: the target takes 3 outputs for 3 classes, but the network has 1 out",
        ),
        (
            ("--dataset", "circle", "-o", "net.txt"),
            "net.txt: the suffix decides the format",
        ),
        (("--dataset", "circle", "-o", "none/net.toml"), "none/net.toml: no such folder"),
        (("--dataset", "circle", "-o", "old.toml"), "old.toml: exists already; --force writes"),
    ],
)
def test_what_cannot_be_trained_is_one_line(
    nn_play: Command, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    (tmp_path / "old.toml").touch()
    end = () if not arguments or "--epochs" in arguments else ("--epochs", "1")
    assert failure(nn_play("train", "xor-step", *arguments, *end)).startswith(message)
    assert (tmp_path / "old.toml").read_text() == ""


def test_a_source_without_samples_says_how_to_give_some(nn_play: Command) -> None:
    hint = "give samples with --data or --dataset"
    assert failure(nn_play("train", "binary-classifier", "--epochs", "1")) == (
        f"binary-classifier: has no targets; {hint}"
    )
    nn_play("new", "2-1", "-o", "net.toml")
    assert failure(nn_play("train", "net.toml", "--epochs", "1")) == (
        f"net.toml: has no inputs; {hint}"
    )


def test_a_loss_that_does_not_suit_says_which_does(nn_play: Command) -> None:
    nn_play("new", "2-3-1", "--activations", "tanh,tanh", "--seed", "1", "-o", "net.toml")
    train = ("train", "net.toml", "--dataset", "circle", "--epochs", "30")
    assert failure(nn_play(*train)).endswith("; --loss mse suits any last layer")
    answer = nn_play(*train, "--loss", "mse", "--json").json
    assert answer["losses"][-1] < answer["losses"][0]
    assert nn_play(*train, "--loss", "bce").error.count("suits any") == 0

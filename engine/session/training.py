"""The run that a session describes."""

from __future__ import annotations

from engine.session.session import Session
from engine.training.objective import NO_TARGETS
from engine.training.run import TrainingRun
from engine.training.settings import TrainingSettings


def run_of(
    session: Session, settings: TrainingSettings, max_losses: int | None = None
) -> TrainingRun:
    """Return a run over the session's training samples that also measures its test samples.

    Frozen numbers stay as they are, and samples without a target are left out.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    settings
        How to train.
    max_losses
        As in LossTable.

    Returns
    -------
    TrainingRun

    Raises
    ------
    ValueError
        When no sample has a target, or the loss does not suit the targets or the last activation.
    """
    if session.training_targets is None:
        raise ValueError(NO_TARGETS)
    return TrainingRun(
        session.network,
        session.training_inputs,
        session.training_targets,
        settings,
        task=session.task,
        test_inputs=session.test_inputs,
        test_targets=session.test_targets,
        frozen=[layer.frozen for layer in session.network.layers],
        max_losses=max_losses,
    )

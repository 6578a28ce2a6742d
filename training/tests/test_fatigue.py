"""The second writing of the fatigue score agrees with the figures that the first one's documentation gives."""

from __future__ import annotations

import numpy as np
import pytest

from training.fatigue import SIGNS, area_under_curve, fatigue
from training.labels import LABELS
from training.prosody import PROSODY


def certain(label: str) -> np.ndarray:
    return np.eye(len(LABELS))[LABELS.index(label)]


@pytest.mark.parametrize(("label", "score"), [("neutral", 0.29), ("boredom", 0.89), ("anger", 0.02)])
def test_a_speaker_as_usual(label: str, score: float) -> None:
    usual = np.tile(np.arange(8.0), (6, 1))
    assert fatigue(certain(label), usual[0], usual) == pytest.approx(score, abs=0.005)


def test_every_sign_one_deviation_worse() -> None:
    usual = np.zeros((6, 8))
    worse = np.zeros(8)
    for column, (_, direction, least) in SIGNS.items():
        worse[PROSODY.index(column)] = direction * least
    assert fatigue(certain("neutral"), worse, usual) == pytest.approx(0.52, abs=0.005)


def test_area_under_curve() -> None:
    scores, positive = np.array([0.1, 0.4, 0.4, 0.9]), np.array([False, False, True, True])
    assert area_under_curve(scores, positive) == pytest.approx(0.875)

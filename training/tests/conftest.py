"""Synthetic clips and a small cache, so that the tests need neither the corpora nor the starting network."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from training.frontend import BANDS
from training.labels import CORPORA, FOLDS, Clip
from training.prepare import Features


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


@pytest.fixture
def clips() -> list[Clip]:
    """Two speakers a fold in each corpus, two clips of each label."""
    return [
        Clip(
            file=f"{corpus.name}/{fold}{sex}/{label}{take}.opus", corpus=corpus.name, speaker=f"{corpus.name}-{fold}{sex}",
            sex=sex, language="en", emotion=label, text=f"t{take}", fold=fold, votes=(0,) * 9,
        )
        for corpus in CORPORA.values()
        for fold in FOLDS
        for sex in ("female", "male")
        for label in corpus.labels
        for take in range(2)
    ]  # fmt: skip


@pytest.fixture
def features(clips: list[Clip]) -> Features:
    """Noise of 0.8-2.4 s in place of each clip."""
    random = np.random.default_rng(0)
    lengths = random.integers(80, 240, size=len(clips))
    frames = random.normal(0, 2, size=(lengths.sum(), BANDS)).astype(np.float16)
    return Features(frames, np.cumsum([0, *lengths]))


def voice(samples: int, amplitude: float = 0.1) -> np.ndarray:
    """float32 [samples]: a gliding tone with harmonics under noise, loud and soft by turns."""
    time = np.arange(samples) / 16_000
    phase = 2 * np.pi * (140 * time + 30 * np.sin(3 * time))
    tone = sum(np.sin(phase * harmonic) / harmonic for harmonic in range(1, 12))
    swell = 0.2 + np.abs(np.sin(5 * time))
    return (amplitude * swell * tone + 0.002 * np.random.default_rng(1).normal(size=samples)).astype(np.float32)

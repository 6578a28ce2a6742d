"""Reading clips, and the variants of them that are worth computing once."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import soundfile
import soxr

from .frontend import SAMPLE_RATE_HZ

_BLOCK = SAMPLE_RATE_HZ // 50


def read_clip(path: Path) -> np.ndarray:
    """float32 [samples], mono, 16 kHz.

    Some of noise.tar's files end in a page that libsndfile calls malformed: what decodes before it is kept.
    """
    with soundfile.SoundFile(path) as file:
        blocks = []
        while True:
            try:
                block = file.read(_BLOCK, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError:
                break
            if len(block) == 0:
                break
            blocks.append(block.mean(1))
        if not blocks:
            raise ValueError(f"{path}: no audio could be decoded")
        pcm = np.concatenate(blocks)
        return pcm if file.samplerate == SAMPLE_RATE_HZ else soxr.resample(pcm, file.samplerate, SAMPLE_RATE_HZ)


def at_speed(pcm: np.ndarray, speed: float) -> np.ndarray:
    """Played faster or slower, pitch and all (a speed of 1.1 raises it by 1.65 semitones)."""
    return soxr.resample(pcm, SAMPLE_RATE_HZ * speed, SAMPLE_RATE_HZ)


def opus_round_trip(pcm: np.ndarray, kbits: float) -> np.ndarray:
    """Encoded and decoded by Opus at about `kbits` kbit/s."""
    buffer = io.BytesIO()
    # libsndfile maps its compression level 0..1 linearly to 256..6 kbit/s a channel.
    soundfile.write(buffer, pcm, SAMPLE_RATE_HZ, format="OGG", subtype="OPUS", compression_level=(256 - kbits) / 250)
    buffer.seek(0)
    return soundfile.read(buffer, dtype="float32")[0]

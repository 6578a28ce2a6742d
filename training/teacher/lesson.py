"""What a teacher hands on to the student."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..prepare import Features


@dataclass(frozen=True)
class Lesson:
    """For every clip as it is: `logits` float32 [clips, 9] and `frames` float16 [stretches of 160 ms, 256]."""

    logits: np.ndarray
    frames: Features


def load_lesson(run: Path) -> Lesson:
    """Reads a finished teacher's lesson."""
    saved = np.load(run / "lesson.npz")
    return Lesson(saved["logits"], Features(saved["frames"], saved["starts"]))

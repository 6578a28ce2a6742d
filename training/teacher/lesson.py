"""What a teacher hands on to the student."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..labels import CORPORA
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


def lesson_for(teacher: Path, held_out: tuple[int, ...], corpora: tuple[str, ...]) -> Lesson:
    """The teacher's lesson; one that learnt from speakers whom this run holds out raises ValueError."""
    done = json.loads((teacher / "done.json").read_text())
    taught = done["recipe"].get("corpora", list(CORPORA))
    if not set(held_out) <= set(done["heldOut"]) or not set(taught) <= set(corpora):
        raise ValueError(
            f"{teacher}: learnt from clips that this run holds out: it kept out folds {done['heldOut']} and heard {', '.join(taught)}"
        )
    return load_lesson(teacher)

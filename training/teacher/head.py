"""What is trained on the frozen encoder: a learned mix of its layers, attention pooling over time, nine logits."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from ..labels import CORPORA, LABELS, Clip, split
from ..prepare import Features
from ..statehead import VIEW, HeadRecipe, StateHead, fit_head, padded_states
from ..whisper.encoder import BASE
from .states import load_states

@dataclass(frozen=True)
class TeacherRecipe(HeadRecipe):
    """Everything that shapes the heads, apart from the data and the held-out folds."""

    variants: tuple[str, ...] = ("plain",)
    corpora: tuple[str, ...] = tuple(CORPORA)
    """Corpora to learn from."""


def train_teacher(
    clips: list[Clip], cache: Path, run: Path, recipe: TeacherRecipe, held_out: tuple[int, ...], threads: int
) -> None:
    """Trains the heads without the held-out folds and writes their lesson for every clip, held-out ones included.

    The held-out clips' part serves evaluation alone: a student that is held to the same folds never sees it.
    """
    torch.set_num_threads(threads)
    settings = json.loads(json.dumps({"heldOut": held_out, "recipe": asdict(recipe)}))
    if (run / "done.json").exists():
        done = json.loads((run / "done.json").read_text())
        if any(done[key] != value for key, value in settings.items()):
            raise ValueError(f"{run}: made by another recipe or with other held-out folds; give another name, or delete it")
        return
    run.mkdir(parents=True, exist_ok=True)
    variants = {name: load_states(cache, name) for name in recipe.variants}
    train, test = split(clips, held_out, recipe.corpora)
    shape = BASE.layers + 1, BASE.width
    heads = [fit_head(clips, train, list(variants.values()), shape, recipe, seed, run.name) for seed in recipe.seeds]
    frames, logits = zip(*(_lesson(head, variants["plain"]) for head in heads), strict=True)
    mean = np.mean(logits, axis=0)
    np.savez(run / "lesson.npz", logits=mean, frames=frames[0], starts=variants["plain"].starts)
    torch.save([head.state_dict() for head in heads], run / "heads.pt")
    if test:
        np.savez(run / "predictions.npz", index=np.array(test), logits=mean[test])
    done = {**settings, "date": time.strftime("%Y-%m-%d"), "clips": len(train)}
    (run / "done.json").write_text(json.dumps(done, indent=1))


@torch.inference_mode()
def _lesson(head: StateHead, features: Features) -> tuple[np.ndarray, np.ndarray]:
    """frames float16 [stretches of all clips, 256], logits float32 [clips, 9]."""
    frames = np.empty((len(features.frames), VIEW), np.float16)
    logits = np.empty((len(features), len(LABELS)), np.float32)
    order = np.argsort(features.lengths, kind="stable")
    for at in range(0, len(order), 128):
        batch = order[at : at + 128]
        seen, answers = head.with_frames(*padded_states([features[index] for index in batch]))
        logits[batch] = answers.numpy()
        for index, row in zip(batch, seen.numpy(), strict=True):
            frames[features.starts[index] : features.starts[index + 1]] = row[: features.lengths[index]]
    return frames, logits

"""Which clips an epoch hears, in what order, and how they become tensors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .augment import Augmentation, augment, clean
from .frontend import BANDS
from .labels import CORPORA, Clip, priors, soft_target
from .prepare import SPEEDS, Features
from .teacher.lesson import Lesson


HOPS = 16
"""Feature frames of 10 ms in a frame of the student's sequence and of the teacher."""


@dataclass(frozen=True)
class Batch:
    """features float [batch, 104, frames], mask float [batch, 1, frames], target and within float [batch, 9],
    across float [9].

    `within` and `across` are the priors that the loss adds to the logits. `lesson` is there when a teacher is.
    """

    features: Tensor
    mask: Tensor
    target: Tensor
    within: Tensor
    across: Tensor
    lesson: LessonBatch | None = None


@dataclass(frozen=True)
class LessonBatch:
    """What the teacher says of a batch: logits float [batch, 9], its frames float [batch, frames of 160 ms, 256]."""

    logits: Tensor
    frames: Tensor


def balanced_draws(clips: list[Clip], train: list[int], draws: int, random: np.random.Generator) -> list[int]:
    """Indices of about `draws` clips: each corpus by its share, its labels alike, no clip twice before all once."""
    cells: dict[tuple[str, str], list[int]] = {}
    for index in train:
        cells.setdefault((clips[index].corpus, clips[index].emotion), []).append(index)
    corpora = {corpus for corpus, _ in cells}
    whole = sum(CORPORA[corpus].share for corpus in corpora)
    drawn: list[int] = []
    for corpus, label in sorted(cells):
        labels = sum(name == corpus for name, _ in cells)
        quota = round(draws * CORPORA[corpus].share / whole / labels)
        cell = cells[corpus, label]
        rounds = [random.permutation(cell) for _ in range(-(-quota // len(cell)))]
        drawn.extend(np.concatenate(rounds)[:quota].tolist())
    return drawn


def bucketed(draws: list[int], lengths: np.ndarray, size: int, random: np.random.Generator) -> list[list[int]]:
    """Batches of similar length, in random order, so that little of a batch is padding."""
    order = random.permutation(draws)
    batches = []
    # Sorting only within a chunk keeps each batch a mix of corpora, whose typical lengths differ.
    for start in range(0, len(order), size * 12):
        chunk = order[start : start + size * 12]
        chunk = chunk[np.argsort(lengths[chunk], kind="stable")]
        batches += [chunk[at : at + size].tolist() for at in range(0, len(chunk), size)]
    random.shuffle(batches)
    return [batch for batch in batches if len(batch) > 1]


def training_batches(
    clips: list[Clip],
    train: list[int],
    variants: dict[str, Features],
    noise: Features,
    *,
    draws: int,
    size: int,
    longest: int,
    votes_share: float,
    smoothing: float,
    options: Augmentation,
    random: np.random.Generator,
    lesson: Lesson | None = None,
) -> Iterator[Batch]:
    """One epoch. `longest` is in frames; longer clips are cropped at random."""
    targets = np.stack([soft_target(clip, votes_share, smoothing) for clip in clips])
    prior = priors(clips, train, targets)
    across = torch.from_numpy(prior.across)
    names = list(variants)
    batches = bucketed(balanced_draws(clips, train, draws, random), variants["plain"].lengths, size, random)
    for batch in batches:
        parts, starts, speeds = [], [], []
        for index in batch:
            name = names[random.integers(len(names))]
            part = variants[name][index]
            keep = int(len(part) * random.uniform(0.6, 1.0)) if random.random() < 0.5 else len(part)
            keep = min(max(keep, 60), longest, len(part))
            at = random.integers(len(part) - keep + 1)
            parts.append(part[at : at + keep])
            starts.append(at)
            speeds.append(SPEEDS[name])
        log_power, frames = padded(parts)
        features, mask, rates = augment(log_power, frames, noise_like(log_power, noise, random), options)
        within = np.stack([prior.within[clips[index].corpus] for index in batch])
        taught = None
        if lesson is not None:
            frames = _aligned(lesson.frames, batch, np.array(starts), rates.numpy(), np.array(speeds), features.shape[2])
            taught = LessonBatch(torch.from_numpy(lesson.logits[batch]), torch.from_numpy(frames))
        yield Batch(features, mask, torch.from_numpy(targets[batch]), torch.from_numpy(within), across, taught)


def _aligned(
    frames: Features, batch: list[int], starts: np.ndarray, rates: np.ndarray, speeds: np.ndarray, total: int
) -> np.ndarray:
    """The teacher's frames at the moments that the student's frames came from: float32 [batch, total / 16, 256].

    The teacher heard the clip as it is; the student hears a part of it, at another speed, stretched.
    """
    moments = (starts[:, None] + HOPS * np.arange(-(-total // HOPS)) * rates[:, None]) * speeds[:, None]
    # The student's frame t is centred on 160 t ms, the teacher's on 80 ms later.
    places = moments / HOPS - 0.5
    out = np.empty((*places.shape, frames.frames.shape[1]), np.float32)
    for row, index, at in zip(out, batch, places, strict=True):
        clip = frames[index].astype(np.float32)
        at = at.clip(0, len(clip) - 1)
        before = at.astype(int)
        share = (at - before)[:, None]
        row[:] = clip[before] * (1 - share) + clip[np.minimum(before + 1, len(clip) - 1)] * share
    return out


def noise_like(log_power: Tensor, noise: Features, random: np.random.Generator) -> Tensor:
    """Noise [batch, 104, 1.25 times the frames], each clip looped from a random point."""
    total = int(log_power.shape[2] * 1.25) + 1
    parts = []
    for index in random.integers(len(noise), size=len(log_power)):
        part = noise[index]
        parts.append(part[(random.integers(len(part)) + np.arange(total)) % len(part)])
    return torch.from_numpy(np.stack(parts)).float().transpose(1, 2).contiguous()


def padded(parts: list[np.ndarray]) -> tuple[Tensor, Tensor]:
    """Clips float16 [frames, 104] to one float32 [batch, 104, most frames] and their frames int64 [batch]."""
    frames = torch.tensor([len(part) for part in parts])
    out = np.full((len(parts), int(frames.max()), BANDS), -20, np.float16)
    for row, part in zip(out, parts, strict=True):
        row[: len(part)] = part
    return torch.from_numpy(out).transpose(1, 2).float().contiguous(), frames


def clean_batches(features: Features, indices: list[int], size: int) -> Iterator[tuple[list[int], Tensor, Tensor]]:
    """Unaltered clips, shortest first: their indices, features and mask."""
    order = sorted(indices, key=lambda index: features.lengths[index])
    for start in range(0, len(order), size):
        batch = order[start : start + size]
        yield batch, *clean(*padded([features[index] for index in batch]))

"""What is trained on the frozen encoder: a learned mix of its layers, attention pooling over time, nine logits."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from ..batches import balanced_draws
from ..labels import CORPORA, LABELS, Clip, priors, soft_target, split
from ..loss import cross_entropy
from ..prepare import Features
from .encoder import LAYERS, WIDTH
from .states import load_states

VIEW = 256
"""Width of the teacher's frames, which the student is led towards."""


@dataclass(frozen=True)
class TeacherRecipe:
    """Everything that shapes the heads, apart from the data and the held-out folds."""

    seeds: tuple[int, ...] = (1, 2, 3)
    """Heads whose logits are averaged. The first one's frames are what the student is led towards."""
    variants: tuple[str, ...] = ("plain",)
    corpora: tuple[str, ...] = tuple(CORPORA)
    """Corpora to learn from."""
    epochs: int = 8
    draws: int = 8000
    batch: int = 64
    rate: float = 1e-3
    weight_decay: float = 0.05
    dropout: float = 0.4
    votes_share: float = 0.1
    smoothing: float = 0.05
    nine_way: float = 0.25


class TeacherHead(nn.Module):
    """States [batch, stretches, 7, 512] and mask float [batch, stretches] to frames [batch, stretches, 256], logits [batch, 9]."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.mix = nn.Parameter(torch.zeros(LAYERS + 1))
        self.view, self.score = nn.Linear(WIDTH, VIEW), nn.Linear(VIEW, VIEW)
        self.norm, self.dropout = nn.BatchNorm1d(3 * VIEW), nn.Dropout(dropout)
        self.hidden, self.output = nn.Linear(3 * VIEW, VIEW), nn.Linear(VIEW, len(LABELS))

    def forward(self, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        mixed = torch.einsum("btlw,l->btw", states, self.mix.softmax(0))
        frames = nn.functional.gelu(self.view(self.dropout(mixed)))
        weights = (self.score(frames) + (mask[:, :, None] - 1) * 1e4).softmax(1)
        mean = (weights * frames).sum(1)
        spread = ((weights * (frames - mean[:, None]).square()).sum(1) + 1e-5).sqrt()
        plain = (frames * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        hidden = self.hidden(self.dropout(self.norm(torch.cat([mean, spread, plain], dim=1))))
        return frames, self.output(self.dropout(nn.functional.gelu(hidden)))


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
    heads = [_fit(clips, train, variants, recipe, seed, run.name) for seed in recipe.seeds]
    frames, logits = zip(*(_lesson(head, variants["plain"]) for head in heads), strict=True)
    mean = np.mean(logits, axis=0)
    np.savez(run / "lesson.npz", logits=mean, frames=frames[0], starts=variants["plain"].starts)
    torch.save([head.state_dict() for head in heads], run / "heads.pt")
    if test:
        np.savez(run / "predictions.npz", index=np.array(test), logits=mean[test])
    done = {**settings, "date": time.strftime("%Y-%m-%d"), "clips": len(train)}
    (run / "done.json").write_text(json.dumps(done, indent=1))


def _fit(
    clips: list[Clip], train: list[int], variants: dict[str, Features], recipe: TeacherRecipe, seed: int, name: str
) -> TeacherHead:
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    targets = np.stack([soft_target(clip, recipe.votes_share, recipe.smoothing) for clip in clips])
    prior = priors(clips, train, targets)
    across = torch.from_numpy(prior.across)
    head = TeacherHead(recipe.dropout).train()
    optimiser = torch.optim.AdamW(head.parameters(), recipe.rate, weight_decay=recipe.weight_decay)
    steps = recipe.epochs * (recipe.draws // recipe.batch + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.rate, total_steps=steps, pct_start=0.1)
    for epoch in tqdm(range(recipe.epochs), desc=f"{name} head {seed}", unit="epoch"):
        draws = random.permutation(balanced_draws(clips, train, recipe.draws, random))[: recipe.draws]
        for at in range(0, len(draws) - recipe.batch + 1, recipe.batch):
            batch = draws[at : at + recipe.batch]
            variant = list(variants.values())[random.integers(len(variants))]
            states, mask = _padded([_cropped(variant[index], random) for index in batch])
            within = torch.from_numpy(np.stack([prior.within[clips[index].corpus] for index in batch]))
            logits = head(states, mask)[1]
            loss = cross_entropy(logits, torch.from_numpy(targets[batch]), within, across, recipe.nine_way)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return head.eval()


def _cropped(states: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Now and then as little as 60 % of a clip."""
    if len(states) < 6 or random.random() < 0.5:
        return states
    keep = int(len(states) * random.uniform(0.6, 1))
    start = random.integers(len(states) - keep + 1)
    return states[start : start + keep]


def _padded(parts: list[np.ndarray]) -> tuple[Tensor, Tensor]:
    states = np.zeros((len(parts), max(map(len, parts)), LAYERS + 1, WIDTH), np.float32)
    mask = np.zeros(states.shape[:2], np.float32)
    for row, valid, part in zip(states, mask, parts, strict=True):
        row[: len(part)], valid[: len(part)] = part, 1
    return torch.from_numpy(states), torch.from_numpy(mask)


@torch.inference_mode()
def _lesson(head: TeacherHead, features: Features) -> tuple[np.ndarray, np.ndarray]:
    """frames float16 [stretches of all clips, 256], logits float32 [clips, 9]."""
    frames = np.empty((len(features.frames), VIEW), np.float16)
    logits = np.empty((len(features), len(LABELS)), np.float32)
    order = np.argsort(features.lengths, kind="stable")
    for at in range(0, len(order), 128):
        batch = order[at : at + 128]
        seen, answers = head(*_padded([features[index] for index in batch]))
        logits[batch] = answers.numpy()
        for index, row in zip(batch, seen.numpy(), strict=True):
            frames[features.starts[index] : features.starts[index + 1]] = row[: features.lengths[index]]
    return frames, logits

"""What is trained on a frozen encoder: a learned mix of its layers, attention pooling over time, nine logits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from .batches import balanced_draws
from .labels import LABELS, Clip, priors, soft_target
from .loss import cross_entropy
from .prepare import Features

VIEW = 256
"""Width of the frames behind the mix of layers."""


@dataclass(frozen=True)
class HeadRecipe:
    """What shapes heads on any frozen encoder."""

    seeds: tuple[int, ...] = (1, 2, 3)
    """Heads whose logits are averaged."""
    epochs: int = 8
    draws: int = 8000
    batch: int = 64
    rate: float = 1e-3
    weight_decay: float = 0.05
    dropout: float = 0.4
    votes_share: float = 0.1
    smoothing: float = 0.05
    nine_way: float = 0.25


class StateHead(nn.Module):
    """States [batch, stretches, states, width] and mask float [batch, stretches] to frames [batch, stretches, 256], logits [batch, 9]."""

    def __init__(self, states: int, width: int, dropout: float = 0.4) -> None:
        super().__init__()
        self.mix = nn.Parameter(torch.zeros(states))
        self.view, self.score = nn.Linear(width, VIEW), nn.Linear(VIEW, VIEW)
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


def fit_head(
    clips: list[Clip], train: list[int], passes: list[Features], shape: tuple[int, int], recipe: HeadRecipe, seed: int, name: str
) -> StateHead:
    """A head on cached states, of which every batch takes one pass; `shape` is states and width of a stretch."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    targets = np.stack([soft_target(clip, recipe.votes_share, recipe.smoothing) for clip in clips])
    prior = priors(clips, train, targets)
    across = torch.from_numpy(prior.across)
    head = StateHead(*shape, recipe.dropout).train()
    optimiser = torch.optim.AdamW(head.parameters(), recipe.rate, weight_decay=recipe.weight_decay)
    steps = recipe.epochs * (recipe.draws // recipe.batch + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.rate, total_steps=steps, pct_start=0.1)
    for epoch in tqdm(range(recipe.epochs), desc=f"{name} head {seed}", unit="epoch"):
        draws = random.permutation(balanced_draws(clips, train, recipe.draws, random))[: recipe.draws]
        for at in range(0, len(draws) - recipe.batch + 1, recipe.batch):
            batch = draws[at : at + recipe.batch]
            heard = passes[random.integers(len(passes))]
            states, mask = padded_states([_cropped(heard[index], random) for index in batch])
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


def padded_states(parts: list[np.ndarray]) -> tuple[Tensor, Tensor]:
    """Clips float16 [stretches, states, width] to float32 [batch, most stretches, states, width] and their mask [batch, stretches]."""
    states = np.zeros((len(parts), max(map(len, parts)), *parts[0].shape[1:]), np.float32)
    mask = np.zeros(states.shape[:2], np.float32)
    for row, valid, part in zip(states, mask, parts, strict=True):
        row[: len(part)], valid[: len(part)] = part, 1
    return torch.from_numpy(states), torch.from_numpy(mask)

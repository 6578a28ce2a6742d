"""What is trained on a frozen encoder: two opinions on all of its layers, one from what stands out, one from statistics."""

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

VIEW = 128
"""Width of the frames that attention looks at."""

HIDDEN = 256


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
    """States [batch, stretches, states, width] and mask float [batch, stretches] to logits [batch, 9].

    The states of a stretch are laid side by side: a learned mix of them, as heads on speech encoders mostly have it, loses three
    points of UAR. One opinion comes from attention over narrow frames, the other from mean and spread of every unit.
    """

    def __init__(self, states: int, width: int, dropout: float = 0.4) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.view, self.score = nn.Linear(states * width, VIEW), nn.Linear(VIEW, VIEW)
        self.by_attention = _Opinion(3 * VIEW, self.dropout)
        self.by_statistics = _Opinion(2 * states * width, self.dropout)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        return self.with_frames(states, mask)[1]

    def with_frames(self, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The frames that attention looks at, [batch, stretches, 128], and the logits."""
        states = states.flatten(2)
        shares = mask / mask.sum(1, keepdim=True)
        frames = nn.functional.gelu(self.view(self.dropout(states)))
        weights = (self.score(frames) + (mask[:, :, None] - 1) * 1e4).softmax(1)
        noticed = torch.cat([*_moments(frames, weights), _mean(frames, shares)], dim=1)
        statistics = torch.cat(_moments(states, shares[:, :, None]), dim=1)
        return frames, (self.by_attention(noticed) + self.by_statistics(statistics)) / 2


class _Opinion(nn.Module):
    """What is pooled to logits."""

    def __init__(self, pooled: int, dropout: nn.Dropout) -> None:
        super().__init__()
        self.norm, self.dropout = nn.BatchNorm1d(pooled), dropout
        self.hidden, self.output = nn.Linear(pooled, HIDDEN), nn.Linear(HIDDEN, len(LABELS))

    def forward(self, pooled: Tensor) -> Tensor:
        return self.output(self.dropout(nn.functional.gelu(self.hidden(self.dropout(self.norm(pooled))))))


def _moments(x: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """Weighted mean and spread over time of x [batch, stretches, units]."""
    mean = (weights * x).sum(1)
    spread = ((weights * (x - mean[:, None]).square()).sum(1) + 1e-5).sqrt()
    return mean, spread


def _mean(x: Tensor, shares: Tensor) -> Tensor:
    return (shares[:, None] @ x)[:, 0]


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
            logits = head(states, mask)
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

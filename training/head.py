"""From the backbone's stages to nine logits: views of several stages, and a short sequence model over them."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from .backbone import LAST_CHANNELS, STAGE_BANDS, STAGE_CHANNELS, Stages, masked_mean
from .labels import LABELS

TAPS = (6, 10, 12, 15, 16)
"""Stages that the head reads: 16, 32, 48, 64 and 384 channels.

Frozen, several pooled stages beat the last alone by 7 points of UAR: prosody is read off the earlier ones.
"""

TAP_FRAME_MS = (80, 160, 160, 320, 320)
FRAME_MS = 160
"""A frame of the sequence model, which is also what the teacher's frames are pooled to."""

VIEW, SEQUENCE = 64, 192


class AttentiveStatistics(nn.Module):
    """Each channel weighs the frames for itself and gives its weighted mean and spread (Okabe et al. 2018)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.score = nn.Conv1d(channels, channels, 1)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """[batch, channels, frames] to [batch, 2 * channels]."""
        scores = self.score(x)
        if mask is not None:
            scores = scores + (mask - 1) * 1e4
        weights = scores.softmax(2)
        mean = (weights * x).sum(2)
        deviation = (weights * (x - mean[:, :, None]).square()).sum(2)
        return torch.cat([mean, (deviation + 1e-5).sqrt()], dim=1)


class View(nn.Module):
    """A narrow view of one stage that still knows its bands: [batch, channels, bands, frames] to [batch, 64, frames]."""

    def __init__(self, channels: int, bands: int) -> None:
        super().__init__()
        self.view = nn.Conv2d(channels, VIEW, (bands, 1), bias=False)
        self.norm = nn.BatchNorm1d(VIEW)

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.hardswish(self.norm(self.view(x)[:, :, 0]))


class TimeBlock(nn.Module):
    """Looks 0.8 s along time channel by channel, then mixes the channels, and adds what it found."""

    def __init__(self, channels: int, expanded: int) -> None:
        super().__init__()
        self.along = nn.Conv1d(channels, channels, 5, padding=2, groups=channels)
        self.norm = nn.BatchNorm1d(channels)
        self.up, self.down = nn.Conv1d(channels, expanded, 1), nn.Conv1d(expanded, channels, 1)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        y = self.norm(self.along(x if mask is None else x * mask))
        return x + self.down(nn.functional.hardswish(self.up(y)))


class Sequence(nn.Module):
    """The views of all tapped stages, brought to 160 ms a frame, through two looks along time: [batch, 192, frames]."""

    def __init__(self) -> None:
        super().__init__()
        self.halve = nn.Conv1d(VIEW, VIEW, 3, stride=2, padding=1, groups=VIEW)
        self.join = nn.Conv1d(VIEW * len(TAPS), SEQUENCE, 1)
        self.norm = nn.BatchNorm1d(SEQUENCE)
        self.blocks = nn.ModuleList(TimeBlock(SEQUENCE, SEQUENCE * 3 // 2) for _ in range(2))

    def forward(self, views: list[Tensor], masks: list[Tensor | None]) -> tuple[Tensor, Tensor | None]:
        mask = masks[TAP_FRAME_MS.index(FRAME_MS)]
        frames = views[TAP_FRAME_MS.index(FRAME_MS)].shape[2]
        even = []
        for view, own, frame_ms in zip(views, masks, TAP_FRAME_MS, strict=True):
            if frame_ms < FRAME_MS:
                even.append(self.halve(view if own is None else view * own))
            elif frame_ms > FRAME_MS:
                # Frame t of the coarser stage lies where 2 t of this one does.
                even.append(view.repeat_interleave(2, dim=2)[:, :, :frames])
            else:
                even.append(view)
        x = nn.functional.hardswish(self.norm(self.join(torch.cat(even, dim=1))))
        for block in self.blocks:
            x = block(x, mask)
        return x, mask


class Perceptron(nn.Module):
    """Pooled statistics to logits."""

    def __init__(self, pooled: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(pooled)
        self.dropout = nn.Dropout(dropout)
        self.hidden = nn.Linear(pooled, hidden)
        self.output = nn.Linear(hidden, len(LABELS))

    def forward(self, pooled: Tensor) -> Tensor:
        hidden = nn.functional.hardswish(self.hidden(self.dropout(self.norm(pooled))))
        return self.output(self.dropout(hidden))


class Opinions(NamedTuple):
    """What the head thinks: each float [batch, 9], and the sequence [batch, 192, frames of 160 ms]."""

    by_views: Tensor
    by_sequence: Tensor | None
    sequence: Tensor | None

    @property
    def logits(self) -> Tensor:
        """The mean of both opinions, where there are two."""
        return self.by_views if self.by_sequence is None else (self.by_views + self.by_sequence) / 2


class EmotionHead(nn.Module):
    """Two opinions on the same stages: one from the statistics of each view, one from the sequence (if it has one)."""

    def __init__(self, sequence: bool = True, hidden: int = 192, dropout: float = 0.3) -> None:
        super().__init__()
        self.views = nn.ModuleList(View(STAGE_CHANNELS[tap], STAGE_BANDS[tap]) for tap in TAPS)
        self.statistics = nn.ModuleList(AttentiveStatistics(VIEW) for _ in TAPS)
        self.by_views = Perceptron(2 * VIEW * len(TAPS) + 2 * LAST_CHANNELS, hidden, dropout)
        if sequence:
            self.sequence = Sequence()
            self.sequence_statistics = AttentiveStatistics(SEQUENCE)
            self.by_sequence = Perceptron(2 * SEQUENCE, hidden, dropout)
        self.has_sequence = sequence

    def forward(self, stages: Stages) -> Opinions:
        """The backbone's stages, with their masks."""
        masks = [stages[tap][1] for tap in TAPS]
        views = [view(stages[tap][0]) for view, tap in zip(self.views, TAPS, strict=True)]
        pooled = [pool(*pair) for pool, *pair in zip(self.statistics, views, masks, strict=True)]
        last, mask = stages[TAPS[-1]]
        pooled.append(mean_and_spread(last.mean(2), mask))
        by_views = self.by_views(torch.cat(pooled, dim=1))
        if not self.has_sequence:
            return Opinions(by_views, None, None)
        sequence, mask = self.sequence(views, masks)
        return Opinions(
            by_views, self.by_sequence(self.sequence_statistics(sequence, mask)), sequence
        )


def mean_and_spread(x: Tensor, mask: Tensor | None) -> Tensor:
    """[batch, channels, frames] to [batch, 2 * channels]: mean and standard deviation over valid frames."""
    mean = masked_mean(x, mask)
    deviation = masked_mean((x - mean[:, :, None]).square(), mask)
    return torch.cat([mean, (deviation + 1e-5).sqrt()], dim=1)

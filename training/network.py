"""mn04 with a head that pools several of its blocks.

mn04 is EfficientAT's MobileNetV3-Large at width 0.4, trained on AudioSet (F. Schmid, K. Koutini, G. Widmer, ICASSP
2023; weights MIT). It is written anew here, with masks, so that a clip gives the same answer alone and padded in a
batch: the mask is laid on before each convolution that looks along time, and on each mean over time.
"""

from __future__ import annotations

import re
from pathlib import Path

import torch
from torch import Tensor, nn

from .frontend import FrontEnd
from .labels import LABELS

_BLOCKS = (
    # kernel, expanded, out, squeeze (0: none), hardswish, stride; widths after scaling by 0.4 to multiples of 8
    (3, 8, 8, 0, False, 1),
    (3, 24, 16, 0, False, 2),
    (3, 32, 16, 0, False, 1),
    (5, 32, 16, 8, False, 2),
    (5, 48, 16, 16, False, 1),
    (5, 48, 16, 16, False, 1),
    (3, 96, 32, 0, True, 2),
    (3, 80, 32, 0, True, 1),
    (3, 72, 32, 0, True, 1),
    (3, 72, 32, 0, True, 1),
    (3, 192, 48, 48, True, 1),
    (3, 272, 48, 72, True, 1),
    (5, 272, 64, 72, True, 2),
    (5, 384, 64, 96, True, 1),
    (5, 384, 64, 96, True, 1),
)
STEM_CHANNELS, LAST_CHANNELS, EVENTS = 8, 384, 527


class ConvNorm(nn.Module):
    """Convolution, batch normalisation, activation."""

    def __init__(
        self, into: int, out: int, kernel: int = 1, stride: int = 1, groups: int = 1, activation: nn.Module | None = None
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(into, out, kernel, stride, kernel // 2, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(out, eps=1e-3, momentum=0.01)
        self.activation = activation or nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return self.activation(self.norm(self.conv(x)))


class SqueezeExcite(nn.Module):
    """Scales each channel by a gate computed from all channels' means over frequency and valid time."""

    def __init__(self, channels: int, squeezed: int) -> None:
        super().__init__()
        self.down = nn.Linear(channels, squeezed)
        self.up = nn.Linear(squeezed, channels)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        gate = self.up(self.down(masked_mean(x.mean(2), mask)).relu()).sigmoid()
        return x * gate[:, :, None, None]


class InvertedResidual(nn.Module):
    """MobileNetV3's block: widen, convolve each channel, squeeze and excite, narrow, add."""

    def __init__(
        self, into: int, kernel: int, expanded: int, out: int, squeezed: int, hardswish: bool, stride: int
    ) -> None:
        super().__init__()
        activation = nn.Hardswish() if hardswish else nn.ReLU()
        self.expand = ConvNorm(into, expanded, activation=activation) if expanded != into else None
        self.depthwise = ConvNorm(expanded, expanded, kernel, stride, groups=expanded, activation=activation)
        self.squeeze = SqueezeExcite(expanded, squeezed) if squeezed else None
        self.project = ConvNorm(expanded, out)
        self.stride = stride
        self.residual = stride == 1 and into == out

    def forward(self, x: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """`mask` float [batch, 1, frames]; returns the output and the mask at its frame rate."""
        y = x if self.expand is None else self.expand(x)
        if mask is not None:
            y = y * mask[:, :, None]
        y = self.depthwise(y)
        mask = _strided(mask, self.stride)
        if self.squeeze is not None:
            y = self.squeeze(y, mask)
        y = self.project(y)
        return (x + y if self.residual else y), mask


def _strided(mask: Tensor | None, stride: int) -> Tensor | None:
    """Frames after a convolution of this stride: frame t is valid where frame stride * t was."""
    return mask if mask is None or stride == 1 else mask[:, :, ::stride]


def masked_mean(x: Tensor, mask: Tensor | None) -> Tensor:
    """[batch, channels, frames] to [batch, channels], over valid frames."""
    if mask is None:
        return x.mean(2)
    return (x * mask).sum(2) / mask.sum(2)


class Backbone(nn.Module):
    """Features [batch, 104, frames] to the outputs of its 17 stages, the stem first (0) and `last` last (16)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = ConvNorm(1, STEM_CHANNELS, 3, 2, activation=nn.Hardswish())
        blocks, into = [], STEM_CHANNELS
        for kernel, expanded, out, squeezed, hardswish, stride in _BLOCKS:
            blocks.append(InvertedResidual(into, kernel, expanded, out, squeezed, hardswish, stride))
            into = out
        self.blocks = nn.ModuleList(blocks)
        self.last = ConvNorm(into, LAST_CHANNELS, activation=nn.Hardswish())

    def forward(self, features: Tensor, mask: Tensor | None = None) -> list[tuple[Tensor, Tensor | None]]:
        """Each stage's output [batch, channels, bands, frames] with the mask at its frame rate."""
        x, mask = self.stem(features[:, None]), _strided(mask, 2)
        stages = [(x, mask)]
        for block in self.blocks:
            x, mask = block(x, mask)
            stages.append((x, mask))
        return [*stages, (self.last(x), mask)]


class EventHead(nn.Module):
    """mn04's AudioSet classifier: last stage to 527 event logits. Kept apart: it is what proves the weights."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Linear(LAST_CHANNELS, 512)
        self.output = nn.Linear(512, EVENTS)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        return self.output(nn.functional.hardswish(self.hidden(masked_mean(x.mean(2), mask))))


def load_starting_network(path: Path) -> tuple[Backbone, EventHead]:
    """Reads mn04's state dict into our modules, each tensor exactly once; anything else raises."""
    backbone, events = Backbone(), EventHead()
    renamed: dict[str, dict[str, Tensor]] = {"backbone": {}, "events": {}}
    for name, tensor in torch.load(path, map_location="cpu", weights_only=True).items():
        part, ours = _our_name(name, backbone)
        renamed[part][ours] = tensor
    backbone.load_state_dict(renamed["backbone"], strict=True)
    events.load_state_dict(renamed["events"], strict=True)
    return backbone, events


def _our_name(name: str, backbone: Backbone) -> tuple[str, str]:
    """`features.4.block.2.conc_se_layers.0.fc1.weight` to `backbone`, `blocks.3.squeeze.down.weight`."""
    if match := re.fullmatch(r"classifier\.([25])\.(\w+)", name):
        return "events", f"{'hidden' if match[1] == '2' else 'output'}.{match[2]}"
    if match := re.fullmatch(r"features\.(0|16)\.([01])\.(\w+)", name):
        return "backbone", f"{'stem' if match[1] == '0' else 'last'}.{('conv', 'norm')[int(match[2])]}.{match[3]}"
    if match := re.fullmatch(r"features\.(\d+)\.block\.(\d)\.(.+)", name):
        index, rest = int(match[1]) - 1, match[3]
        block = backbone.blocks[index]
        parts = [part for part in ("expand", "depthwise", "squeeze", "project") if getattr(block, part) is not None]
        for theirs, ours in (("conc_se_layers.0.fc1", "down"), ("conc_se_layers.0.fc2", "up"), ("0", "conv"), ("1", "norm")):
            if rest.startswith(theirs + "."):
                return "backbone", f"blocks.{index}.{parts[int(match[2])]}.{ours}.{rest[len(theirs) + 1 :]}"
    raise ValueError(f"not a tensor of mn04: {name}")


TAPS = (6, 10, 12, 15, 16)
"""Stages that the head reads: 16, 32, 48, 64 and 384 channels, from 80 ms to 320 ms a frame.

Frozen, several pooled stages beat the last alone by 7 points of UAR: prosody is read off the earlier ones.
"""

STAGE_CHANNELS = (STEM_CHANNELS, *(block[2] for block in _BLOCKS), LAST_CHANNELS)
STAGE_BANDS = (52, 52, 26, 26, 13, 13, 13, 7, 7, 7, 7, 7, 7, 4, 4, 4, 4)
"""Bands of each stage's output, for 104 bands in."""


class AttentiveView(nn.Module):
    """A narrow view of one stage that still knows its bands, pooled by attention over time.

    Each channel of the view weighs the frames for itself and gives its weighted mean and spread (attentive statistics
    pooling, Okabe et al. 2018).
    """

    def __init__(self, channels: int, bands: int, width: int) -> None:
        super().__init__()
        self.view = nn.Conv2d(channels, width, (bands, 1), bias=False)
        self.norm = nn.BatchNorm1d(width)
        self.score = nn.Conv1d(width, width, 1)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """[batch, channels, bands, frames] to [batch, 2 * width]."""
        seen = nn.functional.hardswish(self.norm(self.view(x)[:, :, 0]))
        scores = self.score(seen)
        if mask is not None:
            scores = scores + (mask - 1) * 1e4
        weights = scores.softmax(2)
        mean = (weights * seen).sum(2)
        deviation = (weights * (seen - mean[:, :, None]).square()).sum(2)
        return torch.cat([mean, (deviation + 1e-5).sqrt()], dim=1)


class EmotionHead(nn.Module):
    """An attentive view of each tapped stage beside the last one's plain statistics, then a small perceptron."""

    def __init__(self, width: int = 64, hidden: int = 192, dropout: float = 0.3) -> None:
        super().__init__()
        self.views = nn.ModuleList(AttentiveView(STAGE_CHANNELS[tap], STAGE_BANDS[tap], width) for tap in TAPS)
        pooled = 2 * width * len(TAPS) + 2 * LAST_CHANNELS
        self.norm = nn.BatchNorm1d(pooled)
        self.dropout = nn.Dropout(dropout)
        self.hidden = nn.Linear(pooled, hidden)
        self.output = nn.Linear(hidden, len(LABELS))

    def forward(self, stages: list[tuple[Tensor, Tensor | None]]) -> Tensor:
        """All stages of the backbone, with their masks, to logits [batch, 9]."""
        last, mask = stages[-1]
        pooled = [view(*stages[tap]) for view, tap in zip(self.views, TAPS, strict=True)]
        pooled.append(mean_and_spread(last.mean(2), mask))
        hidden = nn.functional.hardswish(self.hidden(self.dropout(self.norm(torch.cat(pooled, dim=1)))))
        return self.output(self.dropout(hidden))


def mean_and_spread(x: Tensor, mask: Tensor | None) -> Tensor:
    """[batch, channels, frames] to [batch, 2 * channels]: mean and standard deviation over valid frames."""
    mean = masked_mean(x, mask)
    deviation = masked_mean((x - mean[:, :, None]).square(), mask)
    return torch.cat([mean, (deviation + 1e-5).sqrt()], dim=1)


class EmotionNetwork(nn.Module):
    """Features [batch, 104, frames] and mask float [batch, 1, frames] to logits [batch, 9]."""

    def __init__(self, backbone: Backbone | None = None) -> None:
        super().__init__()
        self.backbone = backbone or Backbone()
        self.head = EmotionHead()

    def forward(self, features: Tensor, mask: Tensor | None = None) -> Tensor:
        return self.head(self.backbone(features, mask))


class EmotionModel(nn.Module):
    """What is exported: PCM float32 [batch, samples] and lengths int64 [batch] to logits float32 [batch, 9]."""

    def __init__(self, network: EmotionNetwork) -> None:
        super().__init__()
        self.front_end = FrontEnd()
        self.network = network

    def forward(self, pcm: Tensor, lengths: Tensor) -> Tensor:
        return self.network(*self.front_end(pcm, lengths))

"""mn04, written anew with masks.

mn04 is EfficientAT's MobileNetV3-Large at width 0.4, trained on AudioSet (F. Schmid, K. Koutini, G. Widmer, ICASSP
2023; weights MIT). The masks see to it that a clip gives the same answer alone and padded in a batch: they are laid
on before each convolution that looks along time, and on each mean over time.
"""

from __future__ import annotations

import re
from pathlib import Path

import torch
from torch import Tensor, nn

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

STAGE_CHANNELS = (STEM_CHANNELS, *(block[2] for block in _BLOCKS), LAST_CHANNELS)
STAGE_BANDS = (52, 52, 26, 26, 13, 13, 13, 7, 7, 7, 7, 7, 7, 4, 4, 4, 4)
"""Bands of each stage's output, for 104 bands in."""


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
        gate = self.up(self.down(masked_mean(x, mask)).relu()).sigmoid()
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
    """[batch, channels, frames] or [batch, channels, bands, frames] to [batch, channels], over bands and valid frames."""
    if mask is None:
        return x.flatten(2).mean(2)
    if x.ndim == 3:
        return (x @ (mask / mask.sum(2, keepdim=True)).transpose(1, 2))[:, :, 0]
    # With a mask whose mean is 1, a mean over everything: the runtime takes it without leaving its own layout.
    return (x * (mask / mask.mean(2, keepdim=True))[:, :, None]).mean((2, 3))


Stages = dict[int, tuple[Tensor, Tensor | None]]


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

    def forward(self, features: Tensor, mask: Tensor | None = None) -> Stages:
        """Each stage's output [batch, channels, bands, frames] with the mask at its frame rate, by the stage's number."""
        return self.go_on(*self.begin(features, mask, 0), 0)

    def begin(self, features: Tensor, mask: Tensor | None, blocks: int) -> tuple[Tensor, Tensor | None]:
        """What leaves the stem and so many blocks: the same for all networks that were trained with these frozen."""
        x, mask = self.stem(features[:, None]), _strided(mask, 2)
        for block in self.blocks[:blocks]:
            x, mask = block(x, mask)
        return x, mask

    def go_on(self, x: Tensor, mask: Tensor | None, blocks: int) -> Stages:
        """The stages from there on."""
        stages = {blocks: (x, mask)}
        for number, block in enumerate(self.blocks[blocks:], start=blocks + 1):
            x, mask = block(x, mask)
            stages[number] = x, mask
        stages[len(self.blocks) + 1] = self.last(x), mask
        return stages


class EventHead(nn.Module):
    """mn04's AudioSet classifier: last stage to 527 event logits. Kept apart: it is what proves the weights."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Linear(LAST_CHANNELS, 512)
        self.output = nn.Linear(512, EVENTS)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        return self.output(nn.functional.hardswish(self.hidden(masked_mean(x, mask))))


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

"""The whole network: features to logits for training, PCM to everything that the middleware reads for export."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .backbone import Backbone
from .events import EventBranch
from .frontend import FrontEnd
from .head import EmotionHead, Opinions
from .prosody import Prosody
from .voice import VoiceNetwork


class EmotionNetwork(nn.Module):
    """Features [batch, 104, frames] and mask float [batch, 1, frames] to logits [batch, 9]."""

    def __init__(self, backbone: Backbone | None = None, sequence: bool = True) -> None:
        super().__init__()
        self.backbone = backbone or Backbone()
        self.head = EmotionHead(sequence)

    def forward(self, features: Tensor, mask: Tensor | None = None) -> Tensor:
        return self.opinions(features, mask).logits

    def opinions(self, features: Tensor, mask: Tensor | None = None) -> Opinions:
        """What training looks at: both opinions, and the sequence that is led towards the teacher's."""
        return self.head(self.backbone(features, mask))


VOICES_SHARE = 0.6
"""Of the logits, where there are networks of both kinds. Chosen on folds 3 and 4 (EXPERIMENTS.md)."""


def joined(sounds: list[Tensor], voices: list[Tensor]) -> Tensor:
    """One answer [batch, 9] from those of mn04's networks and those of the voice's."""
    means = [sum(each[1:], each[0]) / len(each) for each in (sounds, voices) if each]
    return means[0] if len(means) == 1 else (1 - VOICES_SHARE) * means[0] + VOICES_SHARE * means[1]


class EmotionModel(nn.Module):
    """PCM float32 [batch, samples] and lengths int64 [batch] to logits float32 [batch, 9]: what the networks say together.

    The first blocks, which every mn04 was trained with as AudioSet left them, are computed once.
    """

    def __init__(self, networks: list[EmotionNetwork | VoiceNetwork], shared_blocks: int) -> None:
        super().__init__()
        self.front_end = FrontEnd()
        self.sounds = nn.ModuleList(network for network in networks if isinstance(network, EmotionNetwork))
        self.voices = nn.ModuleList(network for network in networks if isinstance(network, VoiceNetwork))
        self.shared_blocks = shared_blocks
        first = self.sounds[0].backbone
        for network in self.sounds[1:]:
            for part, same in zip(_shared(network.backbone, shared_blocks), _shared(first, shared_blocks), strict=True):
                if any(not torch.equal(a, b) for a, b in zip(part.state_dict().values(), same.state_dict().values(), strict=True)):
                    raise ValueError(f"the networks differ within the first {shared_blocks} blocks, so these cannot be shared")

    def forward(self, pcm: Tensor, lengths: Tensor) -> Tensor:
        return self.answers(*self.front_end(pcm, lengths))[0]

    def answers(self, features: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor | None]:
        """The logits, and what left the shared blocks with its mask, for whoever goes on from there."""
        x, own = self.sounds[0].backbone.begin(features, mask, self.shared_blocks)
        sounds = [network.head(network.backbone.go_on(x, own, self.shared_blocks)).logits for network in self.sounds]
        return joined(sounds, [network(features, mask) for network in self.voices]), x, own


def _shared(backbone: Backbone, blocks: int) -> list[nn.Module]:
    return [backbone.stem, *backbone.blocks[:blocks]]


class ShippedModel(nn.Module):
    """What is exported: as `EmotionModel`, with sound events [batch, 8] and prosody [batch, 8] beside the logits."""

    def __init__(self, emotions: EmotionModel, events: EventBranch) -> None:
        super().__init__()
        self.emotions, self.events, self.prosody = emotions, events, Prosody()

    def forward(self, pcm: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        logits, x, mask = self.emotions.answers(*self.emotions.front_end(pcm, lengths))
        return logits, self.events(x, mask), self.prosody(pcm, lengths)

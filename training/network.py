"""The whole network: features to logits for training, PCM to everything that the middleware reads for export."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .backbone import Backbone
from .events import EventBranch
from .frontend import FrontEnd
from .head import EmotionHead, Opinions
from .prosody import Prosody


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


class EmotionModel(nn.Module):
    """PCM float32 [batch, samples] and lengths int64 [batch] to logits float32 [batch, 9]: the mean of the networks'.

    The first blocks, which every network was trained with as AudioSet left them, are computed once.
    """

    def __init__(self, networks: list[EmotionNetwork], shared_blocks: int) -> None:
        super().__init__()
        self.front_end = FrontEnd()
        self.networks = nn.ModuleList(networks)
        self.shared_blocks = shared_blocks
        first = networks[0].backbone
        for network in networks[1:]:
            for part, same in zip(_shared(network.backbone, shared_blocks), _shared(first, shared_blocks), strict=True):
                if any(not torch.equal(a, b) for a, b in zip(part.state_dict().values(), same.state_dict().values(), strict=True)):
                    raise ValueError(f"the networks differ within the first {shared_blocks} blocks, so these cannot be shared")

    def forward(self, pcm: Tensor, lengths: Tensor) -> Tensor:
        return self.logits(*self.begin(pcm, lengths))

    def begin(self, pcm: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor | None]:
        """What leaves the shared blocks, with its mask."""
        return self.networks[0].backbone.begin(*self.front_end(pcm, lengths), self.shared_blocks)

    def logits(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """From what left the shared blocks on."""
        each = [network.head(network.backbone.go_on(x, mask, self.shared_blocks)).logits for network in self.networks]
        return sum(each[1:], each[0]) / len(each)


def _shared(backbone: Backbone, blocks: int) -> list[nn.Module]:
    return [backbone.stem, *backbone.blocks[:blocks]]


class ShippedModel(nn.Module):
    """What is exported: as `EmotionModel`, with sound events [batch, 8] and prosody [batch, 8] beside the logits."""

    def __init__(self, emotions: EmotionModel, events: EventBranch) -> None:
        super().__init__()
        self.emotions, self.events, self.prosody = emotions, events, Prosody()

    def forward(self, pcm: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x, mask = self.emotions.begin(pcm, lengths)
        return self.emotions.logits(x, mask), self.events(x, mask), self.prosody(pcm, lengths)

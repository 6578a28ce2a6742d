"""The whole network: features to logits for training, PCM to everything that the middleware reads for export."""

from __future__ import annotations

from torch import Tensor, nn

from .backbone import Backbone
from .events import EventBranch
from .frontend import FrontEnd
from .head import EmotionHead, Opinions
from .prosody import Prosody


class EmotionNetwork(nn.Module):
    """Features [batch, 104, frames] and mask float [batch, 1, frames] to logits [batch, 9]."""

    def __init__(self, backbone: Backbone | None = None) -> None:
        super().__init__()
        self.backbone = backbone or Backbone()
        self.head = EmotionHead()

    def forward(self, features: Tensor, mask: Tensor | None = None) -> Tensor:
        return self.opinions(features, mask).logits

    def opinions(self, features: Tensor, mask: Tensor | None = None) -> Opinions:
        """What training looks at: both opinions, and the sequence that is led towards the teacher's."""
        return self.head(self.backbone(features, mask))


class EmotionModel(nn.Module):
    """PCM float32 [batch, samples] and lengths int64 [batch] to logits float32 [batch, 9]."""

    def __init__(self, network: EmotionNetwork) -> None:
        super().__init__()
        self.front_end = FrontEnd()
        self.network = network

    def forward(self, pcm: Tensor, lengths: Tensor) -> Tensor:
        return self.network(*self.front_end(pcm, lengths))


class ShippedModel(nn.Module):
    """What is exported: as `EmotionModel`, with sound events [batch, 8] and prosody [batch, 8] beside the logits.

    The events are read from the stages that training left as they were on, so those are computed once.
    """

    def __init__(self, network: EmotionNetwork, events: EventBranch) -> None:
        super().__init__()
        self.front_end, self.prosody = FrontEnd(), Prosody()
        self.network, self.events = network, events

    def forward(self, pcm: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        stages = self.network.backbone(*self.front_end(pcm, lengths))
        return self.network.head(stages).logits, self.events(*stages[self.events.shared_blocks]), self.prosody(pcm, lengths)

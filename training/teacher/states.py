"""What the teacher's encoder makes of each clip, cached once: every layer, averaged over stretches of 160 ms."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache as once
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from ..audio import read_clip
from ..prepare import VARIANTS, Features
from ..whisper.encoder import FRAME_SAMPLES, LogMel, WhisperEncoder

POOLED = 8
"""Frames averaged into one: 160 ms, the student's own rate in the stages that it is compared at."""

STRETCH_SAMPLES = FRAME_SAMPLES * POOLED
_BATCH = 24


def load_states(cache: Path, variant: str) -> Features:
    """Maps a variant's states into memory: clip i is float16 [stretches of 160 ms, 7, 512]."""
    described = json.loads((cache / f"whisper-{variant}.json").read_text())
    return Features(np.load(cache / f"whisper-{variant}.npy", mmap_mode="r"), np.array(described["starts"]))


def prepare_states(encoder: WhisperEncoder, paths: list[Path], lengths: np.ndarray, cache: Path, variant: str) -> None:
    """Writes a variant's states unless they are there. `lengths` [clips] orders the work; their unit is no matter."""
    described = cache / f"whisper-{variant}.json"
    if described.exists():
        return
    order = np.argsort(lengths, kind="stable")
    rows: list[np.ndarray] = [np.empty(0)] * len(paths)
    with tqdm(total=len(paths), desc=f"whisper {variant}", unit="clip") as bar:
        for batch, clips in _read_ahead(paths, order, variant):
            for index, states in zip(batch, encode(encoder, clips), strict=True):
                rows[index] = states
            bar.update(len(batch))
    starts = np.cumsum([0, *(len(row) for row in rows)])
    unfinished = cache / f"whisper-{variant}.unfinished.npy"
    np.save(unfinished, np.concatenate(rows))
    os.replace(unfinished, cache / f"whisper-{variant}.npy")
    described.write_text(json.dumps({"starts": starts.tolist()}))


def _read_ahead(paths: list[Path], order: np.ndarray, variant: str) -> Iterator[tuple[np.ndarray, list[np.ndarray]]]:
    """Batches of indices with their audio, the next one decoded while this one is encoded."""

    def read(batch: np.ndarray) -> list[np.ndarray]:
        return [VARIANTS[variant](read_clip(paths[index])).astype(np.float32) for index in batch]

    batches = [order[at : at + _BATCH] for at in range(0, len(order), _BATCH)]
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(read, batches[0])
        for batch, following in zip(batches, [*batches[1:], None], strict=True):
            clips = coming.result()
            if following is not None:
                coming = reader.submit(read, following)
            yield batch, clips


@torch.inference_mode()
def encode(encoder: WhisperEncoder, clips: list[np.ndarray]) -> list[np.ndarray]:
    """Each clip's states, float16 [stretches, 7, 512]; every vector has mean 0 and variance 1 before averaging over time.

    Layers differ tenfold in size, and a few of their units in a hundredfold: normalised, they can be mixed.
    """
    frames = torch.tensor([-(-len(clip) // FRAME_SAMPLES) for clip in clips])
    longest = -(-int(frames.max()) // POOLED) * STRETCH_SAMPLES
    # Each clip's log-mel by itself: its floor hangs on its own loudest frame.
    mel = torch.cat([_log_mel()(torch.from_numpy(np.pad(clip, (0, longest - len(clip))))[None]) for clip in clips])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        layers = encoder(mel, frames)
    valid = (torch.arange(longest // FRAME_SAMPLES) < frames[:, None]).float()[:, :, None]
    pooled = []
    for layer in layers:
        even = torch.nn.functional.layer_norm(layer.float(), layer.shape[-1:]) * valid
        pooled.append(even.unflatten(1, (-1, POOLED)).sum(2) / valid.unflatten(1, (-1, POOLED)).sum(2).clamp(min=1))
    states = torch.stack(pooled, dim=2).half().numpy()
    return [row[: -(-int(n) // POOLED)] for row, n in zip(states, frames, strict=True)]


@once
def _log_mel() -> LogMel:
    return LogMel()

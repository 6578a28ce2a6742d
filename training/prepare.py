"""Clips to cached log-mel power: each variant of a clip is decoded and transformed once, not once an epoch.

What is cached is the power before level normalisation, so that training can add noise, rooms and filters to it.
"""

from __future__ import annotations

import csv
import hashlib
import json
import multiprocessing
import os
import tarfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache as once
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from .audio import at_speed, opus_round_trip, read_clip
from .frontend import MelPower, mel_matrix

CACHE_FLOOR = 1e-9
"""Keeps the logarithm within half precision; far below the front end's own floor even after its largest gain."""


def _codec(pcm: np.ndarray) -> np.ndarray:
    # The bit rate hangs on the clip alone, so that a resumed cache equals an uninterrupted one.
    return opus_round_trip(pcm, kbits=10 + zlib.crc32(pcm.tobytes()) % 19)


VARIANTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "plain": lambda pcm: pcm,
    "slow": lambda pcm: at_speed(pcm, 0.9),
    "fast": lambda pcm: at_speed(pcm, 1.1),
    "codec": _codec,
}

SPEEDS = {"plain": 1.0, "slow": 0.9, "fast": 1.1, "codec": 1.0}
"""Seconds of the clip as it is that pass in a second of the variant."""


@dataclass(frozen=True)
class Features:
    """Frames of many clips, end to end: `frames` float16 [total, ...], clip i in starts[i]:starts[i + 1]."""

    frames: np.ndarray
    starts: np.ndarray

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, index: int) -> np.ndarray:
        return self.frames[self.starts[index] : self.starts[index + 1]]

    @property
    def lengths(self) -> np.ndarray:
        return np.diff(self.starts)


def load_features(cache: Path, name: str) -> Features:
    """Maps a cached variant into memory; one that was computed by another front end raises ValueError."""
    described = json.loads((cache / f"{name}.json").read_text())
    if described["frontEnd"] != _front_end_id():
        raise ValueError(f"{cache / name}: made by another front end; delete it and run prepare again")
    return Features(np.load(cache / f"{name}.npy", mmap_mode="r"), np.array(described["starts"]))


def prepare(data: Path, manifest: Path, cache: Path, workers: int) -> None:
    """Computes every variant that the cache lacks. What is there already is left alone, so it can be resumed."""
    cache.mkdir(parents=True, exist_ok=True)
    with manifest.open(newline="", encoding="utf-8") as lines:
        speech = [data / row["file"] for row in csv.DictReader(lines)]
    noise = sorted((data / "noise").rglob("*.opus"))
    for name, paths in [("noise", noise), *((variant, speech) for variant in VARIANTS)]:
        if not (cache / f"{name}.json").exists():
            _compute(cache, name, paths, "plain" if name == "noise" else name, workers)


def _compute(cache: Path, name: str, paths: list[Path], variant: str, workers: int) -> None:
    jobs = [(path, variant) for path in paths]
    with multiprocessing.Pool(workers, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        parts = list(tqdm(pool.imap(_features, jobs, chunksize=16), desc=f"prepare {name}", total=len(jobs), unit="clip"))
    starts = np.cumsum([0, *(len(part) for part in parts)])
    unfinished = cache / f"{name}.unfinished.npy"
    np.save(unfinished, np.concatenate(parts))
    os.replace(unfinished, cache / f"{name}.npy")
    # Written last: its presence says that the features beside it are whole.
    described = {"frontEnd": _front_end_id(), "variant": variant, "starts": starts.tolist()}
    (cache / f"{name}.json").write_text(json.dumps(described))


def _features(job: tuple[Path, str]) -> np.ndarray:
    path, variant = job
    pcm = torch.from_numpy(VARIANTS[variant](read_clip(path)).astype(np.float32))
    with torch.inference_mode():
        power = _mel_power()(pcm[None])[0]
    return (power + CACHE_FLOOR).log().T.half().numpy()


@once
def _mel_power() -> MelPower:
    return MelPower()


@once
def _front_end_id() -> str:
    return hashlib.sha256(mel_matrix().astype(np.float32).tobytes()).hexdigest()[:16]


def extracted(data: Path, cache: Path) -> Path:
    """The folder with one folder a corpus: `data` itself, or where its tars are unpacked."""
    tars = sorted(data.glob("*.tar"))
    if not tars:
        return data
    root = cache / "audio"
    for path in tars:
        done = root / f"{path.stem}.unpacked"
        if not done.exists():
            with tarfile.open(path) as tar:
                tar.extractall(root, filter="data")
            done.touch()
    return root

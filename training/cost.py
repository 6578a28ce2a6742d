"""What the exported graph costs: ONNX Runtime, one thread, batch 1."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from .export import session
from .frontend import SAMPLE_RATE_HZ


def cost_ms_per_second(graph: Path, seconds: float = 3.0, rounds: int = 60) -> float:
    """Median milliseconds of one core per second of audio, front end included."""
    samples = int(seconds * SAMPLE_RATE_HZ)
    running = session(graph)
    inputs = {
        "pcm": np.random.default_rng(0).normal(0, 0.1, (1, samples)).astype(np.float32),
        "lengths": np.array([samples]),
    }
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        running.run(None, inputs)
        times.append(time.perf_counter() - began)
    return float(np.median(times[rounds // 6 :]) * 1000 / seconds)

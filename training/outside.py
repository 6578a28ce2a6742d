"""What the exported model says of sounds that are no speech: it ought to be unsure, and to name some of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tqdm import tqdm

from .audio import read_clip
from .events import EVENTS
from .export import OUTPUTS, session
from .frontend import SAMPLE_RATE_HZ
from .labels import Clip
from .metrics import softmax_within
from .robustness import made_up_tune

SECONDS = 3


def measure(clips: list[Clip], data: Path, folder: Path) -> str:
    """A Markdown table by kind of sound: how much is answered "unsure", and what event is heard in it."""
    manifest = json.loads((folder / "manifest.json").read_text())
    running, calibration = session(folder / manifest["file"]), manifest["calibration"]

    def answer(pcm: np.ndarray) -> tuple[bool, np.ndarray]:
        pcm = np.pad(pcm, (0, max(0, manifest["minSamples"] - len(pcm))))[: manifest["maxSamples"]].astype(np.float32)
        logits, events, _ = running.run(list(OUTPUTS), {"pcm": pcm[None], "lengths": np.array([len(pcm)])})
        confidence = softmax_within(logits, None, calibration["temperature"]).max()
        no_speech = events[0, EVENTS.index("speech")] < manifest["events"]["speechBelow"]
        return bool(no_speech or confidence < calibration["unsureBelow"]), events[0]

    rows: dict[str, list[tuple[bool, np.ndarray]]] = {}
    for kind, pcm in tqdm(list(_sounds(data / "noise")), desc="outside", unit="sound"):
        rows.setdefault(kind, []).append(answer(pcm))
    chosen = np.random.default_rng(0).permutation(len(clips))[:400]
    speech = [answer(read_clip(data / clips[index].file)) for index in tqdm(chosen, desc="speech", unit="clip")]
    outside = [unsure for answers in rows.values() for unsure, _ in answers]
    lines = [f"| sound | clips | unsure | {' | '.join(EVENTS)} |", "| --- " * (len(EVENTS) + 3) + "|"]
    for kind, answers in (*rows.items(), ("speech of the corpora", speech)):
        events = np.median([found for _, found in answers], axis=0)
        unsure = 100 * np.mean([each for each, _ in answers])
        lines.append(f"| {kind} | {len(answers)} | {unsure:.0f} % | {' | '.join(f'{value:.2f}' for value in events)} |")
    lines.append("")
    lines.append(f"Of the {len(outside)} sounds that are no speech, {100 * np.mean(outside):.1f} % are answered \"unsure\".")
    return "\n".join(lines)


def _sounds(noise: Path) -> Iterator[tuple[str, np.ndarray]]:
    """Each sound with its kind: recordings, then what can be made."""
    for path in sorted(noise.rglob("*.opus")):
        yield path.stem.split("__")[0], read_clip(path)
    random, time_s = np.random.default_rng(0), np.arange(SECONDS * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    for hertz in (60, 110, 220, 440, 880, 1_760, 3_520):
        for amplitude in (0.01, 0.1, 0.5):
            yield "sine", amplitude * np.sin(2 * np.pi * hertz * time_s)
            yield "square wave", amplitude * np.sign(np.sin(2 * np.pi * hertz * time_s))
    for low, high in ((100, 1_000), (300, 3_000), (4_000, 200)):
        yield "sweep", 0.2 * np.sin(2 * np.pi * (low * time_s + (high - low) * time_s**2 / 2 / SECONDS))
    for amplitude in (0.0, 1e-5, 1e-4):
        yield "silence", random.normal(0, amplitude, len(time_s)) if amplitude else np.zeros(len(time_s))
    for amplitude in (1e-3, 1e-2, 1e-1):
        yield "white noise", random.normal(0, amplitude, len(time_s))
    tune = made_up_tune()
    for start in range(0, len(tune) - SAMPLE_RATE_HZ * 2, SAMPLE_RATE_HZ // 2):
        yield "plucked strings, made up", 0.2 * tune[start : start + SAMPLE_RATE_HZ * 2]


def write(clips: list[Clip], data: Path, folder: Path, report: Path) -> None:
    """Adds the table to the report, from where the card takes it."""
    content = json.loads(report.read_text())
    content["outside"] = measure(clips, data, folder)
    report.write_text(json.dumps(content, indent=1) + "\n")
    print(content["outside"])

"""What a voice channel does to held-out clips, and what that does to the answers.

Each clip is answered by the run that did not train on its speaker, as it is and under each condition. The noise
recordings are those that training mixed in: this shows tolerance of known noises, not of any noise.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soxr
import torch
from scipy.signal import butter, sosfilt
from tqdm import tqdm

from .audio import opus_round_trip, read_clip
from .frontend import SAMPLE_RATE_HZ
from .labels import CORPORA, Clip
from .metrics import by_corpus, softmax_within, uar
from .train import load_model

Condition = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def gain(decibels: float) -> Condition:
    """Louder or quieter."""
    return lambda pcm, _: pcm * 10 ** (decibels / 20)


def with_noise(recordings: list[np.ndarray], snr_db: float) -> Condition:
    """One of the recordings, looped from a random point, at this ratio over the clip's and the noise's mean power."""

    def apply(pcm: np.ndarray, random: np.random.Generator) -> np.ndarray:
        noise = recordings[random.integers(len(recordings))]
        noise = noise[(random.integers(len(noise)) + np.arange(len(pcm))) % len(noise)]
        ratio = np.sqrt((pcm**2).mean() / ((noise**2).mean() + 1e-12))
        return pcm + noise * ratio * 10 ** (-snr_db / 20)

    return apply


def white_noise(snr_db: float) -> Condition:
    """Gaussian noise."""
    return lambda pcm, random: pcm + random.normal(0, np.sqrt((pcm**2).mean()) * 10 ** (-snr_db / 20), len(pcm))


def babble(voices: list[np.ndarray], snr_db: float) -> Condition:
    """Five of the voices talking at once, at this ratio."""

    def apply(pcm: np.ndarray, random: np.random.Generator) -> np.ndarray:
        talking = [voices[place] for place in random.permutation(len(voices))[:5]]
        crowd = sum(np.resize(voice, len(pcm)) / (np.sqrt((voice**2).mean()) + 1e-9) for voice in talking)
        return with_noise([crowd], snr_db)(pcm, random)

    return apply


def music(snr_db: float) -> Condition:
    """A made-up tune at this ratio: three plucked strings a chord (Karplus and Strong, 1983), four chords in turn.

    No recorded music lies beside the corpora.
    """
    return with_noise([made_up_tune()], snr_db)


def made_up_tune() -> np.ndarray:
    """float64 [64000]: eight half-second chords."""
    random, chords = np.random.default_rng(0), ((196, 247, 294), (165, 196, 247), (131, 165, 196), (147, 185, 220))
    bars = []
    for chord in chords * 2:
        bar = np.zeros(SAMPLE_RATE_HZ // 2)
        for frequency_hz in chord:
            string = random.uniform(-1, 1, SAMPLE_RATE_HZ // frequency_hz)
            out = np.empty_like(bar)
            for at in range(0, len(out), len(string)):
                out[at : at + len(string)] = string[: len(out) - at]
                string = 0.498 * (string + np.roll(string, -1))
            bar += out
        bars.append(bar)
    return np.concatenate(bars)


def filtered(cutoff_hz: float, kind: str) -> Condition:
    """A first-order Butterworth filter: `lowpass` or `highpass`."""
    sections = butter(1, cutoff_hz, kind, fs=SAMPLE_RATE_HZ, output="sos")
    return lambda pcm, _: sosfilt(sections, pcm)


def lost_packets(share: float) -> Condition:
    """Packets of 20 ms gone, silence in their place: worse than any concealment."""

    def apply(pcm: np.ndarray, random: np.random.Generator) -> np.ndarray:
        size = SAMPLE_RATE_HZ // 50
        kept = random.random(-(-len(pcm) // size)) >= share
        return pcm * np.repeat(kept, size)[: len(pcm)]

    return apply


def telephone(pcm: np.ndarray, _: np.random.Generator) -> np.ndarray:
    """8 kHz and eight bits of mu-law."""
    narrow = np.clip(soxr.resample(pcm, SAMPLE_RATE_HZ, 8_000), -1, 1)
    coded = np.round(np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256) * 127) / 127
    return soxr.resample(np.sign(coded) * (256 ** np.abs(coded) - 1) / 255, 8_000, SAMPLE_RATE_HZ)


def conditions(noise: Path, voices: list[np.ndarray]) -> dict[str, Condition]:
    """The rows of the table. `noise` is the folder of noise.tar, `voices` are clips of speech."""

    def recordings(*kinds: str) -> list[np.ndarray]:
        return [read_clip(path) for kind in kinds for path in sorted(noise.rglob(f"{kind}__*"))[:10]]

    environment, keyboard = recordings("rain", "sea-waves", "clock-tick"), recordings("keyboard")
    sneeze = recordings("person-sneeze")
    return {
        "gain +2 dB": gain(2),
        "gain -2 dB": gain(-2),
        "1000 samples cut off": lambda pcm, _: pcm[1000:],
        "high-pass 100 Hz": filtered(100, "highpass"),
        "low-pass 6 kHz": filtered(6_000, "lowpass"),
        "white noise 45 dB": white_noise(45),
        "white noise 40 dB": white_noise(40),
        "white noise 35 dB": white_noise(35),
        "babble 20 dB": babble(voices, 20),
        "music 20 dB": music(20),
        "environment 20 dB": with_noise(environment, 20),
        "environment 10 dB": with_noise(environment, 10),
        "keyboard 20 dB": with_noise(keyboard, 20),
        "sneeze 10 dB": with_noise(sneeze, 10),
        "Opus 64 kbit/s": lambda pcm, _: opus_round_trip(pcm, 64),
        "Opus 32 kbit/s": lambda pcm, _: opus_round_trip(pcm, 32),
        "Opus 24 kbit/s": lambda pcm, _: opus_round_trip(pcm, 24),
        "Opus 16 kbit/s": lambda pcm, _: opus_round_trip(pcm, 16),
        "5 % of packets silent": lost_packets(0.05),
        "10 % of packets silent": lost_packets(0.10),
        "telephone": telephone,
    }


@torch.inference_mode()
def measure(clips: list[Clip], data: Path, runs: list[Path], share: float) -> str:
    """A Markdown table over a random share of the held-out clips: UAR by corpus, and the share of labels unchanged."""
    others = np.random.default_rng(1).permutation(len(clips))[:40]
    voices = [read_clip(data / clips[index].file) for index in others]
    tried: dict[str, Condition] = {"as it is": lambda pcm, _: pcm, **conditions(data / "noise", voices)}
    index, answers = [], {name: [] for name in tried}
    for run in runs:
        model = load_model(run)
        held_out = json.loads((run / "done.json").read_text())["heldOut"]
        # At random: every so manieth clip would favour sentences, as the manifest's order follows them.
        unseen = [i for i, clip in enumerate(clips) if clip.fold in held_out]
        chosen = np.random.default_rng(0).permutation(unseen)[: round(share * len(unseen))].tolist()
        for i in tqdm(chosen, desc=f"robustness {run.name}", unit="clip"):
            pcm = read_clip(data / clips[i].file)
            for name, condition in tried.items():
                random = np.random.default_rng(zlib.crc32(f"{clips[i].file} {name}".encode()))
                heard = torch.from_numpy(np.asarray(condition(pcm, random), np.float32)).clamp(-1, 1)[None]
                answers[name].append(model(heard, torch.tensor([heard.shape[1]]))[0].numpy())
        index += chosen
    parts = by_corpus(clips, index)
    titles = [f"{CORPORA[corpus].title} ({len(rows)})" for corpus, rows in parts.items()]
    lines = [f"| condition | {' | '.join(titles)} | labels unchanged |", "| --- " * (len(parts) + 2) + "|"]
    truth = np.array([clips[i].label for i in index])
    plain: np.ndarray | None = None
    for name, logits in answers.items():
        guess = np.empty(len(index), int)
        for corpus, rows in parts.items():
            guess[rows] = softmax_within(np.stack(logits)[rows], corpus).argmax(1)
        plain = guess if plain is None else plain
        scores = [f"{uar(truth[rows], guess[rows]):.3f}" for rows in parts.values()]
        lines.append(f"| {name} | {' | '.join(scores)} | {100 * (guess == plain).mean():.1f} % |")
    return "\n".join(lines)

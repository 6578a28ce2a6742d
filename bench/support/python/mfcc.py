"""MFCCs of clips by librosa: reads a number of clips a line, answers with the milliseconds of processor time they took."""

import sys
import time
from pathlib import Path

import librosa
import numpy as np

SAMPLE_RATE_HZ = 16_000


def mfcc(clip: np.ndarray) -> np.ndarray:
    """13 coefficients of every 10 ms, from windows of 32 ms and 40 mel bands."""
    return librosa.feature.mfcc(y=clip, sr=SAMPLE_RATE_HZ, n_mfcc=13, n_fft=512, hop_length=160, n_mels=40)


def main(file: Path, samples: int) -> None:
    clips = (np.fromfile(file, np.int16) / np.float32(32_768)).reshape(-1, samples)
    # What librosa compiles and tabulates when it is first asked is not counted.
    if mfcc(clips[0]).shape[0] != 13:
        raise SystemExit("librosa gave no MFCCs.")
    print("ready", flush=True)
    for line in sys.stdin:
        began = time.process_time()
        for clip in clips[: int(line)]:
            mfcc(clip)
        print((time.process_time() - began) * 1000, flush=True)


main(Path(sys.argv[1]), int(sys.argv[2]))

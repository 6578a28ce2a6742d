"""Where a run's code came from."""

from __future__ import annotations

import subprocess
from pathlib import Path


def commit() -> str:
    """The commit that holds this code, or `uncommitted` where it has been changed since."""
    here = Path(__file__).parent
    head, changes = (
        subprocess.run(["git", "-C", str(here), *command], capture_output=True, text=True, check=False)
        for command in (["rev-parse", "HEAD"], ["status", "--porcelain", "--", "."])
    )
    return head.stdout.strip() if head.returncode == 0 and not changes.stdout.strip() else "uncommitted"

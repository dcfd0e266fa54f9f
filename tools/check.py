"""Everything that is not a test: contracts, style, types, templates, migrations, catalogues, assets.

`python tools/check.py` runs all of it and reports each step; it stops at nothing and fails at the end.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
TYPED = ["src/linghang_core", "src/linghang"]


def templates() -> list[str]:
    """Return every template of the project."""
    return [str(p) for p in sorted((ROOT / "src").rglob("*.html"))]


STEPS: list[tuple[str, list[str]]] = [
    ("import contract", [str(BIN / "lint-imports"), "--no-cache"]),
    ("style", [str(BIN / "ruff"), "check", "."]),
    ("format", [str(BIN / "ruff"), "format", "--check", "."]),
    ("templates", [str(BIN / "djangofmt"), "--check", *templates()]),
    ("types", [str(BIN / "mypy"), *TYPED]),
    ("migrations", [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"]),
    ("system check", [sys.executable, "-m", "django", "check", "--fail-level", "WARNING"]),
    ("catalogues", [sys.executable, "tools/catalogue.py", "check"]),
    ("assets", [sys.executable, "tools/vendor.py", "--check"]),
]


def main() -> int:
    """Run every step; return 0 when all pass."""
    failed = []
    with tempfile.TemporaryDirectory() as data:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "linghang.config.settings.test",
            "LINGHANG_DATA_DIR": data,
        }
        for name, command in STEPS:
            began = time.monotonic()
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
            )
            word = "ok" if done.returncode == 0 else "FAILED"
            print(f"{name:18} {word:7} {time.monotonic() - began:5.1f} s", flush=True)
            if done.returncode:
                failed.append(name)
                print((done.stdout + done.stderr)[-6000:], flush=True)
    print("check:", "FAILED: " + ", ".join(failed) if failed else "all passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

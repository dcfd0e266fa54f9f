"""Import of the sample workbooks: bare read, check, apply, and apply again; as ratios to the bare read.

    python benchmarks/importing.py

Works in a throw-away folder on SQLite.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

folder = tempfile.TemporaryDirectory()
os.environ["LINGHANG_DATA_DIR"] = folder.name
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linghang.config.settings.dev")
os.environ.pop("DATABASE_URL", None)

import django  # noqa: E402  the folder has to be named first

django.setup()

from django.core.management import call_command  # noqa: E402
from python_calamine import CalamineWorkbook  # noqa: E402

from linghang.library import api as library  # noqa: E402
from linghang.platform.sheets import services as sheets  # noqa: E402

FILES = sorted((Path(__file__).resolve().parents[1] / "tests" / "data").glob("*.xlsx"))


def read_bare() -> int:
    """Return the number of rows, read and not looked at."""
    books = [CalamineWorkbook.from_path(path) for path in FILES]
    return sum(
        len(book.get_sheet_by_name(n).to_python()) for book in books for n in book.sheet_names
    )


def measure(what: str, work: Callable[[], object], base: float) -> float:
    """Print how long the work took and return it."""
    began = time.perf_counter()
    work()
    taken = time.perf_counter() - began
    print(f"{what:28} {taken:7.2f} s {taken / base if base else 1:8.1f} x bare read")
    return taken


def main() -> None:
    """Print one line a step."""
    call_command("migrate", verbosity=0)
    library.install_packs(None, actor=None)
    print(f"{read_bare()} rows in {len(FILES)} files")
    base = measure("bare read", read_bare, 0)
    measure("check", lambda: sheets.import_paths(FILES, apply_good=False), base)
    measure("check and apply", lambda: sheets.import_paths(FILES, apply_good=True), base)
    measure("check and apply again", lambda: sheets.import_paths(FILES, apply_good=True), base)


if __name__ == "__main__":
    main()

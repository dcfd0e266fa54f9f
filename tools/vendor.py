"""Refresh or check the browser assets that are served from this repository.

`python tools/vendor.py path/to/node_modules` copies the pinned files out of an npm installation and
rewrites the manifest; `python tools/vendor.py --check` needs no npm and compares what lies in the
repository with the manifest: hashes, unlisted files, licence texts. Nothing is fetched by either.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path

VENDOR = Path(__file__).parents[1] / "src/linghang/platform/ui/static/lh/vendor"
MANIFEST = VENDOR / "MANIFEST.json"

# package, pinned version, file in the package, name here
FILES = (
    ("htmx.org", "4.0.1", "dist/htmx.min.js", "htmx.min.js"),
    ("bootstrap", "5.3.8", "dist/css/bootstrap.min.css", "bootstrap.min.css"),
)
ICON_PACKAGE = ("@tabler/icons", "3.51.0")
ICONS = """
adjustments-horizontal alert-circle alert-triangle archive arrow-back-up arrow-down arrow-right
arrow-up ban bell bolt book book-2 building building-community calculator calendar calendar-event
calendar-stats camera certificate chart-bar chart-line chart-radar check checklist checks
chevron-down chevron-left chevron-right chevron-up circle circle-check circle-dashed circle-dot
circle-x clipboard-check clipboard-list clock columns copy database dots download edit
external-link eye eye-off file-export file-import file-spreadsheet file-text files filter flag
flag-3 folder gavel grip-vertical hash heart-handshake help-circle history home hourglass inbox
info-circle key language layout-dashboard layout-kanban layout-list link list list-check
list-details lock lock-open login logout map-2 map-pin medal menu-2 message message-report
messages minus mood-smile moon notebook notes package pencil percentage phone photo player-play
plus printer progress puzzle refresh report report-analytics rosette-discount-check school search
send settings shield-check shield-lock sitemap sparkles speakerphone square-check star sun table
table-export tag target thumb-up tools trash trending-down trending-up trophy upload user
user-check user-circle user-plus users users-group x zoom-question
""".split()  # noqa: SIM905  a list of 130 quoted names is harder to keep


def refresh(node_modules: Path) -> None:
    """Write every vendored file, its licence text and the manifest from an npm installation."""
    entries = [_copy(node_modules, *row) for row in FILES]
    entries.append(_write_sprite(node_modules))
    MANIFEST.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")


def find_faults() -> list[str]:
    """Return one sentence per difference between manifest and files; empty when in order."""
    entries = json.loads(MANIFEST.read_text(encoding="utf-8"))
    listed = {entry["file"] for entry in entries} | {entry["licence_text"] for entry in entries}
    present = {p.relative_to(VENDOR).as_posix() for p in VENDOR.rglob("*") if p.is_file()}
    faults = [f"{name}: listed but missing" for name in sorted(listed - present)]
    faults += [
        f"{name}: present but not listed" for name in sorted(present - listed - {MANIFEST.name})
    ]
    faults += [
        f"{entry['file']}: content differs from the manifest"
        for entry in entries
        if entry["file"] in present and _digest(VENDOR / entry["file"]) != entry["sha256"]
    ]
    faults += [
        f"{entry['licence_text']}: licence text is empty"
        for entry in entries
        if entry["licence_text"] in present
        and not (VENDOR / entry["licence_text"]).read_text(encoding="utf-8").strip()
    ]
    return faults


def _copy(node_modules: Path, package: str, version: str, source: str, name: str) -> dict[str, str]:
    text = (node_modules / package / source).read_text(encoding="utf-8")
    if "sourceMappingURL" in text:
        # A dangling source map reference makes collectstatic fail on the missing .map file.
        kept = [line for line in text.splitlines() if "sourceMappingURL" not in line]
        text = "\n".join(kept) + "\n"
    (VENDOR / name).write_text(text, encoding="utf-8")
    return _entry(node_modules, package, version, source, name)


def _write_sprite(node_modules: Path) -> dict[str, str]:
    package, version = ICON_PACKAGE
    folder = node_modules / package / "icons/outline"
    symbols = (
        _symbol(name, (folder / f"{name}.svg").read_text(encoding="utf-8")) for name in ICONS
    )
    _write_lines(VENDOR / "icons.svg", symbols)
    return _entry(node_modules, package, version, "icons/outline", "icons.svg")


def _symbol(name: str, svg: str) -> str:
    body = svg[svg.index("<svg") :]
    shapes = body[body.index(">") + 1 : body.rindex("</svg>")].splitlines()
    inner = "".join(line.strip() for line in shapes)
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        f' stroke-linecap="round" stroke-linejoin="round">{inner}</symbol>'
    )


def _write_lines(path: Path, symbols: Iterable[str]) -> None:
    lines = ['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _entry(
    node_modules: Path, package: str, version: str, source: str, name: str
) -> dict[str, str]:
    described = json.loads((node_modules / package / "package.json").read_text(encoding="utf-8"))
    if described["version"] != version:
        sys.exit(f"{package}: {described['version']} is installed, {version} is pinned")
    licence_text = f"licences/{package.replace('@', '').replace('/', '-')}.txt"
    licence = (node_modules / package / "LICENSE").read_text(encoding="utf-8")
    (VENDOR / "licences").mkdir(parents=True, exist_ok=True)
    (VENDOR / licence_text).write_text(licence, encoding="utf-8")
    return {
        "file": name,
        "package": package,
        "version": version,
        "licence": described["license"],
        "licence_text": licence_text,
        "source": source,
        "sha256": _digest(VENDOR / name),
    }


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(arguments: list[str]) -> int:
    """Return the exit code: 0 in order, 1 on faults, 2 on wrong usage."""
    if arguments == ["--check"]:
        faults = find_faults()
        print("\n".join(faults) or "vendored files are as listed")
        return int(bool(faults))
    if len(arguments) == 1 and Path(arguments[0]).is_dir():
        refresh(Path(arguments[0]))
        return main(["--check"])
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

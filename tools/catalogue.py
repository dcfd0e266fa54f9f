"""Keep the Chinese catalogues of the apps: collect msgids, check translations, build .mo files.

    python tools/catalogue.py update src/linghang/org …   # or --all
    python tools/catalogue.py check [DIR …]               # every app when no folder is named
    python tools/catalogue.py compile [DIR …]

No gettext programs are needed: Babel reads Python and writes catalogues, Django turns templates
into gettext calls. A catalogue names files without line numbers and is sorted by msgid, so that a
change of code changes only the entries it concerns and two people rarely touch the same lines.
"""

import argparse
import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

LANGUAGE = "zh_Hans"
SOURCE = Path(__file__).resolve().parent.parent / "src" / "linghang"
CATALOGUE = Path("locale") / LANGUAGE / "LC_MESSAGES" / "django.po"
SKIPPED_FOLDERS = {"__pycache__", "locale", "migrations", "static"}
TEMPLATE_SUFFIXES = {".html", ".txt"}
HEADER = f"""\
msgid ""
msgstr ""
"Language: {LANGUAGE}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
KEYWORDS: dict[str, tuple[int | tuple[int, int] | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
# What templatize leaves besides calls (blotted markup, indented anyhow) is no Python.
CALL = re.compile(
    rf"(?<!\w)(?:n?p?gettext|_)\(\s*{STRING}(?:\s*,\s*{STRING})*(?:\s*,\s*count)?\s*\)"
)
TEMPLATE_COMMENT = re.compile(
    r"\{#.*?#\}|\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}", re.DOTALL
)
# Django sees _("…") inside {{ }} and {% %} only; cotton also evaluates it in a :attribute="_('…')".
ATTRIBUTE_CALL = re.compile(r""":[\w.-]+=(?:"[^"]*?(_\('[^'"]*'\))|'[^']*?(_\("[^'"]*"\)))""")
PLACEHOLDER = re.compile(r"%%|%\(\w+\)[a-z]|%[sd]|\{\w*\}")

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a catalogue, in words that name the entry and the remedy."""

    catalogue: Path
    entry: str
    problem: str

    def __str__(self) -> str:
        """Return the line that `check` prints."""
        return f"{_shown(self.catalogue)}: {self.entry!r}: {self.problem}"


def update_catalogue(app: Path, known: dict[Key, str] | None = None) -> list[Message]:
    """Rewrite the catalogue of `app` with its present msgids and return the dropped entries.

    Translations are kept; a new msgid takes the translation that `known` has from another app,
    because one English text has one Chinese text everywhere.
    """
    path = app / CATALOGUE
    old = read_catalogue(path)
    new = extract_messages(app)
    dropped = [
        message
        for message in _entries(old)
        if new.get(message.id, message.context) is None and any(_strings(message))
    ]
    for message in _entries(new):
        before = old.get(message.id, message.context)
        text = _strings(before)[0] if before else ""
        text = text or (known or {}).get(_key(message), "")
        message.string = (text,) if message.pluralizable else text
        if before and before.fuzzy:
            message.flags.add("fuzzy")
    if not list(_entries(new)):
        path.unlink(missing_ok=True)
        return dropped
    written = _as_text(new)
    if not path.exists() or path.read_text(encoding="utf-8") != written:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written, encoding="utf-8")
    return dropped


def check_catalogues(apps: Iterable[Path], all_apps: Iterable[Path]) -> list[Fault]:
    """Return the faults of the catalogues of `apps`.

    Contradictions are searched over the catalogues of `all_apps`: a term must not get two Chinese
    words because two people translated it.
    """
    chosen = list(apps)
    faults = [fault for app in chosen for fault in _check_catalogue(app)]
    texts: dict[Key, dict[str, list[Path]]] = defaultdict(lambda: defaultdict(list))
    for app in {*chosen, *all_apps}:
        for message in _entries(read_catalogue(app / CATALOGUE)):
            if text := _strings(message)[0]:
                texts[_key(message)][text].append(app)
    for key, found in sorted(texts.items()):
        if len(found) < 2:
            continue
        ways = "; ".join(
            f"{text} ({', '.join(sorted(app.name for app in where))})"
            for text, where in sorted(found.items())
        )
        involved = sorted(app for where in found.values() for app in where if app in chosen)
        faults += [
            Fault(app / CATALOGUE, key[1], f"translated in different ways: {ways}")
            for app in involved
        ]
    return faults


def compile_catalogue(app: Path) -> Path | None:
    """Write the .mo file beside the catalogue of `app`; return its path, None without catalogue."""
    path = app / CATALOGUE
    if not path.exists():
        return None
    target = path.with_suffix(".mo")
    buffer = io.BytesIO()
    write_mo(buffer, read_catalogue(path))
    target.write_bytes(buffer.getvalue())
    return target


def extract_messages(app: Path) -> Catalog:
    """Return an untranslated catalogue of what the Python files and templates of `app` say."""
    catalogue = Catalog(locale=LANGUAGE, fuzzy=False)
    for path in _source_files(app):
        place = (path.relative_to(app).as_posix(), 0)
        for message_id, context in _read_file(path):
            catalogue.add(message_id, context=context, locations=[place])
    return catalogue


def find_apps(source: Path = SOURCE) -> list[Path]:
    """Return the folders that have a catalogue of their own: the apps and the parts of platform."""
    folders = [*source.iterdir(), *(source / "platform").glob("*")]
    return sorted(
        folder
        for folder in folders
        if folder.is_dir() and folder.name not in {"platform", *SKIPPED_FOLDERS}
    )


def read_catalogue(path: Path) -> Catalog:
    """Return the catalogue at `path`, an empty one when there is none yet."""
    if not path.exists():
        return Catalog(locale=LANGUAGE, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def _check_catalogue(app: Path) -> Iterator[Fault]:
    path = app / CATALOGUE
    present = read_catalogue(path)
    wanted = extract_messages(app)
    for message in _entries(wanted):
        if present.get(message.id, message.context) is None:
            yield Fault(path, _key(message)[1], f"missing; run: update {_shown(app)}")
    for message in _entries(present):
        entry = _key(message)[1]
        if wanted.get(message.id, message.context) is None:
            yield Fault(path, entry, f"no longer in the code; run: update {_shown(app)}")
        if message.fuzzy:
            yield Fault(path, entry, "fuzzy; read the translation and remove the flag")
        text = _strings(message)[0]
        if not text:
            yield Fault(path, entry, "not translated")
            continue
        singular, plural = _ids(message)
        source = plural or singular
        expected, got = _placeholders(source), _placeholders(text)
        if expected != got:
            yield Fault(path, entry, f"placeholders are {_listed(got)}, not {_listed(expected)}")
        if _blank_ends(source) != _blank_ends(text):
            yield Fault(path, entry, "blanks at the ends differ")
    for message in present.obsolete.values():
        yield Fault(path, _key(message)[1], f"obsolete; run: update {_shown(app)}")


def _read_file(path: Path) -> Iterator[tuple[str | tuple[str, str], str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix in TEMPLATE_SUFFIXES:
        source = _template_calls(source, path)
    for _line, name, arguments, _comments in extract_python(
        io.BytesIO(source.encode()), KEYWORDS, [], {"encoding": "utf-8"}
    ):
        yield from _message_ids(str(name), arguments)


def _template_calls(source: str, path: Path) -> str:
    plain = TEMPLATE_COMMENT.sub("", source)
    calls = CALL.findall(templatize(plain, origin=_shown(path)))
    calls += [first or second for first, second in ATTRIBUTE_CALL.findall(plain)]
    return "\n".join(calls)


def _message_ids(
    name: str, arguments: str | Sequence[str | None] | None
) -> Iterator[tuple[str | tuple[str, str], str | None]]:
    given = (arguments,) if isinstance(arguments, str) else arguments or ()
    context: str | None = None
    ids: list[str] = []
    for place in KEYWORDS[name] or (1,):
        index = place[0] if isinstance(place, tuple) else place
        text = given[index - 1] if len(given) >= index else None
        if not text:  # a variable: translated where it was marked
            return
        if isinstance(place, tuple):
            context = text
        else:
            ids.append(text)
    yield (ids[0] if len(ids) == 1 else (ids[0], ids[1])), context


def _source_files(app: Path) -> Iterator[Path]:
    for path in sorted(app.rglob("*")):
        inside = path.relative_to(app)
        if SKIPPED_FOLDERS.intersection(inside.parts):
            continue
        if path.suffix == ".py" or (
            path.suffix in TEMPLATE_SUFFIXES and "templates" in inside.parts
        ):
            yield path


def _entries(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _strings(message: Message) -> tuple[str, ...]:
    text = message.string
    return (text or "",) if isinstance(text, str | None) else tuple(part or "" for part in text)


def _ids(message: Message) -> tuple[str, str]:
    return (message.id, "") if isinstance(message.id, str) else (message.id[0], message.id[1])


def _key(message: Message) -> Key:
    return (message.context or "", *_ids(message))


def _as_text(catalogue: Catalog) -> str:
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100, omit_header=True, sort_output=True, include_lineno=False)
    return HEADER + buffer.getvalue().decode().strip() + "\n"


def _placeholders(text: str) -> list[str]:
    return sorted(set(PLACEHOLDER.findall(text)) - {"%%"})


def _blank_ends(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()


def _listed(placeholders: list[str]) -> str:
    return ", ".join(placeholders) or "none"


def _shown(path: Path) -> str:
    root = SOURCE.parent.parent
    return str(path.relative_to(root) if path.is_relative_to(root) else path)


def _known_texts(apps: Iterable[Path]) -> dict[Key, str]:
    return {
        _key(message): _strings(message)[0]
        for app in apps
        for message in _entries(read_catalogue(app / CATALOGUE))
        if _strings(message)[0] and not message.fuzzy
    }


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 1 when `check` found faults."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("command", choices=["update", "check", "compile"])
    parser.add_argument("apps", nargs="*", type=Path, metavar="DIR", help="folder of an app")
    parser.add_argument("--all", action="store_true", help="every app")
    options = parser.parse_args(arguments)
    every = find_apps()
    if options.command == "update" and not (options.apps or options.all):
        parser.error("name the folders of the apps, or --all")
    apps = [app.resolve() for app in options.apps] or every
    if strangers := [str(app) for app in apps if not app.is_dir()]:
        parser.error(f"no such folder: {', '.join(strangers)}")
    if options.command == "update":
        _run_update(apps, every)
        return 0
    if options.command == "compile":
        written = [target for app in apps if (target := compile_catalogue(app))]
        sys.stdout.write(f"{len(written)} catalogues compiled\n")
        return 0
    faults = check_catalogues(apps, every)
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    sys.stdout.write(f"{len(faults)} faults in {len(apps)} apps\n")
    return 1 if faults else 0


def _run_update(apps: list[Path], every: list[Path]) -> None:
    known = _known_texts(every)
    for app in apps:
        dropped = update_catalogue(app, known)
        present = list(_entries(read_catalogue(app / CATALOGUE)))
        empty = sum(not _strings(message)[0] for message in present)
        sys.stdout.write(f"{_shown(app)}: {len(present)} entries, {empty} to translate\n")
        for message in dropped:
            sys.stdout.write(f"  dropped {_key(message)[1]!r}: {_strings(message)[0]}\n")


if __name__ == "__main__":
    raise SystemExit(main())

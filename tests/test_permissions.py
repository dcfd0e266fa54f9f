"""Who gets what from every address: one line for each, and nobody reads another's secrets.

An address without a line fails. Every request is rolled back, so that the order does not matter.
"""

from __future__ import annotations

import copy
import inspect
import io
import itertools
import logging
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from linghang.evaluation.models import Score
from linghang.org.mapping import list_unit_panels
from linghang.org.models import Unit
from linghang.people.mapping import list_person_panels
from linghang.people.models import Person
from tests.world import World, build_world, person_totals, secrets_of

READERS = (
    "anonymous",  # nobody
    "stranger",  # the officer of another bureau
    "admin",  # the system administrator, who holds no post
    "member",  # a member of the branch
    "colleague",  # another member of the same branch
    "secretary",  # of the branch
    "other",  # the secretary of another branch of the bureau
    "leader",
    "supervisor",
    "officer",
)
BODIES = {  # what acts on several objects are sent
    "evaluation:start": {"root": "committee", "period": "2026-10"},
    "evaluation:publish": {"run": "waiting_run"},
    "evaluation:close": {"publication": "publication"},
}
OPEN = {
    "campaigns:public",
    "accounts:login",
    "accounts:logout",
    "notices:calendar",  # its token is the key: calendar programs cannot sign in
    "set_language",
    "ui:manifest",
    "ui:style",
    "ui:theme",
}
DJANGOS_OWN = {"accounts:logout", "set_language"}  # views of Django that take POST
TABLES = Path(__file__).parent / "tables" / "permissions"  # one file an app


@pytest.fixture(autouse=True)
def _quiet():
    """Refusals are what is asked for here: thousands of log lines would hide what is not."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(db, settings, tmp_path) -> World:
    settings.LAKE_DIR = tmp_path / "lake"
    return build_world()


@pytest.fixture
def clients(world) -> dict[str, Client]:
    found = {}
    for name, user in world.users().items():
        found[name] = Client()
        if user is not None:
            found[name].force_login(user)
    return found


def walk(patterns=None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address of the installation as (namespace:name, pattern)."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(each, URLResolver):
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from walk(each.url_patterns, inner)
        else:
            yield f"{namespace}{each.name}", each


def ask(client: Client, method: str, address: str, data=None):
    """Return the response to one request that leaves nothing behind, not even a log-out."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        response = (
            client.get(address)
            if method == "GET"
            else client.post(address, {"sent": "yes"} | (data or {}))
        )
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def find_address(world: World, name: str, given: str) -> str:
    """Return the address; each part of `given` names an object of the world or stands for itself."""
    parts = [] if given == "-" else given.split("/")
    return reverse(name, args=[_key(world, part) for part in parts])


def _key(world: World, part: str):
    found = world.objects.get(part, part)
    return getattr(found, "code", None) if part == "batch" else getattr(found, "pk", found)


def takes_posts(name: str, pattern: URLPattern) -> bool:
    """Return whether the view reads what is sent: then it needs a line for POST as well."""
    source = inspect.getsource(inspect.unwrap(pattern.callback))
    return bool(re.search(r'request\.POST|require_POST|"POST"', source)) or name in DJANGOS_OWN


def read_lines(folder: Path) -> list[str]:
    """Return the lines of every app's table."""
    files = sorted(folder.glob("*.txt"))
    return [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def read_table() -> list[tuple[str, str, str, dict[str, int]]]:
    found = []
    for line in read_lines(TABLES):
        if line.strip() and not line.startswith("#"):
            method, name, given, *statuses = line.split()
            assert len(statuses) == len(READERS), line
            found.append((method, name, given, dict(zip(READERS, map(int, statuses), strict=True))))
    return found


def test_every_address_has_its_line():
    written = {(method, name) for method, name, _given, _statuses in read_table()}
    addresses = dict(walk())
    needed = {("GET", name) for name in addresses}
    needed |= {("POST", name) for name, each in addresses.items() if takes_posts(name, each)}
    assert (sorted(needed - written), sorted(written - needed)) == ([], [])


def test_every_view_says_what_it_asks_for():
    """Log-in, theme, language and the manifest stand open; all others ask at least for a log-in."""
    bare = {name for name, each in walk() if not hasattr(each.callback, "permissions")}
    assert bare == OPEN


def test_every_reader_gets_what_the_table_says(world, clients):
    wrong = []
    for method, name, given, expected in read_table():
        address, data = find_address(world, name, given), find_data(world, method, name)
        for reader, status in expected.items():
            answer = ask(clients[reader], method, address, data)
            if answer.status_code != status:
                wrong.append(f"{method} {name} {given} {reader}: {answer.status_code} != {status}")
            elif reader == "anonymous" and name not in OPEN and not asks_to_sign_in(answer):
                wrong.append(f"{method} {name} {given}: lets nobody through")
    assert wrong == []


def asks_to_sign_in(answer) -> bool:
    return answer.status_code == 405 or answer.url.startswith(reverse("accounts:login"))


def find_data(world: World, method: str, name: str) -> dict[str, object]:
    """Return what is sent: acts on several objects name them in the body."""
    given = BODIES.get(name, {}) if method == "POST" else {}
    return {field: _key(world, part) for field, part in given.items()}


# -- nobody reads another's secrets ----------------------------------------------------------------


def every_address(world: World) -> Iterator[str]:
    """Yield every address with every key of the world, and the queries that name a person or unit."""
    named = {each.pk for each in world.objects.values() if hasattr(each, "pk")}  # a token has none
    numbers = sorted(named | set(_keys(Person, Score)))
    words = {
        "code": [world.objects["batch"].code, "organisation-life"],
        "criterion": ["D1-1", "D2-1", "D3-1", "D3-2"],
        "side": ["counted", "unmet"],
        "period": ["2026-10"],
        "number": [1],
        "task": [world.objects["reading_task"].pk],
        "token": [world.objects["feed_token"]],
    }
    for name, pattern in walk():
        asked = pattern.pattern.regex.groupindex
        converters = pattern.pattern.converters
        choices = [
            words[part]
            if part not in converters or part in words
            else (numbers if place == 0 else numbers[:3])
            for place, part in enumerate(asked)
        ]
        if name == "activities:duty":
            choices[1] = ["theme_day"]
        for values in itertools.product(*choices):
            yield reverse(name, kwargs=dict(zip(asked, values, strict=True)))
    people, units = _keys(Person), _keys(Unit)
    yield from (
        f"{reverse('people:person', args=[p])}?tab={t.name}"
        for p in people
        for t in list_person_panels()
    )
    yield from (
        f"{reverse('org:unit', args=[u])}?tab={t.name}" for u in units for t in list_unit_panels()
    )
    yield from (f"{reverse('ledger:timeline')}?person={p}" for p in people)
    for name in ("ledger:timeline", "ledger:export", "worklists:tasks", "service:visits"):
        yield from (f"{reverse(name)}?unit={u}" for u in units)
    for name in ("portal:search", "people:search"):
        yield from (f"{reverse(name)}?q={quote(p.name)}" for p in Person.objects.all())


def _keys(*models) -> list[int]:
    return [pk for model in models for pk in model.objects.values_list("pk", flat=True)]


def read_text(response) -> str:
    """Return everything a response says: of an Office file, all its parts."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return "".join(parts.read(name).decode(errors="replace") for name in parts.namelist())
    return content.decode()


def find_secrets(
    text: str,
    persons: list[Person],
    totals: dict[int, set[str]],
) -> list[str]:
    """Return whose secrets the text shows: what is sensitive, and score totals."""
    found = []
    for person in persons:
        secrets = secrets_of(person)
        found += [f"{person}: {what}" for what, secret in secrets.items() if secret in text]
        for total in totals.get(person.pk, ()):
            if re.search(rf"(?<![\d.]){re.escape(total.rstrip('0'))}0*(?!\d)", text):
                found.append(f"{person}: score {total}")
    return found


@pytest.mark.slow  # ten thousand pages: asked on one database, the table above on both
@pytest.mark.parametrize("reader", ["member", "other", "admin"])
def test_no_page_shows_another_persons_secrets(world, clients, reader):
    user = world.users()[reader]
    others = list(Person.objects.exclude(user=user))
    totals = {pk: found - {"0.00"} for pk, found in person_totals().items()}
    shown = {}
    for address in every_address(world):
        response = ask(clients[reader], "GET", address)
        if response.status_code == 200 and (
            found := find_secrets(read_text(response), others, totals)
        ):
            shown[address] = found
    assert shown == {}


def test_the_search_for_secrets_finds_them(world, clients):
    """The officer, who may, is shown them: the test above does not look past its target."""
    totals = person_totals()
    page = ask(clients["officer"], "GET", find_address(world, "evaluation:score", "member_score"))
    assert find_secrets(read_text(page), [world.bureau.member], totals)
    page = clients["officer"].post(
        find_address(world, "people:reveal", "member"), {"reason": "核对档案"}
    )
    assert find_secrets(read_text(page), [world.bureau.member], {}) == [
        "林晓禾: identity number",
        "林晓禾: telephone number",
        "林晓禾: address",
    ]

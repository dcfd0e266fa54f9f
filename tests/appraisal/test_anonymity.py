"""The law of anonymity: whoever gave which slips in whatever order, what is kept looks the same.

Everything the database holds is compared, row by row in the order it lies on the disk, after two
ballots that differ in who voted what and when, but not in the slips each member received. Only the
random codes are taken out first, for they follow from nothing.
"""

from __future__ import annotations

import base64
import random
import re

import pytest
from django.db import connection, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linghang.accounts.models import User
from linghang.appraisal import queries, services
from linghang.appraisal.enums import Grade, Stage
from linghang.appraisal.models import Register, Urn
from linghang.appraisal.services.voting import ALPHABET, CODE_LENGTH, draw_code
from linghang.platform.crypto.fields import cipher

CODE = re.compile(rf"\b[{ALPHABET}]{{{CODE_LENGTH}}}\b")
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T]\d\d:\d\d:\d\d\S*")
DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
FERNET = "gAAAA"
OF_LOGGING_IN = {"accounts_user", "axes_accesslog"}
NOT_OF_THE_BALLOT = {"django_session"}  # when somebody was last here, of every page alike


def dump() -> dict[str, list]:
    """Return every row of every table in the order of the disk, random codes taken out."""
    on_disk = connection.vendor == "sqlite"
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table in NOT_OF_THE_BALLOT:
                continue
            what = "rowid, *" if on_disk else "*"
            cursor.execute(f'SELECT {what} FROM "{table}"' + " ORDER BY rowid" * on_disk)
            rows = [tuple(normalise(value) for value in row) for row in cursor.fetchall()]
            found[table] = rows if on_disk else sorted(rows, key=repr)
    return found


def normalise(value: object) -> object:
    if not isinstance(value, str):
        return value if isinstance(value, int | float | None) else MOMENT.sub(r"\1", str(value))
    if value.startswith(FERNET):
        written = base64.urlsafe_b64decode(value)[1:9]  # the second Fernet writes in the open
        plain = cipher().decrypt(value.encode()).decode()
        return (len(value), written, tuple(sorted(CODE.sub("code", plain).splitlines())))
    return DIGEST.sub("digest", MOMENT.sub(r"\1", value))


def hold(branch, appraisal, given, order, *, close: bool) -> dict[str, list]:
    """Return what is kept after the ballots were cast in the order; nothing of it stays."""
    kept = transaction.savepoint()
    try:
        for voter in order:
            services.cast_ballot(
                appraisal=appraisal, person_id=voter.person_id, grades=given[voter.pk]
            )
        if close:
            branch.close(appraisal)
        return dump()
    finally:
        transaction.savepoint_rollback(kept)


def assign(voters, graded, slips, shuffle) -> dict[int, dict[int, str]]:
    """Return a ballot for each voter in which every member receives these slips, from whomever."""
    given: dict[int, dict[int, str]] = {voter.pk: {} for voter in voters}
    for one in graded:
        others = [voter for voter in voters if voter.pk != one.pk]
        mine = slips[one.pk][: len(others)]
        shuffle(mine)
        for voter, grade in zip(others, mine, strict=True):
            given[voter.pk][one.pk] = grade
    return given


@pytest.mark.django_db
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), seed=st.integers(0, 2**32), few=st.booleans(), close=st.booleans())
def test_who_gave_which_slip_and_when_leaves_no_difference(branch, data, seed, few, close):
    kept = transaction.savepoint()
    try:
        appraisal = branch.walk(Stage.BALLOT)
        parts = branch.parts(appraisal)
        graded = queries.list_graded(parts)
        voters = parts[:4] if few else parts
        grades = st.lists(st.sampled_from(Grade.values), min_size=9, max_size=9)
        slips = {one.pk: data.draw(grades) for one in graded}
        dice = random.Random(seed)
        # a sequence of PostgreSQL does not go back with its savepoint: what closing writes would
        # differ in its numbers
        close = close and connection.vendor == "sqlite"
        worlds = []
        for _world in range(2):
            order = list(voters)
            dice.shuffle(order)
            own = {pk: list(some[: len(voters)]) for pk, some in slips.items()}
            given = assign(voters, graded, own, dice.shuffle)
            worlds.append(hold(branch, appraisal, given, order, close=close))
        first, second = worlds
        assert {table for table in first if first[table] != second[table]} == set()
    finally:
        transaction.savepoint_rollback(kept)


def test_the_comparison_would_see_a_difference(branch):
    appraisal = branch.walk(Stage.BALLOT)
    parts = branch.parts(appraisal)
    graded = queries.list_graded(parts)
    worlds = []
    for grade in (Grade.QUALIFIED, Grade.BASIC):
        given = {
            voter.pk: {
                one.pk: grade if one == graded[-1] and voter == parts[0] else Grade.QUALIFIED
                for one in graded
                if one.pk != voter.pk
            }
            for voter in parts
        }
        worlds.append(hold(branch, appraisal, given, parts, close=False))
    first, second = worlds
    assert {table for table in first if first[table] != second[table]} == {"appraisal_urn"}


def test_slips_lie_by_their_random_codes_and_the_seal_names_no_second(branch):
    appraisal = branch.walk(Stage.BALLOT)
    parts = branch.parts(appraisal)
    codes = [branch.vote(appraisal, voter) for voter in parts]
    slips = queries.open_slips(Urn.objects.get().slips)
    assert slips == sorted(slips)
    assert {code for _pk, code, _g in slips} == {c for mine in codes for c in mine.values()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT slips FROM appraisal_urn")
        raw = base64.urlsafe_b64decode(cursor.fetchone()[0])
    assert raw[1:9] == bytes(8)


def test_codes_repeat_nothing():
    drawn = {draw_code() for _draw in range(2000)}
    assert len(drawn) == 2000
    assert {len(code) for code in drawn} == {CODE_LENGTH}
    assert set("".join(drawn)) == set(ALPHABET)


def test_a_ballot_through_its_page_leaves_the_day_and_no_word_in_log_audit_or_session(
    branch, client, caplog
):
    appraisal = branch.walk(Stage.BALLOT)
    parts = branch.parts(appraisal)
    for number, one in enumerate(parts):
        if one.person.user is None:
            one.person.user = User.objects.create_user(f"voter-{number}", "Lh-demo-2026")
            one.person.save()
    before = dump()
    caplog.set_level(0)
    pages = []
    for voter in reversed(parts):
        client.force_login(voter.person.user)
        others = [p for p in queries.list_graded(parts) if p.pk != voter.pk]
        answer = client.post(
            reverse("appraisal:vote", args=[appraisal.pk]),
            {f"grade_{p.pk}": Grade.EXCELLENT for p in others},
        )
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        page = answer.content.decode()
        pages.append(page)
        assert len(set(CODE.findall(page))) == len(others)
        session = str(dict(client.session.items()))
        assert CODE.findall(session) == []
    after = dump()
    changed = {table for table in before if before[table] != after[table]}
    assert changed - OF_LOGGING_IN == {"appraisal_register", "appraisal_urn"}
    assert set(Register.objects.values_list("voted_on", flat=True)) == {appraisal.begun_on}
    said = caplog.text
    assert Grade.EXCELLENT not in said
    assert not any(code in said for page in pages for code in CODE.findall(page))


def test_a_second_ballot_through_the_page_is_refused_and_changes_nothing(branch, client):
    appraisal = branch.walk(Stage.BALLOT)
    parts = branch.parts(appraisal)
    voter = next(one for one in parts if one.person == branch.bureau.member)
    branch.vote(appraisal, voter)
    before = dump()
    client.force_login(branch.bureau.member.user)
    others = [p for p in queries.list_graded(parts) if p.pk != voter.pk]
    data = {f"grade_{p.pk}": Grade.EXCELLENT for p in others}
    answer = client.post(reverse("appraisal:vote", args=[appraisal.pk]), data)
    assert answer.status_code == 422
    assert "不能重复投票" in answer.content.decode()
    after = dump()
    assert {t for t in before if before[t] != after[t]} - OF_LOGGING_IN == set()

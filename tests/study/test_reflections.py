"""Reflections: private until published by their author, alike only to the author's eyes, never counted."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from linghang.ledger.api import list_kinds
from linghang.ledger.models import Fact
from linghang.people import api as people
from linghang.platform.audit.models import Entry
from linghang.study import queries, services
from linghang.study.models import Reflection
from linghang.study.services import ReflectionDraft
from tests.study.test_lectures import refuse

TEXT = "老师傅把接地线一根一根数过去，再数回来：规矩是写给晚上要回家吃饭的人看的。"


@pytest.fixture
def write(school):
    """Return a function that writes a draft of somebody, published where an audience is given."""

    def make(person, text=TEXT, title="数接地线", audience="", unit=None):
        draft = ReflectionDraft(person, unit or school.bureau.branch, title, text)
        row = services.write_reflection(draft=draft)
        if audience:
            row = services.publish_reflection(
                reflection=row, audience=audience, person=person, actor=person.user
            )
        return row

    return make


def scope(person):
    return people.compute_scope(person.user)


def readers(school, reflection):
    """Return who may open the reflection, of everybody with a log-in."""
    cast = ("member", "secretary", "officer", "leader", "supervisor", "stranger")
    found = {
        name
        for name in cast
        if queries.list_readable(scope(getattr(school.bureau, name))).filter(pk=reflection.pk)
    }
    administrator = people.compute_scope(school.bureau.administrator)
    if queries.list_readable(administrator).filter(pk=reflection.pk).exists():
        found.add("administrator")
    return found


def test_a_draft_is_its_authors_alone_and_encrypted_at_rest(school, write):
    draft = write(school.bureau.member)
    assert readers(school, draft) == {"member"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT title, text FROM study_reflection")
        stored = "".join(cursor.fetchone())
    assert "接地线" not in stored
    assert Entry.objects.filter(verb__startswith="study.reflection").count() == 0
    assert str(draft) == f"#{draft.pk}"


def test_published_to_the_branch_it_is_read_there_and_by_those_above(school, write):
    row = write(school.bureau.member, audience="branch")
    assert readers(school, row) == {"member", "secretary", "officer", "leader", "supervisor"}
    other = school.bureau.other_branch.pk
    away = queries.list_published(people.compute_scope(_user_of(school, "other-secretary")))
    assert other
    assert list(away) == []


def test_published_to_the_bureau_everybody_of_it_reads_it_and_no_stranger(school, write):
    row = write(school.bureau.member, audience="bureau")
    assert "stranger" not in readers(school, row)
    assert "administrator" not in readers(school, row)
    away = queries.list_published(people.compute_scope(_user_of(school, "other-secretary")))
    assert [one.pk for one in away] == [row.pk]


def _user_of(_school, username):
    from linghang.accounts.models import User

    return User.objects.get(username=username)


def test_taken_back_it_is_a_draft_again_and_the_trail_has_no_word_of_it(school, write):
    member = school.bureau.member
    row = write(member, audience="bureau")
    back = services.take_back_reflection(reflection=row, person=member, actor=member.user)
    assert (back.state, back.audience, back.published_on) == ("draft", "", None)
    assert readers(school, back) == {"member"}
    trail = Entry.objects.filter(verb__startswith="study.reflection").order_by("pk")
    assert [entry.verb for entry in trail] == [
        "study.reflection_published",
        "study.reflection_taken_back",
    ]
    assert "接地线" not in "".join(f"{entry.object_label}{entry.new}" for entry in trail)


def test_only_the_author_acts_and_what_is_published_stays_as_it_is(school, write):
    member, secretary = school.bureau.member, school.bureau.secretary
    row = write(member)

    def change(person, **values):
        given = {"title": "新题", "text": "新文", **values}
        return services.change_reflection(reflection=row, person=person, **given)

    refuse("stranger", lambda: change(secretary))
    refuse(
        "stranger",
        lambda: services.publish_reflection(
            reflection=row, audience="branch", person=secretary, actor=secretary.user
        ),
    )
    refuse("stranger", lambda: services.drop_reflection(reflection=row, person=secretary))
    refuse("title", lambda: change(member, title=" "))
    refuse("text", lambda: change(member, text=" "))
    refuse("long", lambda: change(member, text="长" * 5001))
    refuse("moved", lambda: change(member, seen="7"))
    assert change(member).title == "新题"
    services.publish_reflection(reflection=row, audience="branch", person=member, actor=member.user)
    refuse("not_now", lambda: change(member))
    refuse("not_now", lambda: services.drop_reflection(reflection=row, person=member))
    services.take_back_reflection(reflection=row, person=member, actor=member.user)
    services.drop_reflection(reflection=row, person=member)
    assert Reflection.objects.count() == 0


def test_near_copies_are_found_among_what_the_author_may_read(school, write):
    secretary, member = school.bureau.secretary, school.bureau.member
    published = write(secretary, audience="branch")
    write(secretary, title="草稿")  # drafts of others are never compared
    mine = write(member, text="听课有感：" + TEXT)
    found = queries.find_near_copies(mine, scope(member))
    assert [one.reflection.pk for one in found] == [published.pk]
    assert found[0].percent >= 80
    assert found[0].passages == (TEXT.rstrip("。"),)
    quoted = write(member, text=f"师傅说“{TEXT}”，我信，也想在班里试一试看。")
    assert queries.find_near_copies(quoted, scope(member)) == []


def test_what_the_author_may_not_read_and_the_own_are_not_compared(school, write):
    other = _user_of(school, "other-secretary").person
    write(other, audience="branch", unit=school.bureau.other_branch)
    member = school.bureau.member
    write(member, audience="bureau")
    assert queries.find_near_copies(write(member), scope(member)) == []


def test_a_near_copy_is_kept_nowhere_and_publishing_is_not_refused(school, write):
    secretary, member = school.bureau.secretary, school.bureau.member
    write(secretary, audience="bureau")
    mine = write(member)
    before = Entry.objects.count()
    assert queries.find_near_copies(mine, scope(member)) != []
    assert Entry.objects.count() == before
    services.publish_reflection(
        reflection=mine, audience="bureau", person=member, actor=member.user
    )
    assert Reflection.objects.get(pk=mine.pk).state == "published"


def test_reflections_write_no_fact_whatever_is_done_with_them(school, write):
    facts = Fact.objects.count()
    for person in school.people[:2]:
        write(person, audience="bureau")
    assert Fact.objects.count() == facts
    assert [kind for kind in list_kinds() if "reflection" in kind] == []


def test_many_are_brought_in_at_once_with_one_line_in_the_trail(school):
    member = school.bureau.member
    drafts = [
        ReflectionDraft(member, school.bureau.branch, f"感悟{n}", TEXT, "bureau") for n in range(30)
    ]
    services.bring_in_reflections(drafts=drafts, actor=None)
    assert queries.list_published(scope(school.bureau.secretary)).count() == 30
    entry = Entry.objects.get(verb="study.reflection_published")
    assert entry.new == {"number": 30}
    with pytest.raises(ValidationError):
        services.bring_in_reflections(
            drafts=[ReflectionDraft(member, school.bureau.branch, "", TEXT)], actor=None
        )
    assert Reflection.objects.count() == 30

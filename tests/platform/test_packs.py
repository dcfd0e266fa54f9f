"""Packs: what is refused and how it is said, and what installing keeps."""

from __future__ import annotations

import pytest
from django.utils import translation
from pydantic import BaseModel, ConfigDict

from linghang.platform.audit.models import Entry
from linghang.platform.packs import sections
from linghang.platform.packs.comparison import Change, ChangeKind, compare_documents
from linghang.platform.packs.findings import Finding, PackRefused
from linghang.platform.packs.models import InstalledPack
from linghang.platform.packs.services import (
    check_pack,
    install_pack,
    list_packs,
    list_versions,
)


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid")
    code: str
    parts: list[Row] = []


class Shelf(list):
    """What the trial section was asked to install, in order."""


@pytest.fixture
def shelf():
    shelf = Shelf()
    sections.register_section(
        "trial",
        Row,
        install=lambda rows, pack, actor: shelf.append((pack.version, [r.code for r in rows])),
        check=lambda rows, around: [
            Finding("", f"[{n}].code", "forbidden word", "another word", basis="a rule")
            for n, row in enumerate(rows)
            if row.code == "clicks" and "clicks" not in around.offered
        ],
        compare=lambda old, new: [f"{len(new) - len(old)} more"],
    )
    with translation.override("en"):
        yield shelf
    sections.unregister_section("trial")


def pack(version="1.0.0", rows=({"code": "a"},), **changes):
    document = {
        "pack": "trial-pack",
        "version": version,
        "title": {"en": "Trial", "zh": "试用"},
        "practices": ["P33"],
        "description": {"en": "For tests.", "zh": "用于测试。"},
        "basis": ["测试"],
        "contents": {"trial": list(rows)},
    }
    return document | changes


def said(findings):
    return [(f.place, f.message, f.remedy) for f in findings]


def test_misspelt_key_deep_inside_is_named_with_place_and_remedy(shelf):
    findings = check_pack(pack(rows=[{"code": "a"}, {"code": "b", "parts": [{"kode": "c"}]}]))
    assert said(findings) == [
        ("contents.trial[1].parts[0].code", "This key is missing.", "Add it."),
        (
            "contents.trial[1].parts[0].kode",
            "This key is not known.",
            "Correct its spelling or take it out; docs/packs/README.md lists every key.",
        ),
    ]


def test_unknown_key_of_the_head_is_refused(shelf):
    assert [f.place for f in check_pack(pack(colour="red"))] == ["colour"]


def test_version_that_is_no_version_names_its_form(shelf):
    assert said(check_pack(pack(version="1.0"))) == [
        (
            "version",
            "'1.0' is not written as it must be.",
            r"It must match ^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$.",
        )
    ]


def test_section_that_no_app_installs_is_refused(shelf):
    [finding] = check_pack(pack(contents={"trail": [{"code": "a"}]}))
    assert (finding.place, finding.message) == (
        "contents.trail",
        "No app installs the section trail.",
    )


def test_code_given_twice_is_refused(shelf):
    assert [f.place for f in check_pack(pack(rows=[{"code": "a"}, {"code": "a"}]))] == [
        "contents.trial[1].code"
    ]


def test_finding_of_an_app_is_placed_in_the_file(shelf):
    [finding] = check_pack(pack(rows=[{"code": "a"}, {"code": "clicks"}]), file="own.yaml")
    assert finding.as_dict() == {
        "file": "own.yaml",
        "place": "contents.trial[1].code",
        "message": "forbidden word",
        "remedy": "another word",
        "code": "pack",
        "severity": "error",
        "basis": "a rule",
    }


@pytest.mark.parametrize(
    ("content", "place", "message"),
    [
        (b"pack: a\npack: b\n", "line 2, column 1", "the key 'pack' stands here twice"),
        (b"a: &x [1]\nb: *x\n", "line 2, column 4", "aliases are not allowed"),
        (b"a: [1\n", "line 2, column 1", "expected ',' or ']'"),
        (b"\xff\xfe\xfa", "(file)", "not UTF-8"),
        (b"- a\n", "(file)", "holds no pack"),
        (b"#" * 1_000_001, "(file)", "larger than a megabyte"),
    ],
)
def test_file_that_cannot_be_read_says_where_and_why(shelf, content, place, message):
    [finding] = check_pack(content)
    assert finding.place == place
    assert message in finding.message


def test_installing_hands_over_the_rows_and_writes_the_audit_trail(shelf, bureau):
    installed = install_pack(pack(), bureau.administrator)
    assert shelf == [("1.0.0", ["a"])]
    entry = Entry.objects.get()
    assert (entry.verb, entry.actor, entry.object_label) == (
        "packs.install",
        bureau.administrator,
        "trial-pack 1.0.0",
    )
    assert entry.new == {"version": "1.0.0", "digest": installed.digest}


def test_installing_the_same_document_again_changes_nothing(shelf, db):
    first = install_pack(pack())
    assert install_pack(pack()) == first
    assert len(shelf) == 1
    assert Entry.objects.count() == 1


def test_upgrade_keeps_the_old_version_readable(shelf, db):
    install_pack(pack("1.9.0"))
    install_pack(pack("1.10.0", rows=[{"code": "a"}, {"code": "b"}]))
    assert [row.version for row in list_versions("trial-pack")] == ["1.10.0", "1.9.0"]
    assert [str(row) for row in list_packs()] == ["trial-pack 1.10.0"]
    assert shelf == [("1.9.0", ["a"]), ("1.10.0", ["a", "b"])]


def test_upgrade_without_the_section_lets_its_rows_retire(shelf, db):
    sections.register_section("other", Row, install=lambda rows, pack, actor: None)
    install_pack(pack("1.0.0"))
    install_pack(pack("2.0.0", contents={"other": []}))
    sections.unregister_section("other")
    assert shelf == [("1.0.0", ["a"]), ("2.0.0", [])]


def test_downgrade_is_refused(shelf, db):
    install_pack(pack("1.1.0"))
    with pytest.raises(PackRefused) as refusal:
        install_pack(pack("1.0.0"))
    assert said(refusal.value.findings) == [
        (
            "version",
            "Version 1.0.0 is older than the installed 1.1.0.",
            "Give the wanted contents a new, higher version.",
        )
    ]


def test_same_version_with_other_contents_is_refused(shelf, db):
    install_pack(pack())
    with pytest.raises(PackRefused) as refusal:
        install_pack(pack(rows=[{"code": "b"}]))
    assert [f.code for f in refusal.value.findings] == ["pack.same_version"]


def test_required_pack_that_is_missing_is_named(shelf, db):
    wanted = pack(requires=[{"pack": "other-pack", "version": "1.2.0"}])
    with pytest.raises(PackRefused) as refusal:
        install_pack(wanted)
    assert said(refusal.value.findings) == [
        (
            "requires[0]",
            "It needs the pack other-pack, version 1.2.0 or later.",
            "Install that pack first.",
        )
    ]
    install_pack(pack("1.2.0", pack="other-pack"))
    assert install_pack(wanted).code == "trial-pack"


def test_section_that_fails_leaves_nothing_installed(shelf, db):
    def fail(rows, pack, actor):
        raise RuntimeError("disk full")

    sections.register_section("trial", Row, install=fail)
    with pytest.raises(RuntimeError):
        install_pack(pack())
    assert InstalledPack.objects.count() == 0
    assert Entry.objects.count() == 0


def test_comparison_matches_rows_by_code(shelf):
    old = pack(rows=[{"code": "a", "parts": [{"code": "x", "n": "1"}]}, {"code": "b"}])
    new = pack("1.1.0", rows=[{"code": "c"}, {"code": "a", "parts": [{"code": "x", "n": "2"}]}])
    found = compare_documents(old, new)
    assert found.changes == (
        Change(ChangeKind.CHANGED, "contents.trial.a.parts.x.n", "1", "2"),
        Change(ChangeKind.REMOVED, "contents.trial.b", {"code": "b"}, None),
        Change(ChangeKind.ADDED, "contents.trial.c", None, {"code": "c"}),
    )
    assert found.remarks == ("0 more",)

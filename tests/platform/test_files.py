"""Evidence files: what comes in, what it loses on the way, who sees it, when it goes."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import RequestFactory
from django.urls import reverse
from PIL import Image

from linghang.org.models import Unit
from linghang.people.api import compute_scope
from linghang.platform.access import Denied, Permission
from linghang.platform.audit.models import Entry
from linghang.platform.calendar import clock
from linghang.platform.files import api as files
from linghang.platform.files import registry, services, storage
from linghang.platform.files.enums import FileType
from linghang.platform.files.examination import clean_name, examine_file
from linghang.platform.files.models import Attachment, StoredFile
from linghang.platform.files.templatetags.files import attached_files

ORIENTATION, GPS = 0x0112, 0x8825


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    return settings.FILES_DIR


@pytest.fixture
def owned(bureau):
    """Units carry files here: seen with VIEW_RECORDS, added to with EDIT_RECORDS."""

    def path(pk):
        return Unit.objects.get(pk=pk).path

    registry.register_owner(
        "org.unit",
        visible=lambda scope, pk: bool(scope.can(Permission.VIEW_RECORDS, path(pk))),
        may_add=lambda scope, pk: scope.can(Permission.EDIT_RECORDS, path(pk)),
        unit_path=path,
    )
    yield bureau
    registry.unregister_owner("org.unit")


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="application/octet-stream")


def photograph(*, size=(40, 20), orientation: int = 1, colour="red") -> bytes:
    """Return a JPEG that says where it was taken and which side is up."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[GPS] = {1: "N", 2: (30.0, 15.0, 0.0)}
    exif[0x010F] = "示范相机"
    stream = io.BytesIO()
    Image.new("RGB", size, colour).save(stream, "JPEG", exif=exif)
    return stream.getvalue()


def archive(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as parts:
        for name in names:
            parts.writestr(name, "x")
    return stream.getvalue()


def png() -> bytes:
    stream = io.BytesIO()
    Image.new("RGBA", (3, 3), (0, 0, 0, 0)).save(stream, "PNG")
    return stream.getvalue()


# -- what a file is --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (photograph(), FileType.JPG),
        (png(), FileType.PNG),
        (b"%PDF-1.7\n...", FileType.PDF),
        (archive("[Content_Types].xml", "word/document.xml"), FileType.DOCX),
        (archive("xl/workbook.xml"), FileType.XLSX),
        (archive("ppt/presentation.xml"), FileType.PPTX),
        (archive("OFD.xml", "Doc_0/Document.xml"), FileType.OFD),
        ("已更换开关柜".encode(), FileType.TXT),
        ("已更换开关柜".encode("gb18030"), FileType.TXT),
    ],
)
def test_type_follows_the_content_not_the_name(data, kind):
    found = examine_file(upload("佐证.exe", data))
    assert (found.type, found.name) == (kind, f"佐证.{kind.value}")


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.jpg", b"MZ\x90\x00\x03", "type"),
        ("a.jpg", b"\xff\xd8\xff\xe0 cut short", "damaged"),
        ("a.docx", b"PK\x03\x04 cut short", "damaged"),
        ("a.zip", archive("a.txt"), "archive"),
        ("a.docm", archive("word/document.xml", "word/vbaProject.bin"), "macros"),
        ("a.heic", b"\x00\x00\x00\x18ftypheic....", "type"),
        ("a.txt", b"", "empty"),
        ("机密★通知.txt", b"text", "secret"),
        ("通知.txt", "秘密★五年\n关于".encode(), "secret"),
    ],
)
def test_what_cannot_be_taken_in_is_refused(name, data, code):
    with pytest.raises(ValidationError) as refusal:
        examine_file(upload(name, data))
    assert refusal.value.code == code


def test_file_above_the_limit_is_refused_with_the_limit(settings):
    settings.FILE_MB = 1
    with pytest.raises(ValidationError, match="超过1MB"):
        examine_file(upload("大.pdf", b"%PDF-" + b"x" * 1024 * 1024))


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\照片\\开关.JPEG", "开关.jpg"),
        ("a\u202egpj.exe", "agpj.jpg"),
        ('"><script>.jpg', "script.jpg"),
        ("...", "file.jpg"),
        ("长" * 300 + ".jpg", "长" * 116 + ".jpg"),
    ],
)
def test_name_keeps_no_path_and_no_hidden_signs(name, clean):
    assert clean_name(name, FileType.JPG) == clean


def test_photograph_loses_its_place_and_keeps_its_upright_side():
    found = examine_file(upload("现场.jpg", photograph(orientation=6)))
    with Image.open(io.BytesIO(found.data)) as picture:
        assert picture.size == (20, 40)  # turned as the camera said
        assert dict(picture.getexif()) == {}
        assert "exif" not in picture.info
    assert "示范相机".encode() not in found.data
    with Image.open(io.BytesIO(found.small)) as small:
        assert (small.format, small.size) == ("JPEG", (20, 40))


def test_transparent_picture_stays_transparent():
    found = examine_file(upload("图.png", png()))
    with Image.open(io.BytesIO(found.data)) as picture:
        assert picture.getpixel((0, 0)) == (0, 0, 0, 0)


# -- attaching and taking back ---------------------------------------------------------------------


def test_content_is_kept_once_and_encrypted_for_two_records(owned, folder):
    actor = owned.secretary.user
    first = files.store_file(owner=owned.branch, upload=upload("a.txt", b"done"), actor=actor)
    second = files.store_file(
        owner=owned.other_branch, upload=upload("b.txt", b"done"), actor=actor
    )
    assert first.file == second.file
    assert StoredFile.objects.count() == 1
    kept = [place for place in folder.glob("*/*") if place.is_file()]
    assert [place.name for place in kept] == [first.file.sha256]
    assert b"done" not in kept[0].read_bytes()
    assert storage.read(first.file.sha256) == b"done"
    act = Entry.objects.filter(verb="files.add").latest("pk")
    assert (act.unit_path, act.new) == (owned.other_branch.path, {"files": ["b.txt"]})


def test_same_content_on_the_same_record_is_told(owned):
    files.store_file(owner=owned.branch, upload=upload("a.txt", b"done"), actor=None)
    with pytest.raises(ValidationError, match=r"b\.txt已经添加过，名称为a\.txt"):
        files.store_file(owner=owned.branch, upload=upload("b.txt", b"done"), actor=None)
    assert Attachment.objects.count() == 1


def test_record_carries_no_more_than_its_limit(owned, monkeypatch):
    monkeypatch.setattr(services, "MOST_PER_RECORD", 2)
    sent = [upload(f"{n}.txt", f"{n}".encode()) for n in range(3)]
    with pytest.raises(ValidationError, match="最多添加2个文件"):
        files.store_files(owner=owned.branch, uploads=sent, actor=None)
    assert Attachment.objects.count() == 0


def test_secret_file_is_refused(owned):
    with pytest.raises(ValidationError, match="国家秘密不得进入本系统"):
        files.store_file(
            owner=owned.branch, upload=upload("a.txt", b"x"), actor=None, secrecy="secret"
        )


def test_withdrawn_file_stays_listed_and_its_content_may_come_again(owned):
    made = files.store_file(owner=owned.branch, upload=upload("a.txt", b"done"), actor=None)
    files.withdraw_file(attachment=made, reason="传错了", actor=owned.secretary.user)
    again = files.store_file(owner=owned.branch, upload=upload("c.txt", b"done"), actor=None)
    listed = [(each.name, each.withdrawn_reason) for each in files.list_files(owned.branch)]
    assert listed == [("a.txt", "传错了"), ("c.txt", "")]
    assert files.count_files("org.unit", [owned.branch.pk, owned.group.pk]) == {owned.branch.pk: 1}
    assert again.file == made.file
    with pytest.raises(ValidationError, match="已经撤回"):
        files.withdraw_file(attachment=made, reason="再次", actor=None)


# -- cleaning --------------------------------------------------------------------------------------


def test_content_goes_thirty_days_after_nobody_holds_it(owned, folder):
    made = files.store_file(owner=owned.branch, upload=upload("图.jpg", photograph()), actor=None)
    kept = files.store_file(owner=owned.branch, upload=upload("b.txt", b"kept"), actor=None)
    with clock.stand_on(clock.today() + timedelta(days=1)):
        files.withdraw_file(attachment=made, reason="传错了", actor=None)
    for days, expected in ((30, 0), (32, 1), (33, 0)):
        with clock.stand_on(clock.today() + timedelta(days=days)):
            assert services.clean_files() == expected
    assert [place.name for place in folder.glob("*/*")] == [kept.file.sha256]
    made.file.refresh_from_db()
    assert made.file.removed_at is not None
    files.store_file(owner=owned.branch, upload=upload("图.jpg", photograph()), actor=None)
    assert storage.read(made.file.sha256)


def test_files_of_a_record_that_is_gone_are_taken_back(owned):
    passing = Unit.objects.create(
        code="P99999", line="party", kind="group", name="临时小组", path="/99/", level=1
    )
    made = files.store_file(owner=passing, upload=upload("a.txt", b"done"), actor=None)
    passing.delete()
    services.clean_files()
    made.refresh_from_db()
    assert made.withdrawn_reason == "所属记录已不存在"


def test_bytes_of_an_undone_write_go_after_a_day(owned, folder, monkeypatch):
    with pytest.raises(RuntimeError), transaction.atomic():
        files.store_file(owner=owned.branch, upload=upload("a.txt", b"done"), actor=None)
        raise RuntimeError
    assert len(list(folder.glob("*/*"))) == 1
    services.clean_files()
    assert len(list(folder.glob("*/*"))) == 1  # may belong to a write that is under way
    monkeypatch.setattr(services, "UNFINISHED_SECONDS", -1)
    services.clean_files()
    assert list(folder.glob("*/*")) == []


# -- pages -----------------------------------------------------------------------------------------


def send(client, owner, *sent, **given):
    return client.post(
        reverse("files:add"),
        {"owner": f"org.unit:{owner.pk}", "uploads": list(sent), "next": "/units/?a=1", **given},
    )


def test_whoever_may_add_adds_and_whoever_sees_the_record_reads(owned, client):
    client.force_login(owned.secretary.user)
    answer = send(client, owned.branch, upload("图.jpg", photograph()), upload("b.txt", b"b"))
    assert (answer.status_code, answer.url) == (302, "/units/?a=1#files")
    picture, text = files.list_files(owned.branch)
    client.force_login(owned.member.user)
    answer = client.get(reverse("files:file", args=[picture.pk]))
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"] == "inline; filename*=UTF-8''%E5%9B%BE.jpg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    again = client.get(
        reverse("files:file", args=[picture.pk]), headers={"If-None-Match": answer["ETag"]}
    )
    assert again.status_code == 304
    small = client.get(reverse("files:file", args=[picture.pk]), {"size": "small"})
    assert small.content == storage.read(picture.file.sha256, storage.SMALL)
    answer = client.get(reverse("files:file", args=[text.pk]))
    assert (answer.content, answer["Content-Disposition"]) == (
        b"b",
        "attachment; filename*=UTF-8''b.txt",
    )


def test_stranger_finds_nothing_and_member_may_not_add(owned, client):
    made = files.store_file(owner=owned.branch, upload=upload("a.txt", b"a"), actor=None)
    client.force_login(owned.stranger.user)
    assert client.get(reverse("files:file", args=[made.pk])).status_code == 404
    assert send(client, owned.branch, upload("b.txt", b"b")).status_code == 404
    assert client.post(reverse("files:withdraw", args=[made.pk])).status_code == 404
    client.force_login(owned.member.user)
    answer = send(client, owned.branch, upload("b.txt", b"b"))
    assert answer.status_code == 403
    assert "党建专责" in answer.content.decode()
    assert client.post(reverse("files:withdraw", args=[made.pk])).status_code == 403
    assert Attachment.objects.count() == 1


def test_withdrawn_file_is_no_longer_sent(owned, client):
    made = files.store_file(
        owner=owned.branch, upload=upload("a.txt", b"a"), actor=owned.member.user
    )
    client.force_login(owned.member.user)  # who added it may take it back
    answer = client.post(
        reverse("files:withdraw", args=[made.pk]), {"reason": "传错了", "next": "//evil.example"}
    )
    assert answer.url == "/"
    assert client.get(reverse("files:file", args=[made.pk])).status_code == 404


def test_faults_of_every_file_are_told_and_nothing_is_kept(owned, client):
    client.force_login(owned.secretary.user)
    send(client, owned.branch, upload("a.zip", archive("x")), upload("b.txt", b""))
    page = client.get("/units/").content.decode()
    assert "a.zip是压缩包" in page
    assert "b.txt是空文件" in page
    assert Attachment.objects.count() == 0


def test_list_on_a_page_offers_what_the_reader_may_do(owned):
    files.store_file(owner=owned.branch, upload=upload("a.txt", b"a"), actor=None)

    def show(person):
        request = RequestFactory().get("/units/1/")
        request.scope = compute_scope(person.user)
        return attached_files({"request": request}, owned.branch)

    def sum_up(shown):
        return (
            bool(shown["shown"]),
            [(f.name, may) for f, may in shown["files"]],
            shown["may_add"],
        )

    assert sum_up(show(owned.secretary)) == (True, [("a.txt", True)], True)
    assert sum_up(show(owned.member)) == (True, [("a.txt", False)], False)
    assert sum_up(show(owned.stranger)) == (False, [], False)


def test_unregistered_record_has_no_files_on_its_page(bureau):
    request = RequestFactory().get("/")
    request.scope = compute_scope(bureau.officer.user)
    assert attached_files({"request": request}, bureau.branch)["shown"] is False
    assert isinstance(request.scope.can(Permission.MANAGE_USERS), Denied)

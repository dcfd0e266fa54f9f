"""What a file is by its content, and what it becomes before it is kept.

The name and the type the browser says are no evidence. Pictures are made anew from their pixels: what
a camera wrote beside them (position, device, time) does not come in; which side is up is kept.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from linghang.platform.files.enums import FileType

MOST_PIXELS = 60_000_000
SMALL = (480, 480)
QUALITY = 88
NAME_LENGTH = 120
MOST_UNPACKED = 400 * 1024 * 1024  # a small archive that unpacks to more is a trap
_UNWANTED = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069<>:\"/\\|?*]")
# 秘密、机密、绝密 as official documents are marked, in a name or a text.
_MARKED = re.compile(r"(?:绝密|机密|秘密)\s*[★☆]|^(?:【|\[|\()?(?:绝密|机密)(?:】|\]|\)|\b)")
_PARTS = {
    "word/document.xml": FileType.DOCX,
    "xl/workbook.xml": FileType.XLSX,
    "ppt/presentation.xml": FileType.PPTX,
    "OFD.xml": FileType.OFD,
}


@dataclass(frozen=True)
class Examined:
    """A file as it will be kept: its name with the right suffix, its type, bytes, digest."""

    name: str
    type: FileType
    data: bytes
    sha256: str
    small: bytes = b""  # a small picture, of pictures only


def examine_file(upload: Any) -> Examined:
    """Return the file as it will be kept; raises ValidationError that says what is wrong and what helps.

    `upload` has `name`, `size` and `read()`, as files of a form have.
    """
    raw_name = str(upload.name or "")
    most = int(settings.FILE_MB)
    if upload.size > most * 1024 * 1024:
        raise _refuse(
            _(
                "%(name)s is larger than %(most)d MB. Send a smaller one, or only the pages that matter."
            ),
            raw_name,
            "size",
            most=most,
        )
    data = upload.read()
    if not data:
        raise _refuse(_("%(name)s is empty."), raw_name, "empty")
    kind = find_type(data, raw_name)
    if _MARKED.search(raw_name) or (kind is FileType.TXT and _MARKED.search(_decode(data)[:500])):
        raise _refuse(
            _(
                "%(name)s is marked as a state secret. State secrets must not enter this system; "
                "ask your confidentiality officer."
            ),
            raw_name,
            "secret",
        )
    small = b""
    if kind.is_picture:
        data, small = clean_picture(data, kind, raw_name)
    elif kind is FileType.TXT:
        data = _decode(data).encode()
    return Examined(clean_name(raw_name, kind), kind, data, hashlib.sha256(data).hexdigest(), small)


def find_type(data: bytes, name: str = "") -> FileType:
    """Return the type of the content; raises ValidationError for everything that is not taken in."""
    if data.startswith(b"\xff\xd8\xff"):
        return FileType.JPG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileType.PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return FileType.WEBP
    if b"%PDF-" in data[:1024]:
        return FileType.PDF
    if data.startswith(b"PK\x03\x04"):
        return _look_inside(data, name)
    if data[4:8] == b"ftyp" and data[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"hevc"}:
        raise _refuse(
            _("%(name)s is a HEIC picture. Have the phone save it as JPEG (most compatible)."),
            name,
            "type",
        )
    if _is_text(data):
        return FileType.TXT
    raise _refuse(
        _(
            "%(name)s is none of the kinds of files taken here: pictures (JPG, PNG, WebP), PDF, "
            "Word, Excel, PowerPoint, OFD, text."
        ),
        name,
        "type",
    )


def clean_picture(data: bytes, kind: FileType, name: str = "") -> tuple[bytes, bytes]:
    """Return the picture made anew without anything beside its pixels, and a small one."""
    try:
        with Image.open(io.BytesIO(data)) as found:
            too_many = found.width * found.height > MOST_PIXELS
            picture = None if too_many else ImageOps.exif_transpose(found)
    except Exception as error:  # Pillow raises many kinds for damaged files
        raise _refuse(
            _("%(name)s is damaged and cannot be read. Take or save it again."), name, "damaged"
        ) from error
    if picture is None:
        raise _refuse(_("%(name)s has too many pixels. Send a smaller picture."), name, "pixels")
    picture = _bare(picture, kind)
    reduced = picture.convert("RGB")
    reduced.thumbnail(SMALL)
    return _write(picture, kind), _write(reduced, FileType.JPG)


def clean_name(name: str, kind: FileType) -> str:
    """Return the name without path, control and direction signs, with the suffix of its content."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem = _UNWANTED.sub("", last.rsplit(".", 1)[0] if "." in last else last).strip(" .")
    return f"{stem[: NAME_LENGTH - len(kind.value) - 1] or 'file'}.{kind.value}"


def _bare(picture: Image.Image, kind: FileType) -> Image.Image:
    """Return only the pixels: a new picture without what the file said beside them."""
    wanted = "RGB" if kind is FileType.JPG else ("RGBA" if _is_transparent(picture) else "RGB")
    plain = picture.convert(wanted)
    bare = Image.new(wanted, plain.size)
    bare.paste(plain)
    return bare


def _is_transparent(picture: Image.Image) -> bool:
    return picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info


def _write(picture: Image.Image, kind: FileType) -> bytes:
    stream = io.BytesIO()
    if kind is FileType.PNG:
        picture.save(stream, "PNG", optimize=False)
    else:
        picture.save(stream, "JPEG" if kind is FileType.JPG else "WEBP", quality=QUALITY)
    return stream.getvalue()


def _look_inside(data: bytes, name: str) -> FileType:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            names = set(parts.namelist())
            unpacked = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise _refuse(
            _("%(name)s is damaged and cannot be read. Take or save it again."), name, "damaged"
        ) from error
    if unpacked > MOST_UNPACKED:
        raise _refuse(_("%(name)s unpacks to far too much. Send it in parts."), name, "unpacked")
    if any(part.lower().endswith("vbaproject.bin") for part in names):
        raise _refuse(_("%(name)s holds macros. Save it without macros."), name, "macros")
    found = next((kind for part, kind in _PARTS.items() if part in names), None)
    if found is None:
        raise _refuse(
            _("%(name)s is an archive. Send the files in it one by one."), name, "archive"
        )
    return found


def _is_text(data: bytes) -> bool:
    if b"\x00" in data or re.search(rb"[\x01-\x08\x0b\x0e-\x1a]", data):
        return False
    try:
        _decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _decode(data: bytes) -> str:
    """Return the text, which in this trade is UTF-8 or GB 18030."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _refuse(sentence: str, name: str, code: str, **params: Any) -> ValidationError:
    shown = _UNWANTED.sub("", name)[-60:] or _("The file")
    return ValidationError(sentence % {"name": shown, **params}, code=code)

"""Files of every kind, good and bad: rows come out, or UnusableFile, and nothing else."""

import contextlib
import io
import zipfile

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from linghang.platform.sheets import reading
from linghang.platform.sheets.faults import UnusableFile
from linghang.platform.sheets.reading import Limits


def workbook(sheets: dict[str, list[list]], hidden: tuple[str, ...] = ()) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write(number, place, value)
        if name in hidden:
            sheet.hide()
    book.close()
    return stream.getvalue()


def refusal(data: bytes, file: str = "a.xlsx", **limits) -> str:
    with pytest.raises(UnusableFile) as caught:
        reading.read_bytes(data, file, limits=Limits(**limits))
    assert caught.value.file == file
    assert str(caught.value.message)
    return caught.value.code


def test_rows_keep_their_numbers_when_the_first_rows_and_columns_are_empty():
    book = reading.read_bytes(workbook({"甲": [[], [], [None, "姓名"], [None, "杨磊"]]}), "a.xlsx")
    assert book.sheets[0].rows == [["", ""], ["", ""], ["", "姓名"], ["", "杨磊"]]


def test_hidden_sheets_come_without_rows():
    book = reading.read_bytes(workbook({"甲": [["x"]], "乙": [["y"]]}, hidden=("乙",)), "a.xlsx")
    assert [(s.name, s.hidden, s.rows) for s in book.sheets] == [
        ("甲", False, [["x"]]),
        ("乙", True, []),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_the_encodings_of_the_field(encoding):
    book = reading.read_bytes(
        '姓名,党支部\r\n杨磊,"办公室,党支部"\r\n'.encode(encoding), "花名册.csv"
    )
    assert book.sheets[0].name == "花名册"
    assert book.sheets[0].rows == [["姓名", "党支部"], ["杨磊", "办公室,党支部"]]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "，"])
def test_csv_is_read_with_any_delimiter(delimiter):
    rows = (
        reading.read_bytes(f"姓名{delimiter}性别\n杨磊{delimiter}男\n".encode(), "a.csv")
        .sheets[0]
        .rows
    )
    assert rows == [["姓名", "性别"], ["杨磊", "男"]]


def test_an_open_document_sheet_is_read():
    content = (
        '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'office:version="1.2"><office:body><office:spreadsheet><table:table table:name="党员"><table:table-row>'
        '<table:table-cell office:value-type="string"><text:p>姓名</text:p></table:table-cell></table:table-row>{rows}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    filled = '<table:table-row table:number-rows-repeated="{0}"><table:table-cell office:value-type="string" table:number-columns-repeated="{1}"><text:p>杨磊</text:p></table:table-cell></table:table-row>'

    def ods(rows):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive.writestr(
                "META-INF/manifest.xml",
                '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
            )
            archive.writestr("content.xml", content.format(rows=rows))
        return stream.getvalue()

    assert reading.read_bytes(ods(filled.format(2, 1)), "a.ods").sheets[0].rows == [
        ["姓名"],
        ["杨磊"],
        ["杨磊"],
    ]
    assert refusal(ods(filled.format(1000000, 1000)), "a.ods") == "too_many_cells"
    assert refusal(ods("<unclosed>"), "a.ods") == "damaged"


def test_each_kind_of_unusable_file_has_its_own_reason():
    good = workbook({"甲": [["姓名"], ["杨磊"]]})
    assert refusal(b"") == "empty"
    assert refusal(b"   \n") == "empty"
    assert refusal(b"hello") == "wrong_type"
    assert refusal(b"%PDF-1.7 ...") == "wrong_type"
    assert refusal(b"<html><body><table><tr><td>x</td></tr></table>", "a.xls") == "web_page"
    assert refusal(good[: len(good) // 2]) == "damaged"
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "a.xls") == "damaged"
    assert (
        refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))
        == "encrypted"
    )
    assert refusal(b"a\x00\x01,b\xff\xff", "a.csv") == "encoding"
    assert refusal(good, bytes=100) == "too_large"
    assert refusal(good, unpacked_bytes=1000) == "bomb"
    assert refusal(good, rows=1) == "too_many_rows"
    assert refusal(workbook({"甲": [["x"]], "乙": [["x"]]}), sheets=1) == "too_many_sheets"
    assert refusal(b"a,b\n1,2\n", "a.csv", rows=1) == "too_many_rows"


def test_a_zip_that_is_no_workbook_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "x")
    assert refusal(stream.getvalue()) == "damaged"


def test_a_zip_that_unpacks_to_a_giant_is_refused_before_it_is_unpacked():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(30 * 2**20))
    assert refusal(stream.getvalue(), unpacked_bytes=20 * 2**20) == "bomb"


@pytest.mark.parametrize("corner", [(1048575, 16383), (1048575, 30), (60000, 16383), (1048575, 0)])
def test_a_stray_value_in_a_far_corner_is_refused_instead_of_filling_the_memory(corner):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("甲")
    sheet.write(0, 0, "姓名")
    sheet.write(*corner, "x")
    book.close()
    assert refusal(stream.getvalue()) in {"too_many_cells", "too_many_rows"}


def test_a_file_that_is_not_there_is_unusable(tmp_path):
    with pytest.raises(UnusableFile) as caught:
        reading.read_path(tmp_path / "nothing.xlsx")
    assert caught.value.code == "unreadable"


GOOD = workbook({"党员": [["姓名", "性别"], ["杨磊", "男"], ["沈红", 1.5]]})


@given(
    st.binary(max_size=400),
    st.sampled_from(["a.xlsx", "a.xls", "a.csv", "a.ods", "a"]),
    st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]),
)
def test_random_bytes_are_read_or_refused(data, file, head):
    with contextlib.suppress(UnusableFile):
        reading.read_bytes(head + data, file)


@settings(max_examples=150)
@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=30))
def test_a_workbook_with_damaged_bytes_is_read_or_refused(place, damage):
    with contextlib.suppress(UnusableFile):
        reading.read_bytes(GOOD[:place] + damage + GOOD[place + len(damage) :], "a.xlsx")


PARTS = {
    name: zipfile.ZipFile(io.BytesIO(GOOD)).read(name)
    for name in zipfile.ZipFile(io.BytesIO(GOOD)).namelist()
}


@settings(max_examples=150)
@given(st.sampled_from(sorted(PARTS)), st.data())
def test_a_workbook_with_damaged_contents_is_read_or_refused(name, data):
    part = PARTS[name]
    place = data.draw(st.integers(0, max(len(part) - 1, 0)))
    damage = data.draw(
        st.one_of(
            st.binary(min_size=1, max_size=8),
            st.from_regex(rb"[0-9A-Z<>\"/=]{1,6}", fullmatch=True),
        )
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for other, content in PARTS.items():
            archive.writestr(
                other,
                content if other != name else part[:place] + damage + part[place + len(damage) :],
            )
    with contextlib.suppress(UnusableFile):
        reading.read_bytes(stream.getvalue(), "a.xlsx")

"""From results and records to documents: `figures` counts, the others write, `preview` shows."""

from linghang.reports.mapping.book import describe_book, name_book, write_book
from linghang.reports.mapping.bulletin import BulletinOptions, compose_bulletin, name_bulletin
from linghang.reports.mapping.member_file import compose_member_file
from linghang.reports.mapping.papers import PaperMark
from linghang.reports.mapping.preview import describe_document
from linghang.reports.mapping.year_book import compose_year_book

__all__ = [
    "BulletinOptions",
    "PaperMark",
    "compose_bulletin",
    "compose_member_file",
    "compose_year_book",
    "describe_book",
    "describe_document",
    "name_book",
    "name_bulletin",
    "write_book",
]

"""From results to documents: `figures` counts, `bulletin` and `book` write, `preview` shows."""

from linghang.reports.mapping.book import describe_book, name_book, write_book
from linghang.reports.mapping.bulletin import BulletinOptions, compose_bulletin, name_bulletin
from linghang.reports.mapping.preview import describe_document

__all__ = [
    "BulletinOptions",
    "compose_bulletin",
    "describe_book",
    "describe_document",
    "name_book",
    "name_bulletin",
    "write_book",
]

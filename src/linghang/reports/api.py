"""What other apps may ask of reports: making a bulletin or a score book."""

from linghang.reports.mapping import BulletinOptions
from linghang.reports.queries import visible_documents
from linghang.reports.services import DocumentRefused, make_bulletin, make_score_book

__all__ = [
    "BulletinOptions",
    "DocumentRefused",
    "make_bulletin",
    "make_score_book",
    "visible_documents",
]

"""Views of documents made from results, and of papers made from records."""

from linghang.reports.web.views.documents import (
    download_document,
    list_documents,
    make_bulletin,
    make_score_book,
    prepare_documents,
    show_document,
)
from linghang.reports.web.views.papers import (
    print_member_file,
    print_year_book,
    show_book_panel,
    show_file_panel,
)

__all__ = [
    "download_document",
    "list_documents",
    "make_bulletin",
    "make_score_book",
    "prepare_documents",
    "print_member_file",
    "print_year_book",
    "show_book_panel",
    "show_document",
    "show_file_panel",
]

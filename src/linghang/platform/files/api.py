"""What apps may ask of files."""

from linghang.platform.files.fields import FilesField
from linghang.platform.files.queries import count_files, list_files
from linghang.platform.files.registry import register_owner
from linghang.platform.files.services import store_file, store_files, withdraw_file

__all__ = [
    "FilesField",
    "count_files",
    "list_files",
    "register_owner",
    "store_file",
    "store_files",
    "withdraw_file",
]

"""Print or write the JSON Schema of pack files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from linghang.platform.packs.schema import print_schema


class Command(BaseCommand):
    """`pack_schema docs/packs/pack.schema.json` renews the published schema."""

    help = "Print the JSON Schema of practice packs, or write it to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, help="the file to write")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  Django's signature
        text = print_schema()
        if options["path"] is None:
            self.stdout.write(text, ending="")
        else:
            options["path"].write_text(text, encoding="utf-8")

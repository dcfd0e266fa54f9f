"""The roles and posts a new installation starts with (people/data/roles.yaml)."""

from pathlib import Path

import yaml
from django.db import migrations

DATA = Path(__file__).resolve().parents[1] / "data" / "roles.yaml"


def install(apps, schema_editor):
    Role, Post = apps.get_model("people", "Role"), apps.get_model("people", "Post")
    data = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    for row in data["roles"]:
        Role.objects.create(
            code=row["code"],
            title_en=row["title"]["en"],
            title_zh=row["title"]["zh"],
            description_en=row["description"]["en"],
            description_zh=row["description"]["zh"],
            permissions=[
                {"permission": permission, "reach": reach}
                for reach in ("unit", "bureau")
                for permission in row[reach]
            ],
        )
    for row in data["posts"]:
        Post.objects.create(
            code=row["code"],
            title_en=row["title"]["en"],
            title_zh=row["title"]["zh"],
            aliases=row.get("aliases", []),
            role_id=row["role"],
            order=row["order"],
            is_committee=row.get("committee", False),
        )


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]

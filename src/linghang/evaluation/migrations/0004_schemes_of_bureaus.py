import django.db.models.deletion
from django.db import migrations, models


def give_schemes_to_their_bureaus(apps, schema_editor):
    """Let what a committee adopted hold in its own bureau, and the version before it for the others.

    Until now the adoption of one bureau replaced the version of all.
    """
    scheme = apps.get_model("evaluation", "Scheme").objects.using(schema_editor.connection.alias)
    drafts = apps.get_model("evaluation", "Draft").objects.using(schema_editor.connection.alias)
    displaced = []
    for draft in drafts.filter(state="adopted").select_related("adopted"):
        if draft.adopted.state == "adopted":
            displaced.append(draft.adopted.code)
        scheme.filter(pk=draft.adopted_id).update(root=draft.root_id)
    for code in displaced:
        before = scheme.filter(code=code, root=None, state="retired").exclude(pack="")
        latest = before.order_by("-adopted_at", "-pk").first()
        if latest is not None:
            scheme.filter(pk=latest.pk).update(state="adopted")


class Migration(migrations.Migration):

    dependencies = [
        ("evaluation", "0003_cycle"),
        ("org", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="scheme",
            name="root",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.unit",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="scheme",
            name="one_adopted_version_per_scheme",
        ),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.UniqueConstraint(
                condition=models.Q(("root", None), ("state", "adopted")),
                fields=("code",),
                name="one_version_in_force_for_all",
            ),
        ),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.UniqueConstraint(
                condition=models.Q(("root__isnull", False), ("state", "adopted")),
                fields=("code", "root"),
                name="one_version_in_force_per_bureau",
            ),
        ),
        migrations.RunPython(give_schemes_to_their_bureaus, migrations.RunPython.noop),
    ]

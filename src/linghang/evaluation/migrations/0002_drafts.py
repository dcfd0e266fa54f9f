import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def let_leaders_adopt(apps, schema_editor):
    """Give the leaders of existing installations the new permission; new ones have it already."""
    for role in apps.get_model("people", "Role").objects.filter(code="leader"):
        if all(row["permission"] != "adopt_schemes" for row in role.permissions):
            role.permissions.append({"permission": "adopt_schemes", "reach": "bureau"})
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):

    dependencies = [
        ('evaluation', '0001_initial'),
        ('jobs', '0001_initial'),
        ('org', '0001_initial'),
        ('people', '0002_roles_and_posts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60)),
                ('title', models.CharField(blank=True, max_length=120)),
                ('document', models.JSONField()),
                ('state', models.CharField(choices=[('editing', 'being written'), ('proposed', 'before the committee'), ('adopted', 'adopted'), ('discarded', 'discarded')], default='editing', max_length=10)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('started_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('writers', models.JSONField(default=list)),
                ('trial', models.JSONField(default=dict)),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=1000)),
                ('overridden', models.JSONField(default=list)),
                ('adopted', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='evaluation.scheme')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('based_on', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evaluation.scheme')),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('root', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
                ('trial_job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='jobs.job')),
            ],
            options={
                'ordering': ['-changed_at', '-pk'],
                'indexes': [models.Index(fields=['root', 'state'], name='evaluation__root_id_cc2e70_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'adopted'), ('adopted__isnull', False)), models.Q(models.Q(('state', 'adopted'), _negated=True), ('adopted__isnull', True)), _connector='OR'), name='adopted_draft_has_its_scheme')],
            },
        ),
        migrations.RunPython(let_leaders_adopt, migrations.RunPython.noop),
    ]

import django.db.models.deletion
import linghang.platform.crypto.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feed', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('timing', models.CharField(choices=[('digest', 'One message a working day, with everything new'), ('urgent', 'The same, and at once when I am urged or something comes back to me'), ('in_app', 'Only here, nothing is sent')], default='digest', max_length=8)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='notice_preference', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=40)),
                ('address', linghang.platform.crypto.fields.EncryptedTextField()),
                ('is_used', models.BooleanField(default=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notice_addresses', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'channel'), name='one_address_a_channel')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=40)),
                ('form', models.CharField(choices=[('digest', 'daily digest'), ('urgent', 'urgent notice'), ('robot', 'counts for a group'), ('test', 'test')], max_length=8)),
                ('day', models.DateField()),
                ('body', linghang.platform.crypto.fields.EncryptedTextField(blank=True)),
                ('address', linghang.platform.crypto.fields.EncryptedTextField(blank=True)),
                ('notices', models.PositiveIntegerField(default=0)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('sent', 'sent'), ('failed', 'given up')], db_index=True, default='waiting', max_length=8)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField()),
                ('created_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, max_length=400)),
                ('recipient', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['-created_at'], name='delivery_newest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('form', 'digest')), fields=('channel', 'recipient', 'day'), name='digest_once_a_day'), models.UniqueConstraint(condition=models.Q(('form', 'robot')), fields=('channel', 'day'), name='robot_once_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('form__in', ['digest', 'urgent']), _negated=True), ('recipient__isnull', False), _connector='OR'), name='personal_message_has_recipient')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120)),
                ('about', models.CharField(db_index=True, max_length=120)),
                ('kind', models.CharField(choices=[('late', 'late'), ('returned', 'returned'), ('urged', 'urged'), ('due_today', 'due today'), ('due', 'due this week'), ('review', 'to decide'), ('routed', 'handed over to you'), ('assigned', 'newly assigned'), ('decided', 'decided'), ('published', 'published'), ('other', 'other')], max_length=12)),
                ('title', models.CharField(max_length=200)),
                ('body', models.CharField(blank=True, max_length=600)),
                ('url', models.CharField(blank=True, max_length=300)),
                ('unit_path', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(db_index=True)),
                ('deliver_after', models.DateTimeField()),
                ('composed_at', models.DateTimeField(null=True)),
                ('read_at', models.DateTimeField(null=True)),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['recipient', '-created_at'], name='notice_of_recipient'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['recipient'], name='notice_unread')],
                'constraints': [models.UniqueConstraint(fields=('recipient', 'key'), name='notice_once')],
            },
        ),
    ]

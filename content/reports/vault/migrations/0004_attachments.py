"""Files beside a report: what the server knows of them, and their sealed chunks."""

import django.db.models.deletion
from django.db import migrations, models

import content.reports.vault.models


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0003_holders_and_rosters"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    content.reports.vault.models.RandomKey(
                        default=content.reports.vault.models.random_number,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("aid", models.BinaryField(max_length=16, unique=True)),
                ("size", models.PositiveIntegerField()),
                ("begun_on", models.DateField(default=content.reports.vault.models.today)),
                (
                    "message",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachment",
                        to="vault.message",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attachments", to="vault.report"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="AttachmentChunk",
            fields=[
                (
                    "id",
                    content.reports.vault.models.RandomKey(
                        default=content.reports.vault.models.random_number,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("index", models.PositiveSmallIntegerField()),
                ("body", models.BinaryField()),
                (
                    "attachment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="chunks", to="vault.attachment"
                    ),
                ),
            ],
            options={
                "ordering": ["index"],
                "constraints": [models.UniqueConstraint(fields=("attachment", "index"), name="one_chunk_per_place")],
            },
        ),
    ]

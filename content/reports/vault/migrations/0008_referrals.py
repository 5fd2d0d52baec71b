"""Reports that were passed on: as a package, or by wraps for another unit."""

import django.db.models.deletion
from django.db import migrations, models

import content.reports.vault.models


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0007_statistics_and_early_warning"),
    ]

    operations = [
        migrations.CreateModel(
            name="Referral",
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
                (
                    "receiver",
                    models.CharField(
                        choices=[
                            ("protection", "Protection"),
                            ("health", "Health"),
                            ("legal", "Legal"),
                            ("labour", "Labour"),
                            ("police", "Police"),
                            ("unit", "Unit"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                    ),
                ),
                ("consent", models.CharField(choices=[("given", "Given"), ("danger", "Danger")], max_length=8)),
                ("shown", models.BooleanField(default=True)),
                ("package", models.BinaryField(max_length=32)),
                ("fingerprint", models.CharField(blank=True, max_length=40)),
                ("note", models.BinaryField()),
                ("note_epoch", models.PositiveIntegerField()),
                ("opened_on", models.DateField(blank=True, null=True)),
                ("by", models.PositiveIntegerField()),
                ("made_on", models.DateField(default=content.reports.vault.models.today)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="referrals", to="vault.report"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handed",
                        to="vault.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["made_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="HandedWrap",
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
                ("epoch", models.PositiveIntegerField()),
                ("wrap", models.BinaryField()),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="handed",
                        to="vault.message",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="wraps", to="vault.referral"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
    ]

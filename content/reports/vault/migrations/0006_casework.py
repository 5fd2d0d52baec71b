"""Sub-states, who goes on with a report and by when, duplicates, sealed notes, conflicts of interest, handing over."""

import django.db.models.deletion
from django.db import migrations, models

import content.reports.vault.models


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0005_audit_chain_and_retention"),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="answer_due",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="report",
            name="assignee",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="report",
            name="duplicate_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="duplicates",
                to="vault.report",
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="handed_from",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports_handed_over",
                to="vault.unit",
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="step_due",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="report",
            name="substatus",
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.CreateModel(
            name="Note",
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
                ("header", models.BinaryField(max_length=512)),
                ("wraps", models.BinaryField()),
                ("body", models.BinaryField()),
                ("received_on", models.DateField(default=content.reports.vault.models.today)),
                ("nid", models.BinaryField(max_length=16, unique=True)),
                ("signature", models.BinaryField(max_length=64)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="vault.report"
                    ),
                ),
                (
                    "signer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="vault.holder"
                    ),
                ),
            ],
            options={
                "ordering": ["received_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Recusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user", models.PositiveIntegerField()),
                ("by", models.PositiveIntegerField()),
                ("made_on", models.DateField(default=content.reports.vault.models.today)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="recusals", to="vault.report"
                    ),
                ),
            ],
            options={
                "ordering": ["made_on", "pk"],
                "constraints": [models.UniqueConstraint(fields=("report", "user"), name="one_recusal_per_account")],
            },
        ),
    ]

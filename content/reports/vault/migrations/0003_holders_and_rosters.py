"""Who reads: seats, holders with their locked keys, signed rosters, shares; what a reply and a withdrawal need."""

import django.db.models.deletion
from django.db import migrations, models

import content.reports.vault.models


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0002_rows_without_order"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="signature",
            field=models.BinaryField(blank=True, default=b"", max_length=64),
        ),
        migrations.AddField(
            model_name="report",
            name="also",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports_below",
                to="vault.unit",
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="withdrawn_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="Holder",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("user", models.PositiveIntegerField()),
                ("exchange_key", models.BinaryField(max_length=65)),
                ("signing_key", models.BinaryField(max_length=65)),
                ("phrase_salt", models.BinaryField(max_length=16)),
                ("phrase_lock", models.BinaryField(max_length=60)),
                ("recovery_lock", models.BinaryField(max_length=60)),
                ("made_on", models.DateField(default=content.reports.vault.models.today)),
                ("opened_on", models.DateField(blank=True, null=True)),
                ("left_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_on", None)), fields=("user",), name="one_key_per_account"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="message",
            name="signer",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replies",
                to="vault.holder",
            ),
        ),
        migrations.CreateModel(
            name="UnitRoster",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("raw", models.BinaryField(max_length=16384)),
                ("made_on", models.DateField(default=content.reports.vault.models.today)),
                ("accepted_on", models.DateField(blank=True, null=True)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rosters", to="vault.unit"
                    ),
                ),
            ],
            options={
                "ordering": ["unit", "number"],
            },
        ),
        migrations.CreateModel(
            name="RosterSignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("signature", models.BinaryField(max_length=64)),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="vault.holder"
                    ),
                ),
                (
                    "roster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="signatures", to="vault.unitroster"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user", models.PositiveIntegerField()),
                ("made_on", models.DateField(default=content.reports.vault.models.today)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="seats", to="vault.unit"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("unit", "user"), name="one_seat_per_account")],
            },
        ),
        migrations.CreateModel(
            name="Share",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("epoch", models.PositiveIntegerField()),
                ("sealed", models.BinaryField(max_length=113)),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shares", to="vault.holder"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shares", to="vault.unit"
                    ),
                ),
            ],
            options={
                "ordering": ["unit", "epoch"],
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "epoch", "holder"), name="one_share_per_epoch")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="unitroster",
            constraint=models.UniqueConstraint(fields=("unit", "number"), name="one_roster_per_number"),
        ),
        migrations.AddConstraint(
            model_name="rostersignature",
            constraint=models.UniqueConstraint(fields=("roster", "holder"), name="one_signature_per_holder"),
        ),
    ]

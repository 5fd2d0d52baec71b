"""Rows lose their order of arrival: random numbers instead of counted ones, also for the rows that are there.

The tables are made anew, because a row's number cannot be changed where others point at it, and filled in random order.
"""

import random
import secrets

import django.db.models.deletion
from django.db import migrations, models

import content.reports.vault.models

# What a table takes over as it is; where a row pointed at a report, it points at the report's new number.
KEPT = {
    "UnitKey": ("unit_id", "epoch", "public_key", "demo", "made_on", "retired_on"),
    "Report": (
        "header",
        "wraps",
        "body",
        "received_on",
        "lookup_mac",
        "rid",
        "mode",
        "reporter_key",
        "status",
        "unit_id",
    ),
    "Message": ("header", "wraps", "body", "received_on", "mid", "direction"),
    "FormToken": ("nonce_mac", "body_mac", "first", "made_on"),
}


def copy_in_random_order(apps, schema_editor):
    using = schema_editor.connection.alias
    reports = {}
    for name, columns in KEPT.items():
        old = apps.get_model("vault", name).objects.using(using)
        new = apps.get_model("vault", f"Fresh{name}").objects.using(using)
        numbers = list(old.order_by().values_list("pk", flat=True))
        random.SystemRandom().shuffle(numbers)
        for number in numbers:
            row = old.get(pk=number)
            values = {column: getattr(row, column) for column in columns}
            if name in ("Message", "FormToken"):
                values["report_id"] = reports[row.report_id]
            if name == "FormToken":
                # No moment: such a form says that it has arrived, and shows its receipt no more.
                values["moment_mac"] = secrets.token_bytes(32)
            made = new.create(**values)
            if name == "Report":
                reports[number] = made.pk


def number():
    return ("id", content.reports.vault.models.RandomKey())


def day():
    return models.DateField(default=content.reports.vault.models.today)


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_initial")]

    operations = [
        # The names of constraints are unique in the whole database.
        migrations.RemoveConstraint("UnitKey", "one_key_per_epoch"),
        migrations.RemoveConstraint("FormToken", "one_report_per_form"),
        migrations.RemoveConstraint("FormToken", "one_row_per_content"),
        migrations.CreateModel(
            name="FreshUnitKey",
            fields=[
                number(),
                ("epoch", models.PositiveIntegerField()),
                ("public_key", models.BinaryField(max_length=65)),
                ("demo", models.BooleanField(default=False)),
                ("made_on", day()),
                ("retired_on", models.DateField(blank=True, null=True)),
                ("unit", models.ForeignKey("vault.Unit", django.db.models.deletion.CASCADE, related_name="keys")),
            ],
            options={"ordering": ["unit", "-epoch"]},
        ),
        migrations.CreateModel(
            name="FreshReport",
            fields=[
                number(),
                ("header", models.BinaryField(max_length=512)),
                ("wraps", models.BinaryField()),
                ("body", models.BinaryField()),
                ("received_on", day()),
                ("lookup_mac", models.BinaryField(max_length=32, unique=True)),
                ("rid", models.BinaryField(max_length=16, unique=True)),
                ("mode", models.CharField(max_length=8)),
                ("reporter_key", models.BinaryField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("read", "Read"),
                            ("in-progress", "In Progress"),
                            ("closed", "Closed"),
                        ],
                        default="received",
                        max_length=12,
                    ),
                ),
                ("unit", models.ForeignKey("vault.Unit", django.db.models.deletion.PROTECT, related_name="reports")),
            ],
            options={"ordering": ["-received_on", "id"]},
        ),
        migrations.CreateModel(
            name="FreshMessage",
            fields=[
                number(),
                ("header", models.BinaryField(max_length=512)),
                ("wraps", models.BinaryField()),
                ("body", models.BinaryField()),
                ("received_on", day()),
                ("mid", models.BinaryField(max_length=16, unique=True)),
                ("direction", models.CharField(max_length=16)),
                (
                    "report",
                    models.ForeignKey("vault.FreshReport", django.db.models.deletion.CASCADE, related_name="messages"),
                ),
            ],
            options={"ordering": ["received_on", "id"]},
        ),
        migrations.CreateModel(
            name="FreshFormToken",
            fields=[
                number(),
                ("nonce_mac", models.BinaryField(max_length=32)),
                ("body_mac", models.BinaryField(max_length=32)),
                ("moment_mac", models.BinaryField(max_length=32)),
                ("first", models.BooleanField()),
                ("made_on", day()),
                (
                    "report",
                    models.ForeignKey("vault.FreshReport", django.db.models.deletion.CASCADE, related_name="tokens"),
                ),
            ],
        ),
        migrations.RunPython(copy_in_random_order),
        migrations.DeleteModel("FormToken"),
        migrations.DeleteModel("Message"),
        migrations.DeleteModel("Report"),
        migrations.DeleteModel("UnitKey"),
        migrations.RenameModel("FreshUnitKey", "UnitKey"),
        migrations.RenameModel("FreshReport", "Report"),
        migrations.RenameModel("FreshMessage", "Message"),
        migrations.RenameModel("FreshFormToken", "FormToken"),
        migrations.AddConstraint(
            "UnitKey", models.UniqueConstraint(fields=("unit", "epoch"), name="one_key_per_epoch")
        ),
        migrations.AddConstraint(
            "FormToken",
            models.UniqueConstraint(
                condition=models.Q(("first", True)), fields=("nonce_mac",), name="one_report_per_form"
            ),
        ),
        migrations.AddConstraint(
            "FormToken", models.UniqueConstraint(fields=("nonce_mac", "body_mac"), name="one_row_per_content")
        ),
    ]

"""The audit chain, which the database only lets be added to; terms of retention, holds, bursts, one message a day."""

import django.db.models.deletion
from django.db import migrations, models

import content.reports.vault.models
from content.reports.vault import audit


def protect(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        audit.protect(cursor, schema_editor.connection.vendor)


def unprotect(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        audit.unprotect(cursor, schema_editor.connection.vendor)


def start_terms(apps, schema_editor):
    """What was read before is taken as touched and opened today: no term has run unseen."""
    reports = apps.get_model("vault", "Report").objects.using(schema_editor.connection.alias)
    day = content.reports.vault.models.today()
    reports.exclude(status="received").update(touched_on=day, opened_on=day)
    rosters = apps.get_model("vault", "UnitRoster").objects.using(schema_editor.connection.alias)
    rosters.exclude(accepted_on=None).update(told_on=day)


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0004_attachments"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("number", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("on", models.DateField(default=content.reports.vault.models.today)),
                ("actor", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("unit-made", "Unit Made"),
                            ("seat-given", "Seat Given"),
                            ("seat-taken", "Seat Taken"),
                            ("key-made", "Key Made"),
                            ("phrase-changed", "Phrase Changed"),
                            ("trusted", "Trusted"),
                            ("distrusted", "Distrusted"),
                            ("roster-proposed", "Roster Proposed"),
                            ("roster-signed", "Roster Signed"),
                            ("roster-accepted", "Roster Accepted"),
                            ("proposal-withdrawn", "Proposal Withdrawn"),
                            ("opened", "Opened"),
                            ("state-set", "State Set"),
                            ("answered", "Answered"),
                            ("kept", "Kept"),
                            ("hold-asked", "Hold Asked"),
                            ("hold-confirmed", "Hold Confirmed"),
                            ("hold-lifted", "Hold Lifted"),
                            ("deleted", "Deleted"),
                            ("escalated", "Escalated"),
                            ("escalation-ended", "Escalation Ended"),
                            ("nightly", "Nightly"),
                        ],
                        max_length=20,
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=40)),
                ("report", models.CharField(blank=True, max_length=16)),
                ("detail", models.CharField(blank=True, max_length=200)),
                ("previous", models.BinaryField(max_length=32)),
                ("digest", models.BinaryField(max_length=32)),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.AddField(
            model_name="report",
            name="burst",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="report",
            name="opened_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="report",
            name="spam",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="report",
            name="touched_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="report",
            name="warned_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="unitroster",
            name="told_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="DailyMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user", models.PositiveIntegerField()),
                ("on", models.DateField(default=content.reports.vault.models.today)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "on"), name="one_message_a_day")],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("police", "Police"),
                            ("court", "Court"),
                            ("oversight", "Oversight"),
                            ("protection", "Protection"),
                        ],
                        max_length=12,
                    ),
                ),
                ("until", models.DateField()),
                ("asked_by", models.PositiveIntegerField()),
                ("asked_on", models.DateField(default=content.reports.vault.models.today)),
                ("confirmed_by", models.PositiveIntegerField(blank=True, null=True)),
                ("confirmed_on", models.DateField(blank=True, null=True)),
                ("lifted_on", models.DateField(blank=True, null=True)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="holds", to="vault.report"
                    ),
                ),
            ],
            options={
                "ordering": ["asked_on", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_on", None)), fields=("report",), name="one_hold_per_report"
                    )
                ],
            },
        ),
        migrations.RunPython(start_terms, migrations.RunPython.noop),
        migrations.RunPython(protect, unprotect),
    ]

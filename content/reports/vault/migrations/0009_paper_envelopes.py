"""The sealed paper envelopes of units, as their locks."""

import django.db.models.deletion
from django.db import migrations, models

import content.reports.vault.models


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0008_referrals"),
    ]

    operations = [
        migrations.AlterField(
            model_name="auditevent",
            name="action",
            field=models.CharField(
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
                    ("assigned", "Assigned"),
                    ("due-set", "Due Set"),
                    ("noted", "Noted"),
                    ("duplicate", "Duplicate"),
                    ("duplicate-undone", "Duplicate Undone"),
                    ("recused", "Recused"),
                    ("recusal-lifted", "Recusal Lifted"),
                    ("handed-over", "Handed Over"),
                    ("counted", "Counted"),
                    ("deleted", "Deleted"),
                    ("referred", "Referred"),
                    ("exported", "Exported"),
                    ("paper-made", "Paper Made"),
                    ("paper-opened", "Paper Opened"),
                    ("escalated", "Escalated"),
                    ("escalation-ended", "Escalation Ended"),
                    ("nightly", "Nightly"),
                    ("restored", "Restored"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="PaperEnvelope",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("epoch", models.PositiveIntegerField()),
                ("lock", models.BinaryField()),
                ("by", models.PositiveIntegerField()),
                ("made_on", models.DateField(default=content.reports.vault.models.today)),
                ("opened_on", models.DateField(blank=True, null=True)),
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="paper", to="vault.unit"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
    ]

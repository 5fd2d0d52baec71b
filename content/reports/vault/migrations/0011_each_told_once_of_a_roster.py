"""Whoever was told of a roster is not told again because somebody else could not be."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0010_audit_chain_refuses_replacing"),
    ]

    operations = [
        migrations.CreateModel(
            name="RosterMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user", models.PositiveIntegerField()),
                (
                    "roster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="told", to="vault.unitroster"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("roster", "user"), name="one_message_per_roster")],
            },
        ),
    ]

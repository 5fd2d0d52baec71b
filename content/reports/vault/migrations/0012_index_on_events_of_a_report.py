"""The events of a report without going through the whole chain."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0011_each_told_once_of_a_roster"),
    ]

    operations = [
        # No change of the table itself: SQLite would write it anew, without the triggers that protect it.
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["report"], name="events_of_a_report"),
        ),
    ]

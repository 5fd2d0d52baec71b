"""What listings are filtered, counted and sorted by is asked of themselves: no copy of it is left to believe (DECISIONS 31)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("search", "0002_inverted_index")]

    operations = [
        migrations.RemoveIndex(model_name="searchdocument", name="search_closing"),
        *(
            migrations.RemoveField(model_name="searchdocument", name=name)
            for name in (
                "closing_date",
                "country",
                "education",
                "public_from",
                "public_until",
                "scheme",
                "work",
                "worker_cost",
            )
        ),
    ]

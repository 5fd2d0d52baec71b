"""On PostgreSQL the database lets no quarter be cut off with all others either."""

from django.db import migrations

from content.reports import frozen


def freeze(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        frozen.freeze(cursor, schema_editor.connection.vendor)


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0003_sentences_below_states"),
    ]

    operations = [
        migrations.RunPython(freeze, migrations.RunPython.noop),
    ]

"""The database lets no event be replaced or cut off with all others either."""

from django.db import migrations

from content.reports.vault import audit


def protect(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    with schema_editor.connection.cursor() as cursor:
        audit.protect(cursor, vendor)
        if vendor == "postgresql":
            # One function answers for all triggers now.
            for name in ("audit_no_update", "audit_no_delete"):
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0009_paper_envelopes"),
    ]

    operations = [
        migrations.RunPython(protect, migrations.RunPython.noop),
    ]

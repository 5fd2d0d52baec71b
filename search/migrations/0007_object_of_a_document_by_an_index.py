from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0006_outbox_of_the_outer_engine")]
    operations = [
        migrations.AddIndex(
            model_name="searchdocument",
            index=models.Index(fields=["id", "kind", "object_key"], name="document_object"),
        ),
    ]

"""Each row of the planner knows since when it is there, so that an address from before it says of nothing that it has changed."""

from django.db import migrations, models
from django.utils import timezone

_ROWS = ("planstep", "plandocument", "planwarning", "planrule", "contractclause")


def since_the_last_change(apps, schema_editor):
    """Nothing older is known of the rows that are there."""
    for name in _ROWS:
        model = apps.get_model("guides", name)
        model.objects.using(schema_editor.connection.alias).update(made_on=models.F("changed_on"))


class Migration(migrations.Migration):
    dependencies = [("guides", "0003_contract_clauses")]

    operations = [
        *(
            migrations.AddField(
                name,
                "made_on",
                models.DateField(auto_now_add=True, default=timezone.localdate, verbose_name="made on"),
                preserve_default=False,
            )
            for name in _ROWS
        ),
        migrations.RunPython(since_the_last_change, migrations.RunPython.noop),
    ]

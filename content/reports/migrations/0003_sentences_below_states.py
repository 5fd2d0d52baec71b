"""Sentences below the state of a report, for whoever has its number."""

from django.db import migrations, models

import content.reports.models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0002_published_quarters"),
    ]

    operations = [
        migrations.AddField(
            model_name="reportpage",
            name="sub_examined",
            field=models.TextField(
                blank=True,
                max_length=200,
                validators=[content.reports.models.plain_words],
                verbose_name="read: being examined",
            ),
        ),
        migrations.AddField(
            model_name="reportpage",
            name="sub_help_given",
            field=models.TextField(
                blank=True,
                max_length=200,
                validators=[content.reports.models.plain_words],
                verbose_name="closed: help was given",
            ),
        ),
        migrations.AddField(
            model_name="reportpage",
            name="sub_need_more",
            field=models.TextField(
                blank=True,
                max_length=200,
                validators=[content.reports.models.plain_words],
                verbose_name="we need to know more",
            ),
        ),
        migrations.AddField(
            model_name="reportpage",
            name="sub_no_action",
            field=models.TextField(
                blank=True,
                max_length=200,
                validators=[content.reports.models.plain_words],
                verbose_name="closed: nothing more can be done",
            ),
        ),
        migrations.AddField(
            model_name="reportpage",
            name="sub_no_answer",
            field=models.TextField(
                blank=True,
                max_length=200,
                validators=[content.reports.models.plain_words],
                verbose_name="closed: asked, no answer",
            ),
        ),
        migrations.AddField(
            model_name="reportpage",
            name="sub_passed_on",
            field=models.TextField(
                blank=True,
                max_length=200,
                validators=[content.reports.models.plain_words],
                verbose_name="closed: passed on",
            ),
        ),
        migrations.AddField(
            model_name="reportpage",
            name="sub_queued",
            field=models.TextField(
                blank=True,
                max_length=200,
                validators=[content.reports.models.plain_words],
                verbose_name="new: waits its turn",
            ),
        ),
        migrations.AddField(
            model_name="reportpage",
            name="sub_waiting",
            field=models.TextField(
                blank=True,
                max_length=200,
                validators=[content.reports.models.plain_words],
                verbose_name="in work: waiting for an answer from elsewhere",
            ),
        ),
        migrations.AddField(
            model_name="reportpage",
            name="sub_with_others",
            field=models.TextField(
                blank=True,
                max_length=200,
                validators=[content.reports.models.plain_words],
                verbose_name="in work: with another office",
            ),
        ),
    ]

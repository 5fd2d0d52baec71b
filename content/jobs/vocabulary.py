"""Coded values of listings with their labels, so that a listing reads well in every language without translation."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Education(models.TextChoices):
    """The lowest level of schooling that is asked for."""

    NONE = "none", _("No schooling required")
    SD = "sd", _("Primary school (SD)")
    SMP = "smp", _("Junior secondary school (SMP)")
    SMA = "sma", _("Senior secondary or vocational school (SMA/SMK)")
    D3 = "d3", _("Diploma (D3)")
    S1 = "s1", _("Bachelor's degree (S1)")


class WagePeriod(models.TextChoices):
    """What a wage is counted by."""

    HOUR = "hour", _("per hour")
    DAY = "day", _("per day")
    WEEK = "week", _("per week")
    MONTH = "month", _("per month")


class Payer(models.TextChoices):
    """Who pays a cost line."""

    WORKER = "worker", _("You (the worker)")
    EMPLOYER = "employer", _("The employer")
    AGENCY = "agency", _("The placement company")
    GOVERNMENT = "government", _("The government")


class Moment(models.TextChoices):
    """When a cost falls due."""

    BEFORE = "before", _("before departure")
    DURING = "during", _("while working abroad")
    AFTER = "after", _("on return")


class Requirement(models.TextChoices):
    """What an applicant must bring besides age and schooling."""

    EXPERIENCE_1Y = "experience_1y", _("One year of experience")
    EXPERIENCE_2Y = "experience_2y", _("Two years of experience")
    COMPETENCE = "competence", _("Certificate of competence")
    LANGUAGE_BASIC = "language_basic", _("Basic language of the destination")
    ENGLISH_BASIC = "english_basic", _("Basic English")
    JAPANESE_N5 = "japanese_n5", _("Japanese certificate N5")
    JAPANESE_A2 = "japanese_a2", _("JFT-Basic A2 or JLPT N4")
    SKILL_TEST = "skill_test", _("Skill test of the field passed")
    EPS_TOPIK = "eps_topik", _("Korean points test of the government passed")
    GERMAN_B1 = "german_b1", _("German language training to B1")
    NURSE_LICENCE = "nurse_licence", _("Registration certificate of nurses (STR)")
    DRIVING_LICENCE = "driving_licence", _("Driving licence")
    SEAFARER_PAPERS = "seafarer_papers", _("Seafarer's papers")
    HEALTH_CHECK = "health_check", _("Medical examination passed")
    COLOUR_VISION = "colour_vision", _("Not colour-blind")
    NEVER_DEPORTED = "never_deported", _("Never deported")


class Benefit(models.TextChoices):
    """What comes with the job besides the wage."""

    HOUSING = "housing", _("Housing")
    MEALS = "meals", _("Meals")
    HEALTH_INSURANCE = "health_insurance", _("Health insurance")
    SOCIAL_SECURITY = "social_security", _("Social security in the destination")
    WEEKLY_REST = "weekly_rest", _("One day of rest a week")
    PAID_LEAVE = "paid_leave", _("Paid leave")
    OVERTIME = "overtime", _("Paid overtime")
    TRANSPORT = "transport", _("Transport to work")
    WORK_CLOTHES = "work_clothes", _("Work clothes and safety gear")
    LANGUAGE_COURSE = "language_course", _("Language course")
    RETURN_TICKET = "return_ticket", _("Ticket home at the end of the contract")

"""Coded values of this room with their labels, so that a listing reads well in every language without translation.

The database refuses any other code (``content.registers.constraints``); a code that is added needs a migration.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgencyKind(models.TextChoices):
    """Who places: a company needs a licence, the government does not."""

    COMPANY = "company", _("Placement company (P3MI)")
    GOVERNMENT = "government", _("Government body")


class AgencyStanding(models.TextChoices):
    """Whether an agency may place at all."""

    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ListingStatus(models.TextChoices):
    """What an officer has decided of a listing; whether it is public is asked of the rules besides."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PUBLISHED = "published", _("Published")
    ON_HOLD = "on_hold", _("On hold")
    CLOSED = "closed", _("Closed")


class ListingAct(models.TextChoices):
    """What was done to a listing, in its log."""

    CREATED = "created", _("created")
    EDITED = "edited", _("edited")
    IMPORTED = "imported", _("changed by import")
    UNDONE = "undone", _("import undone")
    REVIEW = "review", _("sent to review")
    PUBLISHED = "published", _("published")
    HELD = "held", _("put on hold")
    REOPENED = "reopened", _("reopened")
    ENDED = "ended", _("no longer shown, a rule fails")
    CLOSED = "closed", _("closed")


class AddressKind(models.TextChoices):
    """What an agency does at an address."""

    HEAD = "head", _("Head office")
    BRANCH = "branch", _("Branch office")
    TRAINING = "training", _("Training or shelter")


class HoldState(models.TextChoices):
    """Whether something is being looked into, and how it ended."""

    OPEN = "open", _("Being looked into")
    LIFTED = "lifted", _("Lifted: nothing stands against it")
    CLOSED = "closed", _("Closed")


class ImportState(models.TextChoices):
    """How far an import has come."""

    COLUMNS = "columns", _("Waiting for its columns")
    READING = "reading", _("Being read")
    PREVIEWED = "previewed", _("Waiting for confirmation")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


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
    MONTHLY = "monthly", _("taken from each month's wage")


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


class ContactKind(models.TextChoices):
    """How a placement agency can be reached."""

    PHONE = "phone", _("Phone or WhatsApp")
    EMAIL = "email", _("E-mail")
    LINK = "link", _("Web address")
    HANDLE = "handle", _("Name on a social network")
    ACCOUNT = "account", _("Bank account")


class RuleLanguage(models.TextChoices):
    """The language whose words a rule of the offer check knows."""

    ANY = "any", _("Any language")
    ID = "id", _("Indonesian")
    JV = "jv", _("Javanese")
    SU = "su", _("Sundanese")
    MAD = "mad", _("Madurese")
    BJN = "bjn", _("Banjarese")
    EN = "en", _("English words")

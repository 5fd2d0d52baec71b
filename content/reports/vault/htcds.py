"""The Human Trafficking Case Data Standard 2.0 of the IOM, as far as a report can fill it: fields and code lists.

Names and codes are those of “HTCDS Field Standards 2.0” (github.com/UNMigration/HTCDS, CC BY 4.0). A report says what somebody
saw, not what a case is: whether somebody is a victim, and of what, begins empty and is the case worker's to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

Codes = tuple[tuple[str, Any], ...]


class Kind(StrEnum):
    """How a field is filled."""

    CHOICE = "choice"
    CHOICES = "choices"
    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    DATE = "date"
    YES = "yes"


@dataclass(frozen=True)
class Field:
    """One field: its name in the standard, what a case worker reads, its codes."""

    name: str
    label: Any
    kind: Kind = Kind.TEXT
    codes: Codes = ()


OTHER = ("Other", _("Other"))

FIELDS: tuple[Field, ...] = (
    Field("con_Consent", _("The person agreed that this is passed on"), Kind.YES),
    Field(
        "cas_Status",
        _("State of the case"),
        Kind.CHOICE,
        (
            ("Active", _("Active")),
            ("FollowUp", _("Follow-up")),
            ("Closed", _("Closed")),
            ("ClosedReferred", _("Closed because it was passed on")),
        ),
    ),
    Field("cas_ReferringOrganisation", _("Who passes it on")),
    Field("cas_ReferredOrganisation", _("Who receives it")),
    Field("cas_OutgoingReferralDate", _("Passed on on"), Kind.DATE),
    Field(
        "cas_ReasonForOutgoingReferral",
        _("Why it is passed on"),
        Kind.CHOICE,
        (
            ("AdditionalServicesRequired", _("Other services are needed")),
            ("MigrationOrChangeOfLocation", _("The person is or moves elsewhere")),
            OTHER,
        ),
    ),
    Field("cas_OutgoingReferralDetails", _("What the receiver should know"), Kind.LONG),
    Field(
        "vic_TraffickingStatus",
        _("Status of the person"),
        Kind.CHOICE,
        (
            ("PossibleVictimOfTrafficking", _("Possible victim of trafficking")),
            ("ActualVictimOfTrafficking", _("Victim of trafficking, decided by an authority")),
            ("NotAVictimOfTrafficking", _("No victim of trafficking")),
        ),
    ),
    Field(
        "vic_TypeOfExploitation",
        _("Kind of exploitation"),
        Kind.CHOICES,
        (
            ("ForcedLabour", _("Forced labour")),
            ("SexualExploitation", _("Sexual exploitation")),
            ("ChildLabour", _("Child labour")),
            ("ForcedMarriage", _("Forced marriage")),
            ("Servitude", _("Servitude")),
            ("ForcedMilitaryByNonStateActors", _("Forced to fight for an armed group")),
            ("OrganRemoval", _("Removal of organs")),
            ("ForcedBegging", _("Forced begging")),
            ("ForcedAdoption", _("Forced adoption")),
            ("Surrogacy", _("Surrogacy")),
            OTHER,
        ),
    ),
    Field(
        "vic_MethodOfRecruitment",
        _("How the person was recruited"),
        Kind.CHOICES,
        (
            ("AtAPlaceOfBusiness", _("At a place of business")),
            ("AtAnEducationalInstitution", _("At a school or college")),
            ("AtWork", _("At work")),
            ("ThroughOnlineSocialNetworks", _("Through social media")),
            ("ThroughAnOnlineAdvertisement", _("Through an advertisement on the internet")),
            ("ThroughATelevisionAdvert", _("Through an advertisement on television")),
            ("ThroughANewspaperAdvert", _("Through an advertisement in a newspaper")),
            ("ThroughFamilyOrFamilyEvents", _("Through family or family events")),
            ("ThroughFriendsOrSocialEvents", _("Through friends or social events")),
            OTHER,
        ),
    ),
    Field(
        "vic_MethodsOfControl",
        _("How the person is controlled"),
        Kind.CHOICES,
        (
            ("PhysicalThreats", _("Threats of violence")),
            ("ThreatsLawEnforcement", _("Threats with the police")),
            ("ThreatensChildrenFamily", _("Threats to children or family")),
            ("DebtBondage", _("Debt bondage")),
            ("FalsePromises", _("False promises")),
            ("PhysicalAbuse", _("Violence")),
            ("SexualAbuse", _("Sexual violence")),
            ("TakesEarnings", _("Earnings are taken")),
            ("RestrictsFinancialAccess", _("No access to money")),
            ("RestrictsMedicalCare", _("No access to medical care")),
            ("WithholdsNecessities", _("Food or other necessities are withheld")),
            ("PsychologicalAbuse", _("Psychological violence")),
            ("PsychoactiveSubstance", _("Drugs or alcohol")),
            ("ExcessiveWorkingHours", _("Excessive working hours")),
            ("WithholdsDocuments", _("Documents are withheld")),
            OTHER,
        ),
    ),
    Field("vic_AgeWhenTrafficked", _("Age when it began"), Kind.NUMBER),
    Field(
        "prs_Gender",
        _("Gender of the person"),
        Kind.CHOICE,
        (
            ("Feminine", _("Female")),
            ("Masculine", _("Male")),
            ("TransgenderFeminine", _("Transgender, female")),
            ("TransgenderMasculine", _("Transgender, male")),
            ("NonConforming", _("Neither of the two")),
            ("NonSpecifiedUnknown", _("Unknown")),
        ),
    ),
    Field("prs_Citizenship", _("Citizenship (two letters, such as ID)")),
    Field("hte_Country", _("Country where it happens (two letters)")),
    Field("hte_State", _("Province or state where it happens")),
    Field("hte_City", _("Regency or city where it happens")),
    Field(
        "hte_Type",
        _("What happens there"),
        Kind.CHOICE,
        (("Recruitment", _("Recruitment")), ("Transit", _("Transit")), ("Exploitation", _("Exploitation"))),
    ),
)


def as_data() -> dict[str, Any]:
    """What the script of the page needs: the fields in their order."""
    return {"fields": [{"name": f.name, "kind": f.kind.value} for f in FIELDS]}

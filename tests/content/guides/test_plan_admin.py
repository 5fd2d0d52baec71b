"""The planner in the CMS: rules are proposed by one person and published by another, who sees whose plan changes."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client
from wagtail.models import ModelLogEntry

from content.guides import plan_rules, proposals
from content.guides.forms import PlanRowForm
from content.guides.models import PlanProposal, PlanRule, PlanStep
from content.guides.planning import OutcomeKind, plan
from content.guides.viewsets import PlanGroup
from content.registers.models import Fact, Source
from tests.content.guides.planning_world import FITTING
from tests.portal.admin_forms import errors_of
from tests.staff import Members, SignedIn

RULES, PROPOSALS = "/akun/cms/rencana/planrule/", "/akun/cms/rencana/usulan/"
FORMED = [viewset for viewset in PlanGroup.items if getattr(viewset, "parts", None)]


@pytest.fixture
def loaded(shipped_registers: None) -> None:
    """Registers and planner as they are shipped."""


def sent(page: BeautifulSoup) -> dict[str, Any]:
    """What a browser would send of the form as it stands, every ticked box included."""
    data: dict[str, Any] = {}
    for field in page.select(
        "form[data-edit-form] input[name], form[data-edit-form] select[name], form[data-edit-form] textarea[name]"
    ):
        name, kind = str(field["name"]), field.get("type")
        if field.name == "select":
            chosen = field.select_one("option[selected]")
            data[name] = chosen.get("value", "") if chosen else ""
        elif kind in ("checkbox", "radio"):
            if field.has_attr("checked"):
                data.setdefault(name, []).append(field.get("value", "on"))
        elif kind not in ("submit", "file"):
            data[name] = field.text.strip("\n") if field.name == "textarea" else field.get("value", "")
    return data


def form_of(client: Client, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code, response.get("Location"))
    return sent(BeautifulSoup(response.content, "html.parser"))


@pytest.mark.parametrize("viewset", FORMED, ids=lambda viewset: viewset.model.__name__)
def test_the_form_shows_every_field(viewset: Any) -> None:
    shown = {name for _heading, names in viewset.parts for name in names}
    model = viewset.model
    columns = (*model._meta.concrete_fields, *model._meta.many_to_many)
    assert shown >= {field.name for field in columns if field.editable and not field.auto_created}


def test_saving_a_step_as_it_stands_changes_nothing(loaded: None, signed_in: SignedIn) -> None:
    """Every answer, code and amount comes back from its form as it was."""
    client = signed_in("job_officer")
    for code in ("bpjs_selama", "informasi", "paspor"):
        step = PlanStep.objects.get(code=code)
        before = plan_rules.row_of(step, ())
        address = f"/akun/cms/rencana/planstep/edit/{step.pk}/"
        answer = client.post(address, form_of(client, address))
        assert answer.status_code == 302, errors_of(answer)
        after = plan_rules.row_of(PlanStep.objects.get(code=code), ())
        assert proposals.plain(after) == proposals.plain(before)


def test_a_step_that_would_break_a_law_is_refused_with_a_sentence(loaded: None, signed_in: SignedIn) -> None:
    client = signed_in("job_officer")
    step = PlanStep.objects.get(code="tanya")
    address = f"/akun/cms/rencana/planstep/edit/{step.pk}/"
    data = form_of(client, address)
    answer = client.post(address, {**data, "kind": "payment"})
    assert answer.status_code == 200
    assert "penghentian tidak meminta pembayaran" in answer.content.decode()
    assert PlanStep.objects.get(code="tanya").kind == "ask"
    wrong = client.post(address, {**data, "where_id": "{kanal:tidak-ada}"})
    assert "tidak-ada" in errors_of(wrong)
    # Unknown, and nobody to ask.
    nobody = client.post(address, {**data, "duration_state": "ask", "duration_ask": ""})
    assert nobody.status_code == 200
    assert client.post(address, {**data, "duration_state": "ask", "duration_ask": "bp3mi"}).status_code == 302
    assert PlanStep.objects.get(code="tanya").duration == {"ask": "bp3mi"}


def test_a_paper_that_no_step_handles_cannot_be_taken_out_of_its_step(loaded: None, signed_in: SignedIn) -> None:
    client = signed_in("job_officer")
    step = PlanStep.objects.get(code="opp")
    address = f"/akun/cms/rencana/planstep/edit/{step.pk}/"
    answer = client.post(address, {**form_of(client, address), "gives": []})
    assert answer.status_code == 200
    assert "Dokumen opp ada dalam rencana" in answer.content.decode()


def propose(client: Client, code: str, **changed: Any) -> PlanProposal:
    rule = PlanRule.objects.get(code=code)
    address = f"{RULES}edit/{rule.pk}/"
    answer = client.post(address, {**form_of(client, address), **changed})
    assert answer.status_code == 302, errors_of(answer)
    made = PlanProposal.objects.get(code=code, state="open")
    assert answer["Location"] == f"{PROPOSALS}{made.pk}/"
    return made


def test_a_rule_changes_by_two_people_who_see_whose_plan_changes(loaded: None, signed_in: SignedIn) -> None:
    first, second = signed_in("job_officer"), signed_in("admin")
    held = proposals.row_of(PlanRule.objects.get(code="jalur_p2p"))
    ticked = [code for code in held["documents"] if code != "psikologi"]
    made = propose(first, "jalur_p2p", documents=ticked)
    # Nothing is public yet, and nothing else has changed by going through the form.
    assert proposals.row_of(PlanRule.objects.get(code="jalur_p2p")) == held
    assert {name for name in held if made.row[name] != held[name]} == {"documents"}
    page = BeautifulSoup(second.get(f"{PROPOSALS}{made.pk}/").content, "html.parser").get_text(" ")
    assert all(words in page for words in ("art-hong-kong", "− psikologi", "dokumen yang hilang: psikologi"))
    assert "eps-korea" not in page
    own = first.get(f"{PROPOSALS}{made.pk}/").content.decode()
    assert "Orang kedua yang menerbitkan" in own
    assert 'value="publish"' not in own
    first.post(f"{PROPOSALS}{made.pk}/", {"act": "publish"})
    assert PlanProposal.objects.get(pk=made.pk).state == "open"
    assert second.post(f"{PROPOSALS}{made.pk}/", {"act": "publish", "note": "ok"}).status_code == 302
    assert "psikologi" not in PlanRule.objects.get(code="jalur_p2p").documents
    assert "psikologi" not in plan(FITTING, plan_rules.in_use().book).documents
    made.refresh_from_db()
    assert (made.state, made.note) == ("published", "ok")
    assert made.decided_by != made.proposed_by
    assert ModelLogEntry.objects.filter(action=proposals.PUBLISHED).count() == 1
    second.post(f"{PROPOSALS}{made.pk}/", {"act": "refuse"})
    made.refresh_from_db()
    assert made.state == "published"


def test_a_rule_that_would_break_a_law_is_not_even_proposed(loaded: None, signed_in: SignedIn) -> None:
    client = signed_in("job_officer")
    rule = PlanRule.objects.get(code="di_bawah_18")
    address = f"{RULES}edit/{rule.pk}/"
    answer = client.post(address, {**form_of(client, address), "steps": ["tanya", "bpjs_sebelum"]})
    assert answer.status_code == 200
    assert "penghentian tidak meminta pembayaran" in answer.content.decode()
    other = PlanRule.objects.get(code="singapura_surat_persetujuan")
    quarrel = form_of(client, f"{RULES}edit/{other.pk}/")
    answer = client.post(f"{RULES}new/", {**quarrel, "code": "singapura_visa", "attributes_visa": "work_visa"})
    assert "mengisi “visa” secara berbeda" in answer.content.decode()
    assert not PlanProposal.objects.exists()


def test_a_new_rule_stops_once_a_second_person_agrees(loaded: None, signed_in: SignedIn) -> None:
    first, second = signed_in("job_officer"), signed_in("job_officer")
    data = form_of(first, f"{RULES}edit/{PlanRule.objects.get(code='ferienjob').pk}/")
    new = {
        **data, "code": "taiwan_ditutup", "conditions_destination": "tw, hk", "conditions_route": [], "sentence_id": "Ditutup.", "sentence_en": "Closed.",
    }  # fmt: skip
    answer = first.post(f"{RULES}new/", new)
    assert answer.status_code == 302, errors_of(answer)
    made = PlanProposal.objects.get()
    assert made.row["conditions"] == {"destination": ["HK", "TW"]}
    assert plan(FITTING, plan_rules.in_use().book).kind is OutcomeKind.PLAN
    second.post(f"{PROPOSALS}{made.pk}/", {"act": "publish"})
    assert plan(FITTING, plan_rules.in_use().book).kind is OutcomeKind.DO_NOT_GO
    assert PlanRule.objects.get(code="taiwan_ditutup").sources.count() == 1


def test_rules_are_never_deleted_and_proposals_never_edited(loaded: None, signed_in: SignedIn) -> None:
    client = signed_in("admin")
    rule = PlanRule.objects.get(code="ferienjob")
    client.post(f"{RULES}delete/{rule.pk}/")
    assert PlanRule.objects.filter(code="ferienjob").exists()
    assert client.get(f"{PROPOSALS}edit/1/").status_code == 404
    assert client.get(PROPOSALS).status_code == 200
    for role in ("editor", "translator"):
        assert signed_in(role).get(RULES).status_code in (302, 403)


# --- the services by themselves -------------------------------------------------------------------------------------


def changed(code: str, **values: Any) -> tuple[PlanRule, list[Source]]:
    rule = PlanRule.objects.get(code=code)
    for name, value in values.items():
        setattr(rule, name, value)
    return rule, list(rule.sources.all())


def test_nobody_publishes_what_he_proposed_not_even_a_superuser(loaded: None, member: Members) -> None:
    root = member("admin", is_superuser=True)
    made = proposals.propose(*changed("ferienjob", active=False), root)
    with pytest.raises(proposals.SamePerson):
        proposals.publish(made, root)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanProposal.objects.filter(pk=made.pk).update(state="published", decided_by=root)
    with pytest.raises(proposals.AlreadyProposed):
        proposals.propose(*changed("ferienjob", note="a"), root)
    proposals.refuse(made, root)
    with pytest.raises(proposals.AlreadyDecided):
        proposals.refuse(made, root)


def test_a_proposal_that_reality_has_overtaken_is_not_published(loaded: None, member: Members) -> None:
    first, second = member("job_officer"), member("admin")
    made = proposals.propose(*changed("ferienjob", note="a"), first)
    PlanRule.objects.filter(code="ferienjob").update(note="b")
    with pytest.raises(proposals.Outdated):
        proposals.publish(made, second)
    proposals.refuse(made, second)
    # Fit when it was written; by now a step that it names does something else.
    made = proposals.propose(*changed("ferienjob", steps=["simpan_bukti"]), first)
    PlanStep.objects.filter(code="simpan_bukti").update(kind="payment")
    PlanRule.objects.exclude(code="ferienjob").update(steps=[])
    with pytest.raises(proposals.Refusal):
        proposals.publish(made, second)
    assert PlanRule.objects.get(code="ferienjob").steps == ["tanya", "simpan_bukti"]


def test_amounts_name_facts(loaded: None) -> None:
    field = PlanRowForm.base_fields.get("amounts") or PlanStep._meta.get_field("amounts").formfield()
    slug = Fact.objects.get(slug="bpjs-12-bulan").slug
    assert field.clean(f"{slug} 12\n\n{slug}") == [{"fact": slug, "months": 12}, {"fact": slug}]
    for wrong in ("tidak-ada", f"{slug} dua"):
        with pytest.raises(Exception, match=r"fakta|fact"):
            field.clean(wrong)

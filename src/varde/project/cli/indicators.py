"""``varde indicators``: import what to look for, and list it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from varde.project.cli import app
from varde.project.cli.output import Exit, fail, print_json, print_rows, setup

if TYPE_CHECKING:
    from varde.intel.actions.indicators import Terms
    from varde.intel.models import Indicator, IndicatorImport

indicators = typer.Typer(help="Indicators: what to look for, and who says so.")
app.add_typer(indicators, name="indicators", rich_help_panel="Records")

_SHOWN = 20
_COLUMNS = ["type", "value", "source", "confidence", "tlp", "expires_at", "context", "withheld"]


class Form(StrEnum):
    """The formats that ``import`` reads."""

    AUTO = "auto"
    LIST = "list"
    CSV = "csv"
    MISP = "misp"
    MISP_FEED = "misp-feed"


class Tlp(StrEnum):
    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    AMBER_STRICT = "amber+strict"
    RED = "red"


class Pap(StrEnum):
    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@indicators.command("import")
def import_file(  # noqa: PLR0913, PLR0917 - one parameter for each option
    file: Annotated[Path, typer.Argument(help="A file (.gz and .zst too), a folder, or `-`.")],
    source: Annotated[str, typer.Option(help="Whose word it is; else the file's name.")] = "",
    form: Annotated[Form, typer.Option("--format", help="What it is.")] = Form.AUTO,
    tlp: Annotated[Tlp | None, typer.Option(help="At least this TLP; a new source's own.")] = None,
    pap: Annotated[Pap | None, typer.Option(help="At least this PAP; a new source's own.")] = None,
    confidence: Annotated[int, typer.Option(min=0, max=100, help="Percent.")] = 50,
    expires: Annotated[str, typer.Option(help="`30d`, or a date such as 2027-01-31.")] = "",
    column: Annotated[
        list[str] | None, typer.Option(help="NAME=MEANING for a CSV: `line=value`, `ioc=domain`.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="MISP: also what is not meant for detection.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One object with the balance.")] = False,
) -> None:
    """Take in the indicators of FILE; each one that is not taken is named with its reason.

    The same file twice changes nothing. Exit code 3 where nothing could be taken.
    """
    setup()
    from varde.intel.actions.indicators import ensure_source, import_indicators
    from varde.intel.errors import NotAFeed
    from varde.intel.formats.reading import Format, read_path
    from varde.intel.reasons import reason_text

    terms = _terms(tlp, pap, confidence, expires)
    entries = read_path(file, form=Format(form), mapping=_mapping(column), everything=everything)
    try:
        with _progress(quiet=as_json) as told:
            done = import_indicators(
                source=ensure_source(source or _name_of(file), tlp=terms.tlp, pap=terms.pap),
                entries=entries,
                actor=None,
                terms=terms,
                file_name=file.name,
                progress=told,
            )
    except NotAFeed as fault:
        what = reason_text(f"{fault.reason}:{fault.detail}" if fault.detail else fault.reason)
        fail(f"{file}: {what}", fix="choose the file itself, or say what it is with --format")
    except OSError as error:
        fail(f"{file}: {error.strerror or error}", fix="give the path of a file or a feed's folder")
    _show_balance(done, as_json=as_json)
    raise typer.Exit(Exit.DONE if done.stored or done.duplicate else Exit.NOTHING_FOUND)


@indicators.command("list")
def list_indicators(
    search: Annotated[str, typer.Option(help="How the value begins; defanged is fine.")] = "",
    kind: Annotated[str, typer.Option("--type", help="ip, cidr, domain, url, md5, ...")] = "",
    source: Annotated[str, typer.Option(help="Only what this source claims.")] = "",
    limit: Annotated[int, typer.Option(min=0, help="At most so many; 0 for all.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="One object a line.")] = False,
) -> None:
    """List the indicators, newest first, with who claims them and on which terms."""
    setup()
    from django.utils.text import slugify

    from varde.intel.enums import IndicatorType
    from varde.intel.queries import indicators_with_claims

    if kind and kind not in IndicatorType.values:
        known = ", ".join(IndicatorType.values)
        fail(f"there is no type “{kind}”", fix=f"one of: {known}", code=Exit.USAGE)
    found = indicators_with_claims(search=search, kind=kind, source=slugify(source))
    stream = found.iterator(chunk_size=2_000)
    first = list(islice(stream, 1))
    if not first:
        raise typer.Exit(Exit.NOTHING_FOUND)
    every = _chained(first, stream)
    rows = (_row(indicator) for indicator in (islice(every, limit) if limit else every))
    print_rows(rows, columns=_COLUMNS, as_json=as_json)


def _chained(first: "list[Indicator]", rest: "Iterator[Indicator]") -> "Iterator[Indicator]":
    yield from first
    yield from rest


def _terms(tlp: Tlp | None, pap: Pap | None, confidence: int, expires: str) -> "Terms":
    from varde.base.marking import PAP, TLP
    from varde.intel.actions.indicators import Terms

    return Terms(
        tlp=TLP(tlp.value) if tlp else None,
        pap=PAP(pap.value) if pap else None,
        confidence=confidence,
        expires_at=_expiry(expires) if expires else None,
    )


def _expiry(text: str) -> datetime:
    if text.endswith("d") and text[:-1].isdigit() and len(text) <= 5:  # noqa: PLR2004 - 9999d
        return datetime.now(UTC) + timedelta(days=int(text[:-1]))
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        fail(f"“{text}” is no expiry", fix="give days (`30d`) or a date", code=Exit.USAGE)
    return time if time.tzinfo else time.astimezone()


def _mapping(columns: list[str] | None) -> dict[str, str]:
    pairs = [column.partition("=") for column in columns or []]
    if wrong := next((name for name, _, meaning in pairs if not meaning), ""):
        fail(f"--column {wrong} has no meaning", fix="--column NAME=value", code=Exit.USAGE)
    return {name: meaning for name, _, meaning in pairs}


def _name_of(file: Path) -> str:
    """``ipsum.txt.gz`` is of ``ipsum``."""
    return file.resolve().name.split(".")[0] if str(file) != "-" else "standard input"


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[int], None] | None]:
    """What to call with the number of entries read so far; shows it where a person looks on."""
    from rich.console import Console

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield None
        return
    with console.status("Reading …") as status:
        yield lambda count: status.update(f"{count:,} read")


def _show_balance(done: "IndicatorImport", *, as_json: bool) -> None:
    from varde.intel.reasons import reason_text

    if as_json:
        print_json(
            {
                "source": done.source.slug,
                "received": done.received,
                "stored": done.stored,
                "duplicate": done.duplicate,
                "refused": done.refused,
                "reasons": done.reasons,
                "refusals": done.refusals,
            }
        )
        return
    for refusal in done.refusals[:_SHOWN]:
        why = reason_text(refusal["reason"])
        typer.secho(f"line {refusal['line']}: {refusal['value']!r}: {why}", err=True, fg="yellow")
    if done.refused > _SHOWN:
        typer.echo(f"… {done.refused:,} refused in all (--json names the first 1,000):", err=True)
        rows = [{"count": n, "reason": reason_text(code)} for code, n in done.reasons.items()]
        print_rows(rows, columns=["count", "reason"], as_json=False)
    typer.echo(
        f"{done.received:,} received from {done.source.name}: {done.stored:,} stored, "
        f"{done.duplicate:,} duplicate, {done.refused:,} refused"
    )


def _row(indicator: "Indicator") -> dict[str, object]:
    """An indicator with its surest claim in front; ``--json`` shows every claim."""
    from varde.intel.queries import withheld_reason

    claims = [
        {
            "source": claim.source.slug,
            "confidence": claim.confidence,
            "tlp": claim.tlp,
            "pap": claim.pap,
            "first_seen": claim.first_seen,
            "last_seen": claim.last_seen,
            "expires_at": claim.expires_at,
            "context": claim.context,
            "reference": claim.reference,
        }
        for claim in indicator.claims.all()
    ]
    surest = claims[0] if claims else {}
    return {
        "id": indicator.pk,
        "type": indicator.type,
        "value": indicator.value,
        **{name: surest.get(name) for name in _COLUMNS[2:7]},
        "withheld": withheld_reason(indicator),
        "claims": claims,
    }

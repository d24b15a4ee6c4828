"""All indicators against all events at once.

A batch of half a million events holds some ten thousand different addresses and names. The work is
done on those, by the column, and joined back to the events. Compiled indicators lie in one file
that every process maps: opening a million takes milliseconds.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from varde.engine.detect import artefact, networks, texts
from varde.engine.detect.fingerprints import of_suffixes, of_texts
from varde.engine.detect.networks import AddressIndex
from varde.engine.detect.texts import TextIndex, salt
from varde.engine.detect.urls import hosts, url_key
from varde.engine.schema.observables import OBSERVABLES, Observable

Rows = npt.NDArray[np.int64]

HITS: pa.Schema = pa.schema(
    [
        ("row", pa.int64()),  # of the event in the batch
        ("field", pa.string()),  # "dns.rrname": Observable.field
        ("observed", pa.string()),  # the value as it stood there
        ("indicator_id", pa.int64()),
        ("type", pa.string()),
        ("value", pa.string()),  # the indicator's
    ]
)
FORMAT = "varde-indicators-1"
FOREVER = 2**63 - 1

_ADDRESS_TYPES = frozenset({"ip", "cidr"})
_FOLDED_TYPES = frozenset({"md5", "sha1", "sha256", "ja3", "ja4", "certificate"})
_TEXT_TYPES = frozenset({"domain", "url", "email", *_FOLDED_TYPES})
_MAIL_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:\\]+@[^\s<>()\[\]\"',;:\\]+")


@dataclass(frozen=True, slots=True)
class IndicatorSet:
    """The compiled indicators of one revision; read-only, safe to share between threads."""

    revision: int
    facts: dict[str, str]
    ids: pa.Array
    types: pa.Array
    values: pa.Array
    expires: npt.NDArray[np.int64]  # microseconds since 1970; FOREVER
    texts: TextIndex
    url_hosts: TextIndex
    addresses: AddressIndex

    @classmethod
    def open(cls, path: Path) -> "IndicatorSet":
        """The set that ``compile_indicators`` wrote to ``path``; raises ``ValueError``."""
        arrays, facts = artefact.read(path)
        if facts.get("format") != FORMAT:
            raise ValueError(f"{path} is not of the format {FORMAT}")
        return cls(
            int(facts["revision"]),
            facts,
            arrays["ids"],
            arrays["types"],
            arrays["values"],
            arrays["expires"].to_numpy(),
            texts.from_arrays(arrays, "text"),
            texts.from_arrays(arrays, "url_host"),
            networks.from_arrays(arrays),
        )

    def __len__(self) -> int:
        return len(self.ids)

    def match(self, events: pa.Table, *, now: datetime | None = None) -> pa.Table:
        """Every (event, field, indicator) that meet, as ``HITS``, ordered by event.

        An indicator that has expired at ``now`` (default: the present) hits nothing. Columns
        that ``events`` lacks are passed over.
        """
        present = _microseconds(now or datetime.now(UTC))
        parts = [
            self._hits(observable, events.column(observable.column), present)
            for observable in OBSERVABLES
            if observable.column in events.column_names
        ]
        hits = pa.concat_tables([HITS.empty_table(), *parts])
        return hits.take(pa.array(np.argsort(hits["row"].to_numpy(), kind="stable")))

    def _hits(self, observable: Observable, column: pa.ChunkedArray, present: int) -> pa.Table:
        distinct, code, row = _distinct(column)
        if not len(distinct):
            return HITS.empty_table()
        place, indicator = self._find(distinct, frozenset(observable.types))
        live = self.expires[indicator] > present
        return self._joined(observable, distinct, (code, row), (place[live], indicator[live]))

    def _find(self, distinct: pa.Array, types: frozenset[str]) -> tuple[Rows, Rows]:
        """Pairs (place in ``distinct``, row of an indicator) that meet, each once, in order."""
        found: list[tuple[Rows, Rows]] = []
        if types & _ADDRESS_TYPES:
            found.append(self.addresses.find(distinct))
        if "email" in types:
            addresses, place = _mail_addresses(distinct)
            found.extend((place[at], row) for at, row in self._find_mail(addresses, types))
        elif "domain" in types:
            found.extend(self._find_names(hosts(distinct), types))
        if "url" in types:
            found.append(self._find_urls(distinct))
        if types & _FOLDED_TYPES:
            found.extend(self._find_folded(pc.ascii_lower(distinct), types))
        pairs = np.unique(np.concatenate([place << 32 | row for place, row in found]))
        return pairs >> 32, pairs & 0xFFFF_FFFF

    def _find_names(self, names: pa.Array, types: frozenset[str]) -> Iterator[tuple[Rows, Rows]]:
        yield self.texts.find(names, of_suffixes(names, salt=salt("domain")))
        if types & _ADDRESS_TYPES:  # 192.0.2.1:8080 as a host
            yield self.addresses.find(names)

    def _find_mail(self, addresses: pa.Array, types: frozenset[str]) -> Iterator[tuple[Rows, Rows]]:
        yield self.texts.find(addresses, of_texts(addresses, salt=salt("email")))
        if "domain" in types:
            yield self.texts.find(addresses, of_suffixes(addresses, salt=salt("domain")))

    def _find_urls(self, urls: pa.Array) -> tuple[Rows, Rows]:
        """Only URLs at a host of some URL indicator are worth the price of their one form."""
        at_host, _ = self.url_hosts.candidates(of_texts(hosts(urls), salt=salt("host")).fingerprint)
        place = np.unique(at_host)
        keys = pa.array(map(url_key, urls.take(pa.array(place)).to_pylist()), pa.string())
        found, row = self.texts.find(keys, of_texts(keys, salt=salt("url")))
        return place[found], row

    def _find_folded(self, folded: pa.Array, types: frozenset[str]) -> Iterator[tuple[Rows, Rows]]:
        for kind in types & _FOLDED_TYPES:
            yield self.texts.find(folded, of_texts(folded, salt=salt(kind)))

    def _joined(
        self,
        observable: Observable,
        distinct: pa.Array,
        events: tuple[Rows, Rows],
        found: tuple[Rows, Rows],
    ) -> pa.Table:
        """Each event (code of its value, row) with each indicator found for its value."""
        (code, row), (place, indicator) = events, found
        counts = np.bincount(place, minlength=len(distinct))
        hit = np.flatnonzero(counts[code])
        code, row = code[hit], row[hit]
        # ``place`` is sorted: the indicators of a value lie together.
        first = np.cumsum(counts) - counts
        times = counts[code]
        ends = np.cumsum(times)
        nth = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - times, times)
        which = pa.array(indicator[np.repeat(first[code], times) + nth])
        return pa.table(
            [
                pa.array(np.repeat(row, times)),
                pa.repeat(observable.field, len(which)),
                distinct.take(pa.array(np.repeat(code, times))),
                self.ids.take(which),
                self.types.take(which).cast(pa.string()),
                self.values.take(which).cast(pa.string()),
            ],
            schema=HITS,
        )


def compile_indicators(
    table: pa.Table, path: Path, revision: int, *, facts: Mapping[str, str] | None = None
) -> Path:
    """Write the artefact of ``table`` to ``path``, whole or not at all; gives ``path``.

    Columns: ``id`` (int64), ``type``, ``value`` (strings in the one canonical form), and, where
    indicators may expire, ``expires_at`` (timestamp, null for never). ``facts`` are kept beside
    the revision for whoever compiled it.
    """
    # Texts first: then their places in the index of texts are their rows as well.
    is_text = pc.is_in(table["type"], pa.array(sorted(_TEXT_TYPES)))
    text_part = table.filter(is_text)
    table = pa.concat_tables([text_part, table.filter(pc.invert(is_text))])
    types = _column(table, "type", pa.string())
    values = _column(table, "value", pa.large_string())
    index, url_hosts = _text_indices(types[: len(text_part)], values[: len(text_part)])
    arrays = {
        "ids": _column(table, "id", pa.int64()),
        "types": types,
        "values": values,
        "expires": _expiries(table),
        **texts.to_arrays(index, "text"),
        **texts.to_arrays(url_hosts, "url_host"),
        **networks.to_arrays(networks.build(types, values)),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    artefact.write(path, arrays, {**(facts or {}), "format": FORMAT, "revision": str(revision)})
    return path


def _column(table: pa.Table, name: str, kind: pa.DataType) -> pa.Array:
    return pa.concat_arrays([pa.array([], kind), *table[name].cast(kind).chunks])


def _expiries(table: pa.Table) -> pa.Array:
    """When each indicator expires, in microseconds since 1970."""
    if "expires_at" not in table.column_names:
        return pa.array(np.full(len(table), FOREVER, dtype=np.int64))
    times = _column(table, "expires_at", pa.timestamp("us", tz="UTC"))
    return pc.fill_null(times.cast(pa.int64()), FOREVER)


def _text_indices(types: pa.Array, values: pa.Array) -> tuple[TextIndex, TextIndex]:
    """The index of indicators that are texts, and that of the hosts of the URLs among them."""
    is_url = pc.equal(types, "url")
    urls = values.filter(is_url)
    keys = pa.array(map(url_key, urls.to_pylist()), pa.large_string())
    folded = pc.replace_with_mask(pc.ascii_lower(values), is_url, keys)
    names = hosts(urls).unique()
    return texts.build(folded, types), texts.build(names, pa.repeat("host", len(names)))


def _distinct(column: pa.ChunkedArray) -> tuple[pa.Array, Rows, Rows]:
    """The different values of a column of texts or lists of texts, and where they stand.

    Gives the values; and for each text in the column its place among them, and its row.
    """
    array = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    row = np.arange(len(array))
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        row = pc.list_parent_indices(array).to_numpy().astype(np.int64)
        array = pc.list_flatten(array)
    if array.null_count:
        row = row[array.is_valid().to_numpy(zero_copy_only=False)]
        array = array.drop_null()
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    return array.dictionary.cast(pa.string()), array.indices.to_numpy().astype(np.int64), row


def _mail_addresses(headers: pa.Array) -> tuple[pa.Array, Rows]:
    """Every e-mail address in each text, in lower case, and the place of its text.

    ``"security@hospital.example" <thief@evil.example>`` holds two: a name that poses as an
    address must not hide the address.
    """
    found = [
        (address.lower(), place)
        for place, header in enumerate(headers.to_pylist())
        for address in _MAIL_ADDRESS.findall(header)
    ]
    addresses = pa.array([address for address, _ in found], pa.string())
    return addresses, np.array([place for _, place in found], dtype=np.int64)


def _microseconds(time: datetime) -> int:
    return int(time.timestamp() * 1_000_000)

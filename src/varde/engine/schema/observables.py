"""Where in an event the things stand that an indicator may name."""

from typing import NamedTuple


class Observable(NamedTuple):
    """A column (text, or a list of texts), the indicator types it can hit, and what to call it.

    ``field`` is what a person is told: the name the sensor's own documentation uses.
    """

    column: str
    types: tuple[str, ...]
    field: str


# Values stand as the sensor wrote them unless columns.py says otherwise: the matcher folds case
# and trailing dots. Hashes, fingerprints, ``url`` and envelope addresses are already folded.
OBSERVABLES: tuple[Observable, ...] = (
    Observable("src_ip", ("ip", "cidr"), "src_ip"),
    Observable("dest_ip", ("ip", "cidr"), "dest_ip"),
    Observable("dns_rrname", ("domain",), "dns.rrname"),
    Observable("dns_answers", ("ip", "cidr", "domain"), "dns.answers.rdata"),
    Observable("http_host", ("domain", "ip", "cidr"), "http.hostname"),
    Observable("url", ("url",), "http.url"),
    Observable("tls_sni", ("domain",), "tls.sni"),
    Observable("quic_sni", ("domain",), "quic.sni"),
    Observable("tls_fingerprint", ("certificate",), "tls.fingerprint"),
    Observable("ja3", ("ja3",), "tls.ja3.hash"),
    Observable("ja4", ("ja4",), "tls.ja4"),
    Observable("file_md5", ("md5",), "fileinfo.md5"),
    Observable("file_sha1", ("sha1",), "fileinfo.sha1"),
    Observable("file_sha256", ("sha256",), "fileinfo.sha256"),
    Observable("smtp_helo", ("domain",), "smtp.helo"),
    Observable("mail_from", ("email",), "smtp.mail_from"),
    Observable("mail_rcpt", ("email",), "smtp.rcpt_to"),
    Observable("email_from", ("email",), "email.from"),
    Observable("email_to", ("email",), "email.to"),
    Observable("email_urls", ("url",), "email.url"),
)

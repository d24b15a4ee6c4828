"""Events as Suricata 7 writes them. Each function gives one event; nothing here is random."""

from dataclasses import dataclass
from datetime import datetime, timedelta

Event = dict[str, object]


@dataclass(frozen=True, slots=True)
class Talk:
    """Two ends that speak to each other, and when they began."""

    at: datetime
    source: str
    source_port: int
    target: str
    target_port: int
    flow: int
    proto: str = "TCP"


def stamp(at: datetime) -> str:
    """Suricata writes +0000, which is not the offset form of ISO 8601."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f+0000")


def event(talk: Talk, kind: str, after: float = 0.0, **parts: object) -> Event:
    """An event of ``kind``, ``after`` seconds into the talk."""
    return {
        "timestamp": stamp(talk.at + timedelta(seconds=after)),
        "flow_id": talk.flow,
        "in_iface": "eth0",
        "event_type": kind,
        "src_ip": talk.source,
        "src_port": talk.source_port,
        "dest_ip": talk.target,
        "dest_port": talk.target_port,
        "proto": talk.proto,
        "pkt_src": "wire/pcap",
        **parts,
    }


def dns(talk: Talk, name: str, answer: str | None) -> Event:
    """A question with its answer; ``None``: there is no such name."""
    kind = "AAAA" if answer and ":" in answer else "A"
    answers = [{"rrname": name, "rrtype": kind, "ttl": 300, "rdata": answer}] if answer else []
    found = {
        "version": 2,
        "type": "answer",
        "id": talk.flow & 0xFFFF,
        "flags": "8180",
        "qr": True,
        "rd": True,
        "ra": True,
        "rrname": name,
        "rrtype": kind,
        "rcode": "NOERROR" if answer else "NXDOMAIN",
        "answers": answers,
    }
    return event(talk, "dns", 0.01, app_proto="dns", dns=found)


@dataclass(frozen=True, slots=True)
class Hello:
    """How a TLS connection looks from outside."""

    name: str
    certificate: str
    ja3: str
    issuer: str = "C=XX, O=Tillit, CN=Tillit Demo CA"
    ja4: str = "t13d1715h2_5b57614c22b0_3d5424432f57"


def tls(talk: Talk, hello: Hello) -> Event:
    pairs = (hello.certificate[i : i + 2] for i in range(0, len(hello.certificate), 2))
    found = {
        "subject": f"CN={hello.name}",
        "issuerdn": hello.issuer,
        "serial": "0A:1B:2C:3D",
        "fingerprint": ":".join(pairs),
        "sni": hello.name,
        "version": "TLS 1.2",
        "notbefore": "2026-01-01T00:00:00",
        "notafter": "2027-01-01T00:00:00",
        "ja3": {"hash": hello.ja3, "string": "771,4865-4866-4867,0-23-65281-10-11,29-23-24,0"},
        "ja3s": {"hash": "ae4edc6faf64d08308082ad26be60767", "string": "771,4865,43-51"},
        "ja4": hello.ja4,
    }
    return event(talk, "tls", 0.05, app_proto="tls", tls=found)


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked of a web server, and what it said."""

    host: str
    path: str
    agent: str = "Mozilla/5.0 (X11; Linux x86_64) Demo/1.0"
    status: int = 200
    content: str = "text/html"
    length: int = 2_048


def http(talk: Talk, request: Request) -> Event:
    return event(talk, "http", 0.06, app_proto="http", tx_id=0, http=_http(request))


def _http(request: Request) -> Event:
    return {
        "hostname": request.host,
        "url": request.path,
        "http_user_agent": request.agent,
        "http_content_type": request.content,
        "http_method": "GET",
        "protocol": "HTTP/1.1",
        "status": request.status,
        "length": request.length,
    }


@dataclass(frozen=True, slots=True)
class File:
    """A file that passed, with the hashes of its content."""

    name: str
    size: int
    sha256: str
    md5: str
    magic: str = "data"


def fileinfo(talk: Talk, file: File, **carrier: object) -> Event:
    """``carrier``: the ``http`` or ``smtp`` part of the event that the file came in."""
    found = {
        "filename": file.name,
        "magic": file.magic,
        "gaps": False,
        "state": "CLOSED",
        "md5": file.md5,
        "sha256": file.sha256,
        "stored": False,
        "size": file.size,
        "tx_id": 0,
    }
    return event(talk, "fileinfo", 0.4, fileinfo=found, **carrier)


def download(talk: Talk, request: Request, file: File) -> list[Event]:
    """A request and the file that it brought."""
    return [http(talk, request), fileinfo(talk, file, app_proto="http", http=_http(request))]


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail on its way in."""

    sender: str
    recipient: str
    helo: str
    attachments: tuple[str, ...] = ()


def smtp(talk: Talk, mail: Mail) -> Event:
    return event(talk, "smtp", 0.3, app_proto="smtp", tx_id=0, **_smtp(mail))


def _smtp(mail: Mail) -> Event:
    envelope = {
        "helo": mail.helo,
        "mail_from": f"<{mail.sender}>",
        "rcpt_to": [f"<{mail.recipient}>"],
    }
    email = {
        "status": "PARSE_DONE",
        "from": mail.sender,
        "to": [mail.recipient],
        "attachment": list(mail.attachments),
    }
    return {"smtp": envelope, "email": email}


def attachment(talk: Talk, mail: Mail, file: File) -> list[Event]:
    """A mail and what was attached to it."""
    return [smtp(talk, mail), fileinfo(talk, file, app_proto="smtp", **_smtp(mail))]


@dataclass(frozen=True, slots=True)
class Signature:
    """A rule of the sensor; ``severity`` 1 is the worst."""

    sid: int
    title: str
    category: str
    severity: int


def alert(talk: Talk, signature: Signature, app_proto: str = "failed", **parts: object) -> Event:
    found = {
        "action": "allowed",
        "gid": 1,
        "signature_id": signature.sid,
        "rev": 1,
        "signature": signature.title,
        "category": signature.category,
        "severity": signature.severity,
    }
    return event(talk, "alert", 0.2, alert=found, app_proto=app_proto, **parts)


def flow(talk: Talk, app_proto: str, seconds: float, sent: int, received: int) -> Event:
    """The end of a talk, with what went each way in bytes."""
    found = {
        "pkts_toserver": 2 + sent // 900,
        "pkts_toclient": 2 + received // 1_200,
        "bytes_toserver": sent,
        "bytes_toclient": received,
        "start": stamp(talk.at),
        "end": stamp(talk.at + timedelta(seconds=seconds)),
        "age": int(seconds),
        "state": "closed" if received else "new",
        "reason": "timeout",
        "alerted": False,
    }
    return event(talk, "flow", seconds + 1, app_proto=app_proto, flow=found)

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest
import zstandard
from django.utils import translation

from varde.monitoring.capture import events_of_capture, has_packets
from varde.monitoring.errors import CaptureFailed

PCAP_HEADER = bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000")
needs_suricata = pytest.mark.skipif(not shutil.which("suricata"), reason="no Suricata here")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.VARDE_HOME = tmp_path / "home"
    return tmp_path / "home"


def alerts_in(events: Path) -> Counter[str]:
    with events.open("rb") as packed:
        lines = zstandard.ZstdDecompressor().stream_reader(packed).read().splitlines()
    return Counter(
        event["alert"]["signature"].removeprefix("VARDE ")
        for event in map(orjson.loads, lines)
        if event["event_type"] == "alert"
    )


def test_without_suricata_the_fix_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CaptureFailed, match="apt install suricata"):
        events_of_capture("any.pcap")


def test_a_capture_without_packets_is_seen_as_such(tmp_path: Path) -> None:
    (tmp_path / "empty.pcap").write_bytes(PCAP_HEADER)
    (tmp_path / "one.pcap").write_bytes(PCAP_HEADER + bytes(16) + b"packet")
    section = bytes.fromhex("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000")
    interface = bytes.fromhex("01000000140000000100000000000000") + bytes.fromhex("14000000")
    packet = bytes.fromhex("0300000010000000") + bytes(4) + bytes.fromhex("10000000")
    (tmp_path / "empty.pcapng").write_bytes(section + interface)
    (tmp_path / "one.pcapng").write_bytes(section + interface + packet)

    assert not has_packets(tmp_path / "empty.pcap")
    assert has_packets(tmp_path / "one.pcap")
    assert not has_packets(tmp_path / "empty.pcapng")
    assert has_packets(tmp_path / "one.pcapng")


def test_what_is_no_capture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(b"no capture at all")

    with translation.override("en"), pytest.raises(CaptureFailed, match="not a packet capture"):
        has_packets(tmp_path / "text")


@pytest.mark.parametrize(
    ("capture", "signature"),
    [
        ("http-exploit__malcolm-test-artifacts__log4j-attack", "Log4Shell"),
        ("http-exploit__malcolm-test-artifacts__apache_exploit_success", "Path traversal"),
        ("brute-force__stratospherelinuxips__malicious-ssh-bruteforce", "Many SSH"),
        ("dns-tunnel__nfstream__dns-tunnel-iodine", "type NULL"),
        ("dns-tunnel__nfstream__dns_exfiltration", "long DNS"),
        ("scan__malcolm-test-artifacts__445_scan", "SMB"),
        ("health/health_labelled", "DICOM port"),
    ],
)
@pytest.mark.suricata
@needs_suricata
def test_our_signatures_see_what_they_were_written_for(
    capture: str, signature: str, shared_data: Path
) -> None:
    events = events_of_capture(str(shared_data / "pcap" / f"{capture}.pcap"))

    assert any(signature in title for title in alerts_in(events))


@pytest.mark.suricata
@needs_suricata
def test_a_clean_capture_raises_nothing(shared_data: Path) -> None:
    events = events_of_capture(str(shared_data / "pcap" / "clean__maltrail__clean_tcp.pcap"))

    assert not alerts_in(events)


@pytest.mark.suricata
@needs_suricata
def test_a_capture_is_analysed_once_and_anew_with_other_rules(
    shared_data: Path, home: Path
) -> None:
    capture = str(shared_data / "pcap" / "scan__maltrail__port_scan.pcap")
    first = events_of_capture(capture)
    written = first.stat().st_mtime_ns

    assert events_of_capture(capture) == first
    assert first.stat().st_mtime_ns == written

    (home / "rules").mkdir()
    (home / "rules" / "own.rules").write_text(
        'alert tcp any any -> any any (msg:"Own"; flags:S; classtype:discovery; sid:1; rev:1;)\n'
    )
    anew = events_of_capture(capture)
    assert anew != first
    assert alerts_in(anew)["Own"] > 0


@pytest.mark.suricata
@needs_suricata
def test_a_capture_without_packets_has_no_events(tmp_path: Path) -> None:
    (tmp_path / "empty.pcap").write_bytes(PCAP_HEADER)

    assert not alerts_in(events_of_capture(str(tmp_path / "empty.pcap")))

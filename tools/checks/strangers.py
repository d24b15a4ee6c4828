"""No address of others and no path of somebody's machine in what we wrote.

Varde works where the Internet does not: a page, test or default that names a host outside is a bug.
"""

import ipaddress
import re
from pathlib import Path

from tools.checks.files import own_text

HOST = re.compile(
    r"(?<![\w.])(?:https?|ftp|wss?)://(?:[^/@\s\"'<>]*@)?(\[[0-9a-fA-F:.]+\]|[\w.-]+)"
)
MACHINE = re.compile(r"(?<![\w.~/-])/(?:home|root|work|Users)/[\w.]")
# Names that RFC 2606 and RFC 6761 reserve, so that they are nobody's.
RESERVED = (".example", ".test", ".invalid", ".localhost", ".example.com", ".example.org")
# Standards that our comments refer to.
REFERENCES = {
    "www.first.org",
    "first.org",
    "www.w3.org",
    "www.rfc-editor.org",
    "keepachangelog.com",
}
TESTS = "tests"


def check(root: Path) -> list[str]:
    complaints = []
    for path, text in own_text(root):
        name = path.relative_to(root)
        for number, line in enumerate(text.splitlines(), 1):
            if MACHINE.search(line):
                complaints.append(f"{name}:{number}: a path of somebody's machine")
            complaints += [
                f"{name}:{number}: the host {host}"
                for host in HOST.findall(line)
                if name.parts[0] != TESTS and not harmless(host)
            ]
    return complaints


def harmless(host: str) -> bool:
    """Whether ``host`` is reserved, local, a documentation address, or a standard's home."""
    name = host.strip("[]").rstrip(".").lower()
    if name in REFERENCES or "." not in f"{name}".strip(":") or f".{name}".endswith(RESERVED):
        return True
    try:
        return not ipaddress.ip_address(name).is_global
    except ValueError:
        return False

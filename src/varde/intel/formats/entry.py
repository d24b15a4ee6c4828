"""What every format yields: one value with what its file says about it."""

from datetime import datetime
from typing import NamedTuple

from varde.base.marking import PAP, TLP
from varde.intel.enums import IndicatorType


class Entry(NamedTuple):
    """A value as it stood at ``line`` (of the file, or the number of the attribute in it).

    ``type`` None: to be guessed. ``tlp`` and ``pap`` None: the file does not say. ``reason``: why
    the format itself refuses it, so that it is counted and named as every other refusal.
    """

    line: int
    value: str
    type: IndicatorType | None = None
    context: str = ""
    reference: str = ""
    tlp: TLP | None = None
    pap: PAP | None = None
    confidence: int | None = None
    expires_at: datetime | None = None
    reason: str = ""

"""TLP 2.0 and PAP: how far information may travel, and what may be done with it.

TLP as FIRST defines it (https://www.first.org/tlp/, version 2.0); PAP as the MISP taxonomy does.
Both are ordered from open to closed, so ``max(labels)`` is the label of a whole made of parts.
"""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class TLP(models.TextChoices):
    """Traffic Light Protocol 2.0, from open to closed."""

    CLEAR = "clear", "TLP:CLEAR"
    GREEN = "green", "TLP:GREEN"
    AMBER = "amber", "TLP:AMBER"
    AMBER_STRICT = "amber+strict", "TLP:AMBER+STRICT"
    RED = "red", "TLP:RED"

    @property
    def rank(self) -> int:
        return list(type(self)).index(self)

    # All four: a str has its own, by the alphabet, and so ``total_ordering`` would add none.
    def __lt__(self, other: str) -> bool:
        return self.rank < TLP(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= TLP(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > TLP(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= TLP(other).rank

    @classmethod
    def parse(cls, text: str) -> Self:
        """The label that ``text`` names: ``TLP:AMBER``, ``tlp:amber``, ``amber``; WHITE is CLEAR.

        Raises ``ValueError`` where ``text`` is no label.
        """
        name = text.strip().lower().removeprefix("tlp:").strip()
        return cls("clear" if name == "white" else name)


class PAP(models.TextChoices):
    """Permissible Actions Protocol, from open to closed."""

    CLEAR = "clear", "PAP:CLEAR"
    GREEN = "green", "PAP:GREEN"
    AMBER = "amber", "PAP:AMBER"
    RED = "red", "PAP:RED"

    @property
    def rank(self) -> int:
        return list(type(self)).index(self)

    # All four: a str has its own, by the alphabet, and so ``total_ordering`` would add none.
    def __lt__(self, other: str) -> bool:
        return self.rank < PAP(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= PAP(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > PAP(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= PAP(other).rank

    @classmethod
    def parse(cls, text: str) -> Self:
        """The label that ``text`` names: ``PAP:AMBER``, ``amber``; WHITE is CLEAR."""
        name = text.strip().lower().removeprefix("pap:").strip()
        return cls("clear" if name == "white" else name)


class Audience(models.TextChoices):
    """Who asks, from the widest circle to the narrowest."""

    PUBLIC = "public", _("Everybody")
    COMMUNITY = "community", _("The sector and its partners")
    CLIENTS = "clients", _("An organisation and those it serves")
    ORGANISATION = "organisation", _("One organisation")
    RECIPIENT = "recipient", _("Named people")


_WIDEST: dict[TLP, Audience] = {
    TLP.CLEAR: Audience.PUBLIC,
    TLP.GREEN: Audience.COMMUNITY,
    TLP.AMBER: Audience.CLIENTS,
    TLP.AMBER_STRICT: Audience.ORGANISATION,
    TLP.RED: Audience.RECIPIENT,
}


def may_have(audience: Audience | None, tlp: TLP) -> bool:
    """Whether ``audience`` is narrow enough for information marked ``tlp``; no audience: nobody."""
    if audience is None:
        return False
    circles = list(Audience)
    return circles.index(audience) >= circles.index(_WIDEST[tlp])


def strictest(labels: Iterable[TLP], *, default: TLP) -> TLP:
    """The label of a whole made of parts marked ``labels``; ``default`` where there are none."""
    return max(labels, default=default)

"""Who logs in to the demonstration."""

from dataclasses import dataclass

from varde.accounts.enums import Language, Role


@dataclass(frozen=True, slots=True)
class Person:
    """``handle`` is the member that they answer for; empty at the centre."""

    email: str
    name: str
    role: Role
    shows: str
    language: Language = Language.BOKMAL
    handle: str = ""


PEOPLE = (
    Person(
        "ada@senter.example",
        "Ada Analytiker",
        Role.ANALYST,
        "analyst: the queue of alerts, a case that unfolds",
    ),
    Person(
        "liv@senter.example",
        "Liv Leder",
        Role.LEAD,
        "lead: the same, and what to suppress",
    ),
    Person(
        "sikkerhet@solvik-sykehus.example",
        "Solveig Kontakt",
        Role.MEMBER,
        "member contact at a hospital: its own notices, not answered yet",
        handle="solvik-sykehus",
    ),
    Person(
        "lea@senter.example",
        "Lea Direktør",
        Role.LEADERSHIP,
        "leadership: the figures",
    ),
)

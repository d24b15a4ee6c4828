"""The door to every change of the register: one function per verb."""

from varde.constituency.actions.contact import (
    add_contact,
    end_contact,
    link_contact_user,
    update_contact,
)
from varde.constituency.actions.member_import import (
    Change,
    MemberImport,
    Refusal,
    import_members,
)
from varde.constituency.actions.organisation import (
    end_organisation,
    register_organisation,
    update_organisation,
)
from varde.constituency.actions.ownership import (
    end_as_number,
    end_domain,
    end_network,
    give_as_number,
    give_domain,
    give_network,
    transfer_network,
)

__all__ = [
    "Change",
    "MemberImport",
    "Refusal",
    "add_contact",
    "end_as_number",
    "end_contact",
    "end_domain",
    "end_network",
    "end_organisation",
    "give_as_number",
    "give_domain",
    "give_network",
    "import_members",
    "link_contact_user",
    "register_organisation",
    "transfer_network",
    "update_contact",
    "update_organisation",
]

"""The reasons for which values and files are not taken, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# A code may be followed by a colon and what it is about: "public_resolver:8.8.8.8".
REASONS = {
    # no indicator
    "ambiguous_address": gettext_lazy("Programs read this form of address differently."),
    "bad_address": gettext_lazy("This is not an IP address."),
    "bad_email": gettext_lazy("This is not an e-mail address."),
    "bad_idna": gettext_lazy("No domain name may hold these characters."),
    "bad_ja4": gettext_lazy("This is not a JA4 fingerprint."),
    "bad_label": gettext_lazy("This is not a domain name."),
    "bad_port": gettext_lazy("A port is a number from 1 to 65535."),
    "bad_prefix": gettext_lazy("The length of the network's prefix is wrong."),
    "bad_scheme": gettext_lazy("URLs of this kind cannot be looked for."),
    "bad_url": gettext_lazy("The host of the URL is unclear."),
    "control_character": gettext_lazy("It holds control characters or line ends."),
    "empty": gettext_lazy("There is nothing in it."),
    "hash_length": gettext_lazy("No hash has this length."),
    "label_too_long": gettext_lazy("A part of the name is longer than 63 characters."),
    "name_too_long": gettext_lazy("The name is longer than 253 characters."),
    "not_hexadecimal": gettext_lazy("A fingerprint is made of hexadecimal digits."),
    "path_without_host": gettext_lazy("It is a path without a host."),
    "single_label": gettext_lazy("The name has one part only: it would hit a whole top domain."),
    "too_long": gettext_lazy("It is longer than an indicator may be."),
    "whitespace": gettext_lazy("There is white space in it."),
    "zone_id": gettext_lazy("The address is valid on one machine only."),
    # never to be matched
    "empty_file": gettext_lazy("It is the hash of an empty file."),
    "link_local_address": gettext_lazy("The address is valid on one network link only."),
    "listed": gettext_lazy("It is on a list of what must never be matched."),
    "loopback_address": gettext_lazy("The address means the machine itself."),
    "multicast_address": gettext_lazy("The address is a multicast address."),
    "private_address": gettext_lazy("The address is a private one."),
    "public_resolver": gettext_lazy("It is a public DNS resolver."),
    "public_suffix": gettext_lazy("Strangers share this suffix."),
    "reserved_address": gettext_lazy("The address is reserved."),
    "root_server": gettext_lazy("It is a root name server."),
    "shared_address": gettext_lazy("The address is shared by the customers of a provider."),
    "too_wide": gettext_lazy("The network is wider than an indicator may be."),
    "unspecified_address": gettext_lazy("The address means no machine."),
    # entries of files
    "bad_quotes": gettext_lazy("The quotation marks do not match."),
    "bad_record": gettext_lazy("The record is not complete."),
    "bad_utf8": gettext_lazy("The line is not UTF-8."),
    "deleted": gettext_lazy("It was deleted at the source."),
    "missing_file": gettext_lazy("The file of the event is missing."),
    "not_for_detection": gettext_lazy("The source does not mean it for detection."),
    "other_type": gettext_lazy("Things of this type cannot be looked for."),
    "too_many_columns": gettext_lazy("The line has too many columns."),
    # files
    "damaged": gettext_lazy("The compressed file is damaged."),
    "fragment": gettext_lazy("This is a fragment, not a complete MISP event."),
    "html": gettext_lazy("This is a web page, not a list."),
    "no_manifest": gettext_lazy("There is no manifest.json in the folder."),
    "no_value_column": gettext_lazy("No column holds a value."),
    "not_json": gettext_lazy("This is not JSON."),
    "not_misp": gettext_lazy("There is no MISP event in the file."),
    "not_utf8": gettext_lazy("The file is not UTF-8."),
    "too_big": gettext_lazy("The file is too big."),
}


def reason_text(reason: str) -> str:
    """A reason as a sentence with what it is about: It is a public DNS resolver (8.8.8.8)."""
    code, _colon, detail = reason.partition(":")
    text = str(REASONS.get(code, code))
    if not detail:
        return text
    return _("%(reason)s (%(detail)s).") % {"reason": text.removesuffix("."), "detail": detail}

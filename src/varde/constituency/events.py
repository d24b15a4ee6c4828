"""What constituency announces: ids only, after the transaction."""

from django.dispatch import Signal

organisation_registered = Signal()  # organisation_id
organisation_ended = Signal()  # organisation_id
ownership_changed = Signal()  # revision

"""What this floor announces; each carries ids only."""

from django.dispatch import Signal

notification_queued = Signal()  # notification_id
delivery_sent = Signal()  # delivery_id, about
delivery_failed = Signal()  # delivery_id, about: nobody at that address was told

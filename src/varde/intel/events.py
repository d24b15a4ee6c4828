"""What intel announces: signals that carry ids only, sent after commit."""

from django.dispatch import Signal

indicators_changed = Signal()  # import_id

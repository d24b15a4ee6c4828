from tests.incidents.conftest import batch, make_alert, municipality

__all__ = ["batch", "make_alert", "municipality"]

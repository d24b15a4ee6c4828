from tests.incidents.conftest import batch, make_alert, municipality, three

__all__ = ["batch", "make_alert", "municipality", "three"]

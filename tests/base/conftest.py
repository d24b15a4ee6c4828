from tests.base.notes import notes

__all__ = ["notes"]

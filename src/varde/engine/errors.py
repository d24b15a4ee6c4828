"""The error tree of the engine, on one screen."""


class EngineError(Exception):
    """Something the engine was asked to do cannot be done."""


class UnreadableInputError(EngineError):
    """The bytes are not in the format the parser was told to expect."""


class TruncatedInputError(UnreadableInputError):
    """A compressed stream ended, or broke, before its end; what came before it was delivered."""


class DamagedSegmentError(EngineError):
    """A raw segment no longer holds the bytes its name promises."""


class LakeConflictError(EngineError):
    """Another writer changed the lake in a way this write cannot follow."""

"""The error tree of the engine, on one screen."""


class EngineError(Exception):
    """Something the engine was asked to do cannot be done."""


class UnreadableInputError(EngineError):
    """The bytes are not in the format the parser was told to expect."""


class LakeConflictError(EngineError):
    """Another writer changed the lake in a way this write cannot follow."""

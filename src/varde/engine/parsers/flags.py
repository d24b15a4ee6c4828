"""What was wrong with each event of a part, collected while its columns are made."""

from dataclasses import dataclass, field

import pyarrow as pa


@dataclass(slots=True)
class Flags:
    """The flags that repair gave the events (list of texts, or null), and those added since."""

    first: pa.Array
    added: list[tuple[list[int], str]] = field(default_factory=list)

    def add(self, rows: list[int], flag: str) -> None:
        """Give ``flag`` to the events in ``rows``."""
        if rows:
            self.added.append((rows, flag))

    def column(self) -> pa.Array:
        if not self.added:
            return self.first
        flags = self.first.to_pylist()
        for rows, flag in self.added:
            for row in rows:
                flags[row] = [*(flags[row] or []), flag]
        return pa.array(flags, self.first.type)

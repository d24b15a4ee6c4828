"""What an event is hangs together."""

import pyarrow as pa

from varde.engine.schema import (
    ALWAYS,
    COLUMNS,
    FINDINGS,
    LATER,
    OBSERVABLES,
    SCHEMA,
    SURICATA_TABLES,
    TABLES,
    UNKNOWN,
    ZEEK_TABLES,
)


def test_every_column_has_one_name_and_a_meaning() -> None:
    assert len(set(SCHEMA.names)) == len(SCHEMA.names) == len(COLUMNS)
    assert all(column.meaning for column in COLUMNS)
    assert set(SCHEMA.names) >= LATER
    assert not LATER & set(ALWAYS)


def test_observables_stand_in_columns_of_texts() -> None:
    for observable in OBSERVABLES:
        kind = SCHEMA.field(observable.column).type
        assert kind in (pa.string(), pa.list_(pa.string())), observable


def test_tables_are_fit_for_folder_names() -> None:
    assert UNKNOWN in TABLES
    assert set(ZEEK_TABLES.values()) | SURICATA_TABLES < TABLES
    assert all(table.replace("_", "").isalnum() for table in TABLES)


def test_delta_can_keep_every_type() -> None:
    for field in [*SCHEMA, *FINDINGS]:
        assert not pa.types.is_unsigned_integer(field.type)

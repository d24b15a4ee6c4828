"""The database itself refuses to change the audit chain, whoever asks."""

from django.db import migrations

# Each rule: name, table, what is refused, and the condition under which it is.
RULES = [
    ("audit_entry_no_update", "base_auditentry", "UPDATE", ""),
    ("audit_entry_no_delete", "base_auditentry", "DELETE", ""),
    ("audit_detail_no_update", "base_auditdetail", "UPDATE", ""),
    (
        # A detail may go once the chain tells of its erasure.
        "audit_detail_no_delete",
        "base_auditdetail",
        "DELETE",
        "NOT EXISTS (SELECT 1 FROM base_auditentry WHERE action = 'audit.erase'"
        " AND subject = 'base.auditentry:' || OLD.entry_id)",
    ),
    (
        "audit_head_only_forward",
        "base_audithead",
        "UPDATE",
        "NEW.sequence <> OLD.sequence + 1 OR NEW.id <> OLD.id",
    ),
    ("audit_head_no_delete", "base_audithead", "DELETE", ""),
]
TABLES = ["base_auditentry", "base_auditdetail", "base_audithead"]


def protect(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name, table, event, condition in RULES:
            when = f"WHEN {condition} " if condition else ""
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {when}"
                f"BEGIN SELECT RAISE(ABORT, 'append-only: {name}'); END"
            )
        return
    schema_editor.execute(
        "CREATE FUNCTION base_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'append-only: %', TG_NAME; END $$",
        params=None,
    )
    for name, table, event, condition in RULES:
        # PostgreSQL allows no subquery in WHEN, so that rule has a function of its own.
        if "SELECT" in condition:
            schema_editor.execute(
                f"CREATE FUNCTION base_{name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN IF {condition} THEN RAISE EXCEPTION 'append-only: %', TG_NAME; "
                "END IF; RETURN OLD; END $$",
                params=None,
            )
            when, function = "", f"base_{name}"
        else:
            when = f"WHEN ({condition}) " if condition else ""
            function = "base_append_only"
        schema_editor.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {when}"
            f"EXECUTE FUNCTION {function}()"
        )
    for table in TABLES:
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "EXECUTE FUNCTION base_append_only()"
        )


def release(apps, schema_editor):
    for name, table, _event, _condition in RULES:
        on = "" if schema_editor.connection.vendor == "sqlite" else f" ON {table}"
        schema_editor.execute(f"DROP TRIGGER {name}{on}")
    if schema_editor.connection.vendor == "sqlite":
        return
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
    for name in ("base_append_only", "base_audit_detail_no_delete"):
        schema_editor.execute(f"DROP FUNCTION {name}()")


def begin(apps, schema_editor):
    apps.get_model("base", "AuditHead").objects.get_or_create(id=1)


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]

    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
        migrations.RunPython(protect, release),
    ]

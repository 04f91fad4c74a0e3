"""What participants are for work moves to the work profiles of the directory, with its history.

The history of the participant comes before the line that the profile itself writes of its beginning.
Undone, it is copied back; the profiles stay, and what changed in them meanwhile is in their own history alone.
"""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

NAMES = "sex, level, jobs, weekly_hours, available_from, available_until, mode, minutes"


def of(table: str) -> str:
    """The columns of a table."""
    return ", ".join(f"{table}.{name}" for name in NAMES.split(", "))


PROFILES = f"""
INSERT INTO directory_profile (id, created_at, updated_at, person_id, {NAMES})
SELECT id, created_at, updated_at, person_id, {NAMES} FROM clauses_participant
ON CONFLICT (person_id) DO UPDATE SET ({NAMES}, updated_at) = ({of("excluded")}, excluded.updated_at)
"""  # noqa: S608  only our own constants
# The lines of the history on which one of the columns changed, but for those that a profile has already. A profile
# that is not there yet will have the key of its participant.
HISTORY = f"""
INSERT INTO directory_profileevent
    (pgh_created_at, pgh_label, pgh_context, pgh_obj_id, id, created_at, person_id, {NAMES})
SELECT one.pgh_created_at, one.pgh_label, one.pgh_context, one.profile_id, one.profile_id, one.created_at,
    one.person_id, {of("one")}
FROM (
    SELECT event.*, COALESCE(profile.id, participant.id) AS profile_id,
        jsonb_build_array({of("event")}) IS DISTINCT FROM
            LAG(jsonb_build_array({of("event")}))
            OVER (PARTITION BY event.pgh_obj_id ORDER BY event.pgh_id) AS changed
    FROM clauses_participantevent event
    JOIN clauses_participant participant ON participant.id = event.pgh_obj_id
    LEFT JOIN directory_profile profile ON profile.person_id = participant.person_id
) one
WHERE one.changed AND one.pgh_created_at > COALESCE(
    (SELECT MAX(known.pgh_created_at) FROM directory_profileevent known WHERE known.pgh_obj_id = one.profile_id),
    '-infinity'
)
ORDER BY one.pgh_id
"""  # noqa: S608  only our own constants
FORWARDS = [
    "SET CONSTRAINTS ALL IMMEDIATE",
    HISTORY,
    PROFILES,
]
BACKWARDS = [
    f"""
    UPDATE clauses_participant SET ({NAMES}) = ({of("known")})
    FROM directory_profile known WHERE known.person_id = clauses_participant.person_id
    """,  # noqa: S608  only our own constants
    f"""
    UPDATE clauses_participantevent SET ({NAMES}) = ({of("known")})
    FROM clauses_participantevent event CROSS JOIN LATERAL (
        SELECT {NAMES} FROM directory_profileevent one
        WHERE one.person_id = event.person_id AND one.pgh_created_at <= event.pgh_created_at
        ORDER BY one.pgh_created_at DESC, one.pgh_id DESC LIMIT 1
    ) known
    WHERE clauses_participantevent.pgh_id = event.pgh_id
    """,  # noqa: S608  only our own constants
]


class Migration(migrations.Migration):
    dependencies = [
        ("clauses", "0003_standings"),
        ("directory", "0002_profiles"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="participant",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="participant",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="participant",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="participantevent",
            name="append_only",
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
        migrations.RemoveConstraint(
            model_name="participant",
            name="clauses_participant_sex_known",
        ),
        migrations.RemoveConstraint(
            model_name="participant",
            name="clauses_participant_level_known",
        ),
        migrations.RemoveConstraint(
            model_name="participant",
            name="clauses_participant_mode_known",
        ),
        migrations.RemoveConstraint(
            model_name="participant",
            name="clauses_participant_week_fits",
        ),
        migrations.RemoveConstraint(
            model_name="participant",
            name="clauses_participant_available_in_order",
        ),
        migrations.RemoveField(
            model_name="participant",
            name="available_from",
        ),
        migrations.RemoveField(
            model_name="participant",
            name="available_until",
        ),
        migrations.RemoveField(
            model_name="participant",
            name="jobs",
        ),
        migrations.RemoveField(
            model_name="participant",
            name="level",
        ),
        migrations.RemoveField(
            model_name="participant",
            name="minutes",
        ),
        migrations.RemoveField(
            model_name="participant",
            name="mode",
        ),
        migrations.RemoveField(
            model_name="participant",
            name="sex",
        ),
        migrations.RemoveField(
            model_name="participant",
            name="weekly_hours",
        ),
        migrations.RemoveField(
            model_name="participantevent",
            name="available_from",
        ),
        migrations.RemoveField(
            model_name="participantevent",
            name="available_until",
        ),
        migrations.RemoveField(
            model_name="participantevent",
            name="jobs",
        ),
        migrations.RemoveField(
            model_name="participantevent",
            name="level",
        ),
        migrations.RemoveField(
            model_name="participantevent",
            name="minutes",
        ),
        migrations.RemoveField(
            model_name="participantevent",
            name="mode",
        ),
        migrations.RemoveField(
            model_name="participantevent",
            name="sex",
        ),
        migrations.RemoveField(
            model_name="participantevent",
            name="weekly_hours",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="participant",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clauses_participantevent" ("created_at", "id", "looking", "note", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "prescriber_id") VALUES (NEW."created_at", NEW."id", NEW."looking", NEW."note", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."prescriber_id"); RETURN NULL;',
                    hash="201ad42bab1d23b8ee16488cb54d8214bd2caee7",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_a6d39",
                    table="clauses_participant",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="participant",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."looking" IS DISTINCT FROM (NEW."looking") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."prescriber_id" IS DISTINCT FROM (NEW."prescriber_id"))',
                    func='INSERT INTO "clauses_participantevent" ("created_at", "id", "looking", "note", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "prescriber_id") VALUES (NEW."created_at", NEW."id", NEW."looking", NEW."note", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."prescriber_id"); RETURN NULL;',
                    hash="67e7cbd79d423838a7b04056003be9125c5516b0",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_45aaf",
                    table="clauses_participant",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="participant",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clauses_participantevent" ("created_at", "id", "looking", "note", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "prescriber_id") VALUES (OLD."created_at", OLD."id", OLD."looking", OLD."note", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."prescriber_id"); RETURN NULL;',
                    hash="de0fdb096689e9227c6d61766282835a196d483f",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_061f2",
                    table="clauses_participant",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="participantevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF TG_OP = 'DELETE' AND OLD.\"pgh_created_at\" < NOW() - INTERVAL '10 years' THEN\n                    RETURN OLD;\n                END IF;\n                \n        IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - ARRAY['note']::text[] = to_jsonb(OLD) - ARRAY['note']::text[] AND COALESCE(NEW.\"note\"::text, '') IN ('', COALESCE(OLD.\"note\"::text, '')) THEN\n            RETURN NEW;\n        END IF;\n    \n                RAISE EXCEPTION '% is append-only: its rows are neither changed nor deleted', TG_TABLE_NAME;\n            ",
                    hash="716966fde99a5d2e2bc37e9726e306ab39a688b7",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_813c6",
                    table="clauses_participantevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]

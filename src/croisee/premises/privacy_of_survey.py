"""What is done with what was seen on the field: who saw it, notes, photos."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from croisee.foundation.audit import services as audit
from croisee.foundation.registry import PersonalData, Retention, impersonal, personal_data
from croisee.premises.models import Picture, Sighting, SightingPhoto, SightingState

DAYS_KEPT = 366


def declare() -> None:
    """Announce purpose, retention, export and erasure."""
    impersonal(SightingPhoto)
    personal_data.register(
        Sighting,
        PersonalData(
            purpose=_("Know who saw premises on the field, to ask what the photo does not show."),
            retention=Retention(
                _("A year after it was dismissed, or became a unit."),
                lambda day: Sighting.objects.exclude(state=SightingState.RECEIVED).filter(
                    updated_at__date__lt=day - dt.timedelta(days=DAYS_KEPT)
                ),
            ),
            concerns=lambda account: Sighting.objects.filter(seen_by=account),
            erase=_deleted,
            export=lambda row: {
                "seen_at": row.seen_at,
                "kind": row.get_kind_display(),
                "address": row.address,
                "note": row.note,
            },
        ),
    )


def _deleted(rows: Any) -> int:
    """Those that were looked at go; those that wait stay, without who saw them and what was noted."""
    keys = [row.pk for row in rows]
    Sighting.objects.filter(pk__in=keys).exclude(state=SightingState.RECEIVED).delete()
    Sighting.objects.filter(pk__in=keys).update(seen_by=None, note="")
    audit.redact(Sighting, keys)
    return len(keys)


@receiver(post_delete, sender=SightingPhoto)
@receiver(post_delete, sender=Picture)
def remove_file(instance: Any, **_kwargs: Any) -> None:
    """A photo goes from the disk with its row."""
    storage, name = instance.file.storage, str(instance.file.name)
    transaction.on_commit(lambda: storage.delete(name))

"""De minimis aid that a company declares, or that a manager writes down for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation.accounts.models import Organisation
from croisee.incubation.models import Aid

FIELDS = ("granted_on", "amount", "granted_by", "label")


@transaction.atomic
def declare(organisation: Organisation, values: Mapping[str, Any]) -> Aid:
    """Write down an aid that a company declares to have had from somebody. Raises ValidationError by field."""
    if values["granted_on"] > timezone.localdate():
        raise ValidationError({"granted_on": _("Declare an aid once it is granted.")})
    made = Aid(
        organisation=organisation, declared=True, **{name: values[name] for name in FIELDS if name in values}
    )
    made.full_clean()
    if made.amount <= 0:
        raise ValidationError({"amount": _("Write the amount of the aid, in euros.")})
    made.save()
    return made


@transaction.atomic
def remove(aid: Aid) -> None:
    """Take back an aid that was declared by mistake. Raises ValidationError for one that an agreement granted."""
    row = Aid.objects.select_for_update(of=("self",)).get(pk=aid.pk)
    if not row.declared or row.agreement_id is not None:
        raise ValidationError(_("An aid that was granted here stays: it is in the agreement."))
    row.delete()

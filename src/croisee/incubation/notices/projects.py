"""The e-mails about first contacts: somebody wrote, it is acknowledged, it is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import NoLongerNeeded, Notice, register
from croisee.foundation.notices.services import Address, send, send_to
from croisee.incubation.queries.projects import managers_of

if TYPE_CHECKING:
    from croisee.incubation.models import Enquiry

CATEGORY = _("Business projects")


def _answered(context: dict[str, Any]) -> dict[str, Any]:
    """The answer as it is when the e-mail leaves. NoLongerNeeded when the contact is erased by then."""
    from croisee.incubation.models import Enquiry

    row = Enquiry.objects.filter(pk=UUID(context["enquiry"])).select_related("incubator").first()
    if row is None or not row.answer:
        raise NoLongerNeeded
    return {**context, "answer": row.answer, "phone": row.incubator.phone, "email": row.incubator.email}


RECEIVED = register(
    Notice(
        "incubation.enquiry_received",
        _("A first contact is acknowledged"),
        CATEGORY,
        can_be_disabled=False,
        roles=(Role.PROJECT_HOLDER,),
    )
)
ANSWERED = register(
    Notice(
        "incubation.enquiry_answered",
        _("A first contact is answered"),
        CATEGORY,
        can_be_disabled=False,
        completed=_answered,
        roles=(Role.PROJECT_HOLDER,),
    )
)
NEW = register(
    Notice(
        "incubation.enquiry_new",
        _("Somebody writes to the incubator about an idea"),
        CATEGORY,
        roles=(Role.INCUBATOR_MANAGER,),
    )
)


def _to(enquiry: Enquiry) -> list[Address]:
    return [Address(enquiry.email, settings.LANGUAGE_CODE)] if enquiry.email else []


def tell_received(enquiry: Enquiry) -> None:
    """Acknowledge a first contact, once a day to an address: nothing that was written is in it."""
    key = f"{enquiry.incubator_id}:{timezone.localdate():%Y-%m-%d}"
    context = {"incubator": enquiry.incubator.name, "path": enquiry.incubator.get_absolute_url()}
    send_to(RECEIVED, _to(enquiry), key=key, context=context)


def tell_managers(enquiry: Enquiry) -> None:
    """Tell the managers of the incubator that somebody waits for an answer."""
    context = {
        "incubator": enquiry.incubator.name,
        "origin": str(enquiry.get_origin_display()),
        "path": reverse("incubation:enquiry", args=[enquiry.pk]),
    }
    send(NEW, managers_of(enquiry.incubator), key=str(enquiry.pk), context=context)


def tell_answer(enquiry: Enquiry) -> None:
    """Write the answer to the person, where there is an address."""
    context = {"enquiry": str(enquiry.pk), "incubator": enquiry.incubator.name}
    key = f"{enquiry.pk}:{timezone.now().isoformat(timespec='seconds')}"
    send_to(ANSWERED, _to(enquiry), key=key, context=context)

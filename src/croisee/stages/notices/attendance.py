"""The e-mails about presence and reviews; the words of the attestation that its verification shows."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import Notice, register

ABSENT = register(
    Notice(
        "stages.absent",
        _("A pupil of my school is absent from an internship"),
        _("Internships"),
        roles=(Role.SCHOOL_HEAD, Role.SCHOOL_STAFF),
    )
)
REVIEW = register(
    Notice(
        "stages.review_due",
        _("An internship is over: my review"),
        _("Internships"),
        roles=(Role.FAMILY, Role.EMPLOYER),
    )
)

ATTESTATION_LABEL = _("Attestation of internship")
HOST_LABEL = _("Host")
PERIOD_LABEL = _("Dates")
DAYS_LABEL = _("Presence")

"""Fields and validators of the models of accounts."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from croisee.foundation import identifiers


class LowerEmailField(models.EmailField):  # type: ignore[type-arg]  # not generic at run time
    """An e-mail address, compared and kept in lower case and without outer spaces."""

    def to_python(self, value: Any) -> Any:
        """The address as it is kept."""
        return value.strip().lower() if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        """The address as it is kept, and as it is looked for."""
        return self.to_python(super().get_prep_value(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Bring the instance to the kept form as well."""
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


def validate_siret(value: str) -> None:
    """Refuse, in words, what is no SIRET number."""
    try:
        identifiers.siret(value)
    except identifiers.InvalidIdentifier as refusal:
        if refusal.reason == "shape":
            raise ValidationError(_("A SIRET number has 14 digits.")) from refusal
        raise ValidationError(
            _("This SIRET number does not exist: a digit is probably mistyped (its check digit is wrong).")
        ) from refusal


def validate_uai(value: str) -> None:
    """Refuse, in words, what is no UAI number."""
    try:
        identifiers.uai(value)
    except identifiers.InvalidIdentifier as refusal:
        if refusal.reason == "shape":
            raise ValidationError(_("A UAI number has 7 digits and a letter.")) from refusal
        raise ValidationError(
            _("This UAI number does not exist: a digit or its letter is probably mistyped.")
        ) from refusal

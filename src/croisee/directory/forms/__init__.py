"""What people fill in about classes, pupils, contacts and teams."""

from django import forms
from django.core.exceptions import ValidationError


def add_refusal(form: forms.BaseForm, refusal: ValidationError) -> None:
    """Put what a service refused beside the fields it is about; at the top what is about none of them."""
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal.messages)
        return
    for name, errors in refusal.message_dict.items():
        form.add_error(name if name in form.fields else None, errors)

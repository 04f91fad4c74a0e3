"""What people fill in about classes, pupils, contacts and teams."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy

HOME_SUGGESTS = {
    "data-suggest": reverse_lazy("territory:suggestions"),
    "data-found": gettext_lazy("addresses suggested"),
}
"""What a box for an address bears so that addresses are suggested."""

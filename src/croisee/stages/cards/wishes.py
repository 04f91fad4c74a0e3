"""What the home page of a family says of the internship."""

from django.urls import reverse
from django.utils.translation import gettext as _

from croisee.directory.models import Person
from croisee.foundation.accounts.models import Account
from croisee.foundation.registry import Card
from croisee.stages.next_steps import next_step
from croisee.stages.queries.wishes import situations


def internship(account: Account) -> Card | None:
    """What to do next for a child, or for oneself; nothing for who reads about nobody."""
    persons = Person.objects.visible_to(account).filter(contacts__account=account).distinct()
    steps = [(where, next_step(where)) for where in situations(persons)]
    if not steps:
        return None
    where, step = next((pair for pair in steps if pair[1].urgent), steps[0])
    title = _("Internship of %s") % where.person.given_name
    if len(steps) == 1:
        url = step.url or reverse("stages:my_internship", args=[where.person.pk])
        return Card(title, step.text, url, order=5)
    others = ", ".join(other.person.given_name for other, _step in steps if other is not where)
    text = _("%(step)s Also read: %(others)s.") % {"step": step.text, "others": others}
    return Card(title, text, reverse("stages:my_internships"), order=5)

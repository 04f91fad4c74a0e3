"""The territory: what it announces to the floors below."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TerritoryConfig(AppConfig):
    """Communes, zones, addresses, schools, establishments."""

    name = "croisee.territory"
    label = "territory"
    verbose_name = _("territory")

    def ready(self) -> None:
        """Declare that open data are about nobody, and the proof about an address with what may be shown of it."""
        from croisee.foundation.accounts.roles import Role
        from croisee.foundation.documents import kinds
        from croisee.foundation.registry import home_cards, impersonal
        from croisee.territory import cards

        home_cards.register(Role.ADMINISTRATOR, cards.data_sets)
        impersonal(*self.get_models())
        kinds.register(
            kinds.Kind(
                name="territory.address",
                label=_("Address and priority neighbourhood"),
                shareable={
                    "answer": _("Answer"),
                    "generation": _("Delimitation"),
                    "tested_on": _("Tested on"),
                },
            )
        )

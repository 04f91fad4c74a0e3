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
        from django.db.models.signals import post_delete, post_save

        from croisee.foundation.accounts.roles import Role
        from croisee.foundation.documents import kinds
        from croisee.foundation.registry import home_cards, impersonal
        from croisee.territory import cards
        from croisee.territory.models import StreetNetwork, TransitFeed
        from croisee.territory.reach import things

        home_cards.register(Role.ADMINISTRATOR, cards.data_sets)
        impersonal(*self.get_models())
        things.declare()
        for model in (TransitFeed, StreetNetwork):
            for signal in (post_save, post_delete):
                signal.connect(_look_again, sender=model)
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


def _look_again(**_signal: object) -> None:
    # Imported late: what compiles the engine's loops is no business of every command.
    from croisee.territory.travel.network import look_again

    look_again()

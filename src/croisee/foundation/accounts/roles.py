"""Who does what: the roles, where each is held, and which ones need a second factor to sign in."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a membership of an organisation lets its holder do."""

    ADMINISTRATOR = "administrator", _("administrator")
    CAMPAIGN_MANAGER = "campaign_manager", _("campaign manager")
    SCHOOL_HEAD = "school_head", _("head of school")
    SCHOOL_STAFF = "school_staff", _("teacher or school staff")
    OFFICIAL = "official", _("director or elected official")
    FACILITATEUR = "facilitateur", _("facilitateur of social clauses")
    BUYER = "buyer", _("public buyer")
    PROGRAMME_MANAGER = "programme_manager", _("manager of programmes (PLIE, Maison de l’emploi)")
    REFERENT = "referent", _("référent de parcours")
    TRAINING_CENTRE = "training_centre", _("training centre (CFA)")
    MENTOR = "mentor", _("mentor")
    INCUBATOR_MANAGER = "incubator_manager", _("manager of the neighbourhood incubator")
    EXPERT = "expert", _("expert who advises project holders")
    PROJECT_HOLDER = "project_holder", _("project holder")
    DEVELOPER = "developer", _("developer of land and premises")
    LANDLORD = "landlord", _("owner of premises (social landlord)")
    EMPLOYER = "employer", _("employer")
    FAMILY = "family", _("family")


class Kind(TextChoices):
    """What an organisation is."""

    METROPOLIS = "metropolis", _("metropolis")
    COMMUNE = "commune", _("commune")
    SCHOOL = "school", _("school")
    EMPLOYER = "employer", _("employer")
    ASSOCIATION = "association", _("association")
    OTHER = "other", _("other")


# Agents see other people's data: a password alone does not let them in.
AGENTS = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.CAMPAIGN_MANAGER,
        Role.SCHOOL_HEAD,
        Role.SCHOOL_STAFF,
        Role.OFFICIAL,
        Role.FACILITATEUR,
        Role.BUYER,
        Role.PROGRAMME_MANAGER,
        Role.REFERENT,
        Role.TRAINING_CENTRE,
        Role.INCUBATOR_MANAGER,
        Role.DEVELOPER,
    }
)

# A database trigger reads this table: change it together with a migration.
HELD_IN: dict[Role, frozenset[Kind]] = {
    Role.ADMINISTRATOR: frozenset({Kind.METROPOLIS}),
    Role.CAMPAIGN_MANAGER: frozenset({Kind.METROPOLIS}),
    Role.SCHOOL_HEAD: frozenset({Kind.SCHOOL}),
    Role.SCHOOL_STAFF: frozenset({Kind.SCHOOL}),
    Role.OFFICIAL: frozenset({Kind.METROPOLIS, Kind.COMMUNE}),
    Role.FACILITATEUR: frozenset({Kind.METROPOLIS, Kind.ASSOCIATION, Kind.OTHER}),
    Role.BUYER: frozenset({Kind.METROPOLIS, Kind.COMMUNE, Kind.OTHER}),
    Role.PROGRAMME_MANAGER: frozenset({Kind.METROPOLIS, Kind.COMMUNE, Kind.ASSOCIATION, Kind.OTHER}),
    Role.REFERENT: frozenset({Kind.METROPOLIS, Kind.COMMUNE, Kind.ASSOCIATION, Kind.OTHER}),
    Role.TRAINING_CENTRE: frozenset({Kind.SCHOOL, Kind.EMPLOYER, Kind.ASSOCIATION, Kind.OTHER}),
    Role.MENTOR: frozenset(Kind),
    Role.INCUBATOR_MANAGER: frozenset({Kind.METROPOLIS, Kind.COMMUNE, Kind.ASSOCIATION, Kind.OTHER}),
    Role.EXPERT: frozenset(Kind),
    Role.PROJECT_HOLDER: frozenset(Kind),
    Role.DEVELOPER: frozenset({Kind.METROPOLIS, Kind.COMMUNE, Kind.OTHER}),
    Role.LANDLORD: frozenset(Kind) - {Kind.SCHOOL},
    Role.EMPLOYER: frozenset(Kind),
    Role.FAMILY: frozenset(Kind),
}

# Whom one who administers a team may invite to it: never above one's own role.
MAY_INVITE: dict[Role, frozenset[Role]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            Role.ADMINISTRATOR,
            Role.CAMPAIGN_MANAGER,
            Role.OFFICIAL,
            Role.FACILITATEUR,
            Role.BUYER,
            Role.PROGRAMME_MANAGER,
            Role.REFERENT,
            Role.TRAINING_CENTRE,
            Role.MENTOR,
            Role.INCUBATOR_MANAGER,
            Role.EXPERT,
            Role.DEVELOPER,
            Role.LANDLORD,
            Role.EMPLOYER,
        }
    ),
    Role.CAMPAIGN_MANAGER: frozenset({Role.CAMPAIGN_MANAGER, Role.OFFICIAL}),
    Role.SCHOOL_HEAD: frozenset({Role.SCHOOL_HEAD, Role.SCHOOL_STAFF}),
    Role.SCHOOL_STAFF: frozenset({Role.SCHOOL_STAFF}),
    Role.OFFICIAL: frozenset({Role.OFFICIAL}),
    Role.FACILITATEUR: frozenset({Role.FACILITATEUR}),
    Role.BUYER: frozenset({Role.BUYER}),
    Role.PROGRAMME_MANAGER: frozenset(
        {Role.PROGRAMME_MANAGER, Role.REFERENT, Role.TRAINING_CENTRE, Role.MENTOR}
    ),
    Role.REFERENT: frozenset({Role.REFERENT}),
    Role.TRAINING_CENTRE: frozenset({Role.TRAINING_CENTRE}),
    Role.MENTOR: frozenset(),
    Role.INCUBATOR_MANAGER: frozenset({Role.INCUBATOR_MANAGER, Role.EXPERT}),
    Role.EXPERT: frozenset(),
    Role.PROJECT_HOLDER: frozenset(),
    Role.DEVELOPER: frozenset({Role.DEVELOPER}),
    Role.LANDLORD: frozenset({Role.LANDLORD}),
    Role.EMPLOYER: frozenset({Role.EMPLOYER}),
    Role.FAMILY: frozenset(),
}

# A database trigger reads this too: in these kinds, a team keeps one who administers it.
TEAMS_KEEP_ONE = frozenset({Kind.SCHOOL, Kind.EMPLOYER, Kind.ASSOCIATION})

"""What each figure of the report means, in one sentence; the same on screen, on paper and in the workbook."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

HEADLINES: Mapping[str, tuple[object, object]] = {
    "hours": (
        _("hours validated"),
        _("Hours of validated statements whose month is in the period, as they are counted for lots."),
    ),
    "people": (_("people"), _("People with at least one hour validated in the period, each counted once.")),
    "contracts": (
        _("contracts of work"),
        _("Contracts of work (hires, missions, trainings) with at least one hour validated in the period."),
    ),
    "by_person": (_("hours a person"), _("Hours validated in the period, divided by the number of people.")),
    "by_contract": (
        _("hours a contract of work"),
        _("Hours validated in the period, divided by the number of contracts of work."),
    ),
    "residents": (
        _("of the hours by residents of QPV"),
        _(
            "Hours of people who lived in a priority neighbourhood when they were hired, out of all hours; uncertain "
            "answers are not counted as residents."
        ),
    ),
    "public_contracts": (
        _("public contracts with hours"),
        _("Public contracts for which at least one hour was validated in the period."),
    ),
    "lots": (_("lots with hours"), _("Lots for which at least one hour was validated in the period.")),
    "buyers": (_("buyers with hours"), _("Buyers of these public contracts.")),
    "companies": (
        _("companies with hours"),
        _(
            "Holders, co-contractors and subcontractors for whose commitments hours were validated in the period."
        ),
    ),
    "due_lots": (
        _("lots with hours due"),
        _("Lots awarded, under way or closed, with a social clause, whose dates meet the period."),
    ),
    "holders": (_("holders"), _("Holders and co-contractors of the lots with hours due.")),
    "due": (
        _("hours due by these lots"),
        _("All the hours that their clauses ask for, over their whole life."),
    ),
    "due_in_period": (
        _("of which in the period"),
        _("The hours due by each lot, in proportion to the days of the lot that fall in the period."),
    ),
}

TABLES: Mapping[str, tuple[object, object]] = {
    "month": (
        _("Month by month"),
        _("Hours validated by the month in which they were worked; somebody may work in several months."),
    ),
    "residence": (
        _("By place of residence"),
        _("Whether the person lived in a priority neighbourhood when hired: the answer kept on that day."),
    ),
    "neighbourhood": (
        _("Residents, by neighbourhood"),
        _("The priority neighbourhood in which the person lived when hired."),
    ),
    "works": (
        _("By place of the works"),
        _("Whether the operation is in a priority neighbourhood: the answer kept for its address."),
    ),
    "works_neighbourhood": (
        _("Works in a QPV, by neighbourhood"),
        _("The priority neighbourhood in which the operation is."),
    ),
    "programme": (
        _("Residents of QPV, by programme"),
        _(
            "Share of the hours done by residents of priority neighbourhoods; the share asked for by the ANRU charter "
            "is kept apart from the hours due."
        ),
    ),
    "sex": (_("By sex"), _("As the civil status says.")),
    "age": (_("By age"), _("Age on the first day of the period.")),
    "level": (
        _("By level of training"),
        _("Highest level reached, in the national framework of qualifications."),
    ),
    "criterion": (
        _("By criterion of eligibility"),
        _("Criteria checked and in force at some time of the period; somebody may meet several."),
    ),
    "way": (
        _("By way of doing the hours"),
        _("How the company has the hours done under the contract of work."),
    ),
    "trade": (_("By trade"), _("The trade of the lot that the hours are counted for.")),
    "buyer": (_("By buyer"), _("The buyer of the operation that the hours are counted for.")),
    "at_end": (
        _("Situation at the end"),
        _("Contracts of work that ended in the period, by what the person did next."),
    ),
    "after": (
        _("Situation six months later"),
        _(
            "Contracts of work that had ended six months before a day of the period, by what the person did then."
        ),
    ),
}

AGES: Mapping[str, object] = {
    "young": _("under 26"),
    "middle": _("26 to 49"),
    "senior": _("50 and over"),
    "unknown": _("not known"),
}

"""What the script of the walk says, in the language of the page. Braces stand for what it puts in."""

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """Each sentence by the name that the script calls it."""
    return {
        "where": _("Take your position, or write an address or a landmark."),
        "kept": _("Kept on this telephone."),
        "full": _("This telephone has no room left: delete something on it, then keep again."),
        "enough": _("Six photos are kept of each place at most."),
        "noPlace": _("No position yet."),
        "looking": _("Looking for your position…"),
        "noPosition": _("The telephone gives no position: write an address or a landmark."),
        "place": _("Position taken, within {metres} m."),
        "photo": _("Photo {n}"),
        "photos": _("photos: {n}"),
        "remove": _("Remove the photo"),
        "byPosition": _("by its position"),
        "waiting": _("Waiting to be sent: {n}."),
        "sent": _("Sent: {n}."),
        "change": _("Change"),
        "throwAway": _("Delete"),
        "sure": _("Delete for good?"),
        "offline": _("No network: everything stays on this telephone, and is sent later."),
        "later": _(
            "The site does not answer as it should: everything stays on this telephone, and is sent later."
        ),
        "signIn": _("You are signed out: sign in again, and everything kept here is sent."),
    }

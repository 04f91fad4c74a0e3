"""What a notice is, and the list of those that apps declare."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from croisee.foundation.accounts.roles import Role

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from croisee.foundation.accounts.models import Account


class NoLongerNeeded(Exception):  # noqa: N818  reads as the sentence it is
    """Raised by `Notice.completed` when what the e-mail would ask has been done meanwhile: it is not sent."""


@dataclass(frozen=True)
class Attachment:
    """A file that goes with an e-mail."""

    name: str
    content: bytes
    kind: str


@dataclass(frozen=True)
class Notice:
    """A kind of e-mail.

    `name` is `app.what_happened`; `label` says when it is sent, `category` groups notices on the
    preferences page. Its texts are the templates `<app>/notices/<what_happened>.subject.txt` and `….txt`,
    rendered in the recipient's language with the context given to `send`, plus `account` and `site_url`. A
    notice that cannot be disabled goes out at once whatever the preferences.

    `completed(context)` gives, when the e-mail is being sent, the context that the texts are made with: what the
    outbox must not hold (a secret link) is drawn there. `attached(context)` gives the files, made then too.

    `roles` are those that it is written to, all when none is named: others do not choose how they receive it.
    """

    name: str
    label: "StrOrPromise"
    category: "StrOrPromise"
    can_be_disabled: bool = True
    completed: "Callable[[dict[str, Any]], dict[str, Any]] | None" = None
    attached: "Callable[[dict[str, Any]], Sequence[Attachment]] | None" = None
    roles: Collection[Role] = ()

    def concerns(self, account: "Account") -> bool:
        """Whether someone with the roles of `account` can receive it."""
        return not self.roles or account.has_role(*self.roles)

    @property
    def template(self) -> str:
        """Where its templates are, without the suffix."""
        app, what = self.name.split(".")
        return f"{app}/notices/{what}"


_NOTICES: dict[str, Notice] = {}


def register(notice: Notice) -> Notice:
    """Declare a notice; ValueError when its name is taken by another."""
    if _NOTICES.setdefault(notice.name, notice) != notice:
        raise ValueError(f"two notices are called {notice.name}")
    return notice


def notice_named(name: str) -> Notice:
    """The notice of that name; KeyError when no app declares it."""
    return _NOTICES[name]


def all_notices() -> list[Notice]:
    """Every notice, by category then label."""
    return sorted(_NOTICES.values(), key=lambda notice: (str(notice.category), str(notice.label)))

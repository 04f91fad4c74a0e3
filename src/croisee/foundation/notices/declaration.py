"""What a notice is, and the list of those that apps declare."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Notice:
    """A kind of e-mail.

    `name` is `app.what_happened`; `label` says when it is sent, `category` groups notices on the
    preferences page. Its texts are the templates `<app>/notices/<what_happened>.subject.txt` and `….txt`,
    rendered in the recipient's language with the context given to `send`, plus `account` and `site_url`. A
    notice that cannot be disabled goes out at once whatever the preferences.
    """

    name: str
    label: "StrOrPromise"
    category: "StrOrPromise"
    can_be_disabled: bool = True

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

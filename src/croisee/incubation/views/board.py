"""The board: what companies of an incubator offer each other and look for."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.forms import METHODS, FormPage, said
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.listings import Listing, Where
from croisee.foundation.listings.columns import Column
from croisee.incubation.forms.board import PostForm, ReplyForm, Voice
from croisee.incubation.models import Post, PostKind, PostState
from croisee.incubation.queries import board as queries
from croisee.incubation.services import board as services

READERS = (Role.EMPLOYER, Role.INCUBATOR_MANAGER)


def _trail() -> list[tuple[str, str]]:
    return [(reverse("incubation:board"), _("Mutual help"))]


def _voices(account: Account, post: Post | None = None) -> list[Voice]:
    """In whose name one may write, at the incubator of `post`; Http404 for who is hosted nowhere."""
    found = queries.voices_of(account)
    if post is not None:
        found = [one for one in found if one[0].pk == post.incubator_id]
    if not found:
        raise Http404
    return found


@role_required(*READERS)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The notices that stand; those settled, and one's own that are over, on demand."""
    account = signed_in(request)
    boards = list(queries.boards_of(account))
    shown = request.GET.get("shown", "")
    own = Post.objects.visible_to(account).written_by(account).values("pk")
    scopes = {"": queries.standing(), "settled": Q(state=PostState.SETTLED), "own": Q(pk__in=own)}
    scope = scopes.get(shown, scopes[""])
    listing = Listing(
        request,
        queries.on_board(account).filter(scope),
        name="notices",
        columns=[
            Column("kind", _("Kind"), Post.get_kind_display),
            Column("title", _("Title")),
            Column("who", _("Company"), lambda row: str(row.organisation or row.incubator)),
            Column("text", _("Text")),
            Column("created_at", _("Written on")),
            Column("expires_on", _("Shown until")),
            Column("answers", _("Answers"), numeric=True),
            Column("state", _("Stands"), Post.get_state_display),
        ],
        search=["title", "text", "organisation__name"],
        choices={
            "kind": (_("Kind"), PostKind.choices),
            "where": (
                pgettext("premises", "Incubator"),
                [(Where(str(one.pk), Q(incubator=one)), str(one)) for one in boards],
            ),
        }
        if len(boards) > 1
        else {"kind": (_("Kind"), PostKind.choices)},
        per_page=24,
    )
    if listing.wants_export:
        return listing.export()
    tabs = [
        (f"{reverse('incubation:board')}{query}", label, shown == name)
        for name, query, label in (
            ("", "", pgettext("board", "Open")),
            ("own", "?shown=own", pgettext("board", "Ours")),
            ("settled", "?shown=settled", pgettext("board", "Settled")),
        )
    ]
    context = {"listing": listing, "boards": boards, "tabs": tabs, "shown": shown}
    return render(request, "incubation/board/board.html", context)


@role_required(*READERS)
@require_http_methods(METHODS)
def new_post(request: HttpRequest) -> HttpResponse:
    """Write a notice."""
    account = signed_in(request)
    voices = queries.voices_of(account)
    if not voices:
        messages.info(request, _("The board is for companies that are hosted: yours is not, today."))
        return redirect("incubation:board")
    form = PostForm(request.POST or None, instance=Post(), account=account, voices=voices)
    page = FormPage(
        _("New notice"),
        _trail(),
        _("Lend a tool, share a stand, buy together: say what you offer or look for."),
        _("Put it on the board"),
        _("The notice is on the board."),
    )
    return page.answer(
        request, form, lambda: services.publish(*form.voice(), values=form.cleaned_data, account=account)
    )


@role_required(*READERS)
@require_safe
def post(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One notice with its answers."""
    account = signed_in(request)
    found = _found(account, pk)
    return _page(request, account, found, None, 200)


def _found(account: Account, pk: UUID) -> Post:
    rows = Post.objects.visible_to(account).select_related("incubator", "organisation", "author")
    return get_object_or_404(rows, pk=pk)


def _page(
    request: HttpRequest, account: Account, found: Post, form: ReplyForm | None, status: int
) -> HttpResponse:
    voices = [one for one in queries.voices_of(account) if one[0].pk == found.incubator_id]
    is_open = found.state == PostState.OPEN and found.expires_on >= timezone.localdate()
    context = {
        "post": found,
        "replies": queries.replies_to(found, account),
        "owns": Post.objects.visible_to(account).written_by(account).filter(pk=found.pk).exists(),
        "is_open": is_open,
        "form": (form or ReplyForm(voices=voices)) if voices and is_open else None,
        "trail": _trail(),
    }
    return render(request, "incubation/board/post.html", context, status=status)


@role_required(*READERS)
@require_http_methods(METHODS)
def edit_post(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a notice of one's own."""
    account = signed_in(request)
    found = get_object_or_404(Post.objects.visible_to(account).written_by(account), pk=pk)
    form = PostForm(request.POST or None, instance=found, account=account)
    trail = [*_trail(), (found.get_absolute_url(), found.title)]
    page = FormPage(_("Change the notice"), trail, said=_("The notice is saved."))
    return page.answer(request, form, lambda: services.change(found, form.cleaned_data, form.last_seen()))


@role_required(*READERS)
@require_POST
def move_post(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Settle, open again or take down a notice."""
    account = signed_in(request)
    found = get_object_or_404(Post.objects.visible_to(account).written_by(account), pk=pk)
    done = {
        "settle": _("The notice is settled: it leaves the board."),
        "reopen": _("The notice is on the board again."),
        "remove": _("The notice is taken down."),
    }
    transition = request.POST.get("transition", "")
    if transition not in done:
        messages.error(request, _("Choose what to do with the notice."))
        return redirect(found)
    try:
        services.move(found, transition, account)
    except TransitionRefused as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, done[transition])
    return redirect("incubation:board") if transition == "remove" else redirect(found)


@role_required(*READERS)
@require_POST
def reply_post(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer a notice."""
    account = signed_in(request)
    found = _found(account, pk)
    form = ReplyForm(request.POST, voices=_voices(account, found))
    if not form.is_valid():
        return _page(request, account, found, form, 422)
    _place, organisation = form.voice()
    said(
        request,
        lambda: services.answer(found, organisation, form.cleaned_data["text"], account),
        _("Your answer is there, and who wrote the notice is told."),
    )
    return redirect(found)


@role_required(*READERS)
@require_POST
def remove_reply(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take an answer away."""
    found = get_object_or_404(queries.removable(signed_in(request)).select_related("post"), pk=pk)
    services.withdraw(found)
    messages.success(request, _("The answer is taken away."))
    return redirect(found.post)

"""What people do: some of it has happened whatever the policy says, some of it the policy decides first."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from helpdesk.desk import desk, note, tell, tell_later
from helpdesk.models import Request
from upheld import DeskError


@require_POST
def submit(request: HttpRequest) -> JsonResponse:
    """A request that came has come: the product's own transaction first, the desk after it."""
    with transaction.atomic():
        made = Request.objects.create(subject=request.POST["subject"], customer=request.POST["customer"])
        tell_later(note(made, "submit", f"customer:{request.POST['by']}"))
    return JsonResponse({"number": made.pk}, status=201)


@require_POST
@transaction.non_atomic_requests  # the desk must not hear of what may still be rolled back
def close(request: HttpRequest, number: int) -> JsonResponse:
    """Whether it may be closed the policy decides: what follows is done once the desk has answered, here or later."""
    happening = note(get_object_or_404(Request, pk=number), "close", f"agent:{request.POST['by']}")
    try:
        answer = tell(happening)
    except DeskError:
        return JsonResponse({"accepted": None, "because": "it is noted, and decided when the desk is back"}, status=202)
    because = "" if answer.accepted else answer.decision.refusal.message
    return JsonResponse({"accepted": answer.accepted, "because": because})


@require_GET
def show(request: HttpRequest, number: int) -> JsonResponse:
    """What the product knows, and how the request stands."""
    shown, ticket = get_object_or_404(Request, pk=number), desk().ticket(f"R-{number}")
    return JsonResponse({"subject": shown.subject, "state": None if ticket is None else ticket.state})

"""Check every request against the access policy, before its view runs.

A view says by :func:`operation` which row of the policy it is. A view that says nothing stops the application from
starting, so nothing is open by omission. Where the public may call, a token is not looked at; elsewhere it is verified,
its client is looked up (whom an identity provider speaks for is no client), and its role must stand in the row. How far
the role reaches is the owner's to enforce.

The guard also gives each private request its trace.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, g, request

from chassis import spans
from chassis.errors import Forbidden, Unauthenticated
from chassis.identity import Actor
from contracts.policy import POLICY, Reach, Role, Scope, scope_of
from services.gateway.auth.credentials import Credentials
from services.gateway.auth.provider import Provider
from services.gateway.auth.tokens import Tokens

View = TypeVar("View", bound=Callable[..., Any])

ANYONE = Actor("", str(Role.PUBLIC))
PREFLIGHT = "OPTIONS"  # asked by a browser before a call, without a token; it runs no view
READS = frozenset({"GET", "HEAD", PREFLIGHT})


class IfMatch(StrEnum):
    """Say whether an operation asks for the version that the caller looked at."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Operation:
    """Describe what a view does: its row of the policy, and what of HTTP it takes part in.

    ``changes`` takes an ``Idempotency-Key``, ``if_match`` an ``If-Match``; ``tagged`` gives an ``ETag``, ``paged`` a
    ``Link``.
    """

    name: str
    changes: bool = False
    if_match: IfMatch = IfMatch.NONE
    tagged: bool = False
    paged: bool = False

    @property
    def roles(self) -> dict[Role, Reach]:
        """Return the row of the policy."""
        return POLICY[self.name]

    @property
    def public(self) -> bool:
        """Tell whether one may call without a token."""
        return Role.PUBLIC in self.roles


def operation(
    name: str, *, changes: bool = False, if_match: IfMatch = IfMatch.NONE, tagged: bool = False, paged: bool = False
) -> Callable[[View], View]:
    """Mark a view as an :class:`Operation`. Raises ``KeyError`` for a name that is not in the access policy."""
    if name not in POLICY:
        raise KeyError(f"{name} is not in the access policy")

    def mark(view: View) -> View:
        view.__dict__["operation"] = Operation(name, changes, if_match, tagged, paged)
        return view

    return mark


class Guard:
    """Stand before all views of one application."""

    def __init__(self, credentials: Credentials, tokens: Tokens, provider: Provider | None = None) -> None:
        """Take who knows clients, who reads our tokens, and who those of an identity provider, if there is one."""
        self._credentials = credentials
        self._tokens = tokens
        self._provider = provider
        self._operations: dict[str, Operation] = {}

    def watch(self, app: Flask) -> None:
        """Check every request of the application from now on. Call it first, so that it runs first."""
        app.before_request(self.check)

    def learn(self, app: Flask) -> dict[str, Operation]:
        """Note which operation each view is, and return them by endpoint. Raises ``LookupError`` for a view of none."""
        for endpoint, view in app.view_functions.items():
            described = getattr(view, "operation", None)
            if not isinstance(described, Operation):
                raise LookupError(f"the view {endpoint} names no operation of the access policy")
            self._operations[endpoint] = described
        return self._operations

    def check(self) -> None:
        """Let the request pass, with ``g.actor`` set, or raise. One for no route passes, to be answered as such."""
        g.actor = ANYONE
        if request.endpoint is None:
            return
        g.operation = wanted = self._operations[request.endpoint]
        if wanted.public or request.method == PREFLIGHT:
            return
        g.span = _span()
        g.traceparent = g.span.traceparent
        g.actor = actor = self._caller()
        if actor.role not in wanted.roles:
            raise Forbidden("Your role may not do this.")

    def _caller(self) -> Actor:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("Send an access token: Authorization: Bearer …")
        token = token.strip()
        if self._provider is not None and self._provider.issued(token):
            return self._provider.actor(token)
        actor = self._tokens.actor(token)
        if self._credentials.active(actor.id) is None:
            raise Unauthenticated("The client may not call any more.")
        return actor


def _span() -> spans.Span:
    method, route = request.method, request.url_rule.rule if request.url_rule else ""
    measures = {"http.request.method": method, "http.route": route}
    return spans.begin(f"{method} {route}", spans.SERVER, request.headers.get("traceparent", ""), measures)


def scope() -> Scope:
    """Return how far the caller reaches with the present operation, for what the gateway answers by itself."""
    actor: Actor = g.actor
    reach = g.operation.roles[actor.role]
    found = scope_of(reach, actor=actor.id, organization=actor.organization, area=actor.area)
    if found is None:
        raise Forbidden("Your client is bound to no area or organization, and so reaches nothing.")
    return found

"""Know every route of the API, by the document that it serves, and the row of the access policy that each is."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import FunctionType

from services.gateway import api
from services.gateway.auth.guard import Operation
from tests.e2e.client import Json

METHODS = ("get", "post", "patch", "put", "delete")

Routes = dict[tuple[str, str], Operation]


def routes_of(document: Json) -> Routes:
    """Return the operation of each route (method and path) of an OpenAPI document."""
    named = operations()
    return {
        (method.upper(), path): named[described["operationId"]]
        for path, methods in document["paths"].items()
        for method, described in methods.items()
        if method in METHODS
    }


def operations() -> dict[str, Operation]:
    """Return the operation of each view, by the view's name, which is the document's ``operationId``."""
    modules = [import_module(f"{api.__name__}.{module.name}") for module in iter_modules(api.__path__)]
    views = [view for module in modules for view in vars(module).values() if isinstance(view, FunctionType)]
    return {view.__name__: view.operation for view in views if hasattr(view, "operation")}  # type: ignore[attr-defined]

"""Build the gateway's HTTP side.

::

    request ─▶ guard ─▶ limits ─▶ view ─┬─▶ directory (MongoDB)      public reads
                                        └─▶ RPC ─▶ owner             private reads, changes
    answer  ◀─ observe ◀─ compress ◀─ security headers ◀─ ETag, problem, page

Each process that serves it (:mod:`services.gateway.server`) has its own RPC client, database connections and caches.
"""

from __future__ import annotations

import atexit
from contextlib import ExitStack
from typing import Any

from flask import Flask, Response
from flask_compress import Compress

from chassis import config as configuration
from chassis import database as databases
from chassis import logs, metrics, rpc_client, spans
from chassis.config import Config
from chassis.database import Database
from chassis.health import Health, Pulse, serving
from chassis.orphan import end_with_parent
from services.gateway import bodies, codings, cors, document, headers, limits, observe, problems
from services.gateway.api import paths
from services.gateway.api.directory import directory
from services.gateway.api.downloads import downloads
from services.gateway.api.exchange import dumps, public
from services.gateway.api.families import families, needs
from services.gateway.api.health import health
from services.gateway.api.hsds import hsds
from services.gateway.api.imports import imports
from services.gateway.api.messages import messages
from services.gateway.api.ogc import ogc
from services.gateway.api.organization_pages import organization_pages
from services.gateway.api.organizations import organizations
from services.gateway.api.pages import pages
from services.gateway.api.referrals import referrals
from services.gateway.api.services import services
from services.gateway.api.terms import terms
from services.gateway.api.tiles import tiles
from services.gateway.api.tokens import tokens
from services.gateway.api.webhooks import webhooks
from services.gateway.auth.credentials import Credentials
from services.gateway.auth.guard import Guard, operation
from services.gateway.auth.provider import provider_of
from services.gateway.auth.store import ClientStore
from services.gateway.auth.tokens import Tokens, read_key
from services.gateway.directory.rebuild_store import RebuildStore
from services.gateway.directory.views import Directory
from services.gateway.imports.store import ImportStore
from services.gateway.parts import NAME, Caller, Parts
from services.gateway.tiles.mvt import MEDIA_TYPE as TILE
from services.gateway.tiles.views import Tiles

SERVICE = "gateway"
RESOURCES = (
    tokens,
    organizations,
    downloads,
    services,
    directory,
    terms,
    tiles,
    hsds,
    imports,
    families,
    needs,
    referrals,
    messages,
    webhooks,
)
PAGES = (pages, organization_pages, health, ogc)
COMPRESSED_FROM = 1_400  # bytes; what fits one packet is sent as it is
COMPRESSED = (
    "application/json",
    "application/geo+json",
    "application/x-ndjson",
    "application/problem+json",
    "application/schema+json",
    "application/vnd.oai.openapi+json",
    "application/vnd.google-earth.kml+xml",
    "application/ld+json",
    "application/xml",
    "text/csv",
    "text/html",
    "text/css",
    "text/javascript",
    "application/javascript",
    "image/svg+xml",
    TILE,
)
FORM_LIMIT = 100_000
FORM_PARTS = 50


def create_app(config: Config | None = None, parts: Parts | None = None, rate_storage: str | None = None) -> Flask:
    """Return the application. What is not given is made from the environment, as a worker process needs it.

    ``rate_storage`` counts changes elsewhere than in the node's MongoDB (``memory://`` in tests).
    """
    app = Flask(SERVICE, static_folder=None)
    own_process = config is None
    if config is None:
        config = configuration.read()
        logs.configure(config, SERVICE)
        spans.export(config, SERVICE)
    parts = parts or assemble(config)
    if own_process:
        end_with_parent()
        _serve_health(parts)
    app.extensions[NAME] = parts
    _configure(app, config)
    codings.register(app)
    cors.register(app, config.cors_origins)
    paths.register(app)
    observe.register(app)
    bodies.register(app)
    guard = Guard(parts.credentials, parts.tokens, parts.provider)
    guard.watch(app)
    limits.register(app, config, rate_storage)
    Compress(app)
    headers.register(app, config.public_url)
    problems.register(app)
    _add_routes(app, config, guard)
    return app


def assemble(config: Config, rpc: Caller | None = None, database: Database[dict[str, Any]] | None = None) -> Parts:
    """Return the parts of a real gateway. Connects to nothing yet but the broker, and does not wait for that."""
    if database is None:  # with a connection for each thread from the start: none waits for one to be opened
        database = databases.connect(config, SERVICE, minPoolSize=config.api_threads)
    if rpc is None:
        rpc = rpc_client.connect(config, SERVICE)
    directory = Directory(database)
    return Parts(
        config=config,
        rpc=rpc,
        directory=directory,
        tiles=Tiles(database),
        rebuilds=RebuildStore(database),
        imports=ImportStore(database),
        credentials=Credentials(ClientStore(database)),
        tokens=Tokens(read_key(config.keys / "token.pem"), config.public_url),
        health=_health(rpc, directory),
        provider=provider_of(config),
    )


def _configure(app: Flask, config: Config) -> None:
    app.config.update(
        PUBLIC_URL=config.public_url,
        MAX_CONTENT_LENGTH=config.body_limit,
        MAX_FORM_MEMORY_SIZE=FORM_LIMIT,
        MAX_FORM_PARTS=FORM_PARTS,
        COMPRESS_ALGORITHM=[*codings.CODINGS],
        COMPRESS_ALGORITHM_STREAMING=[*codings.STREAMED],
        COMPRESS_MIN_SIZE=COMPRESSED_FROM,
        COMPRESS_MIMETYPES=[*COMPRESSED],
        COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False,  # answers look at conditions themselves
    )
    app.url_map.merge_slashes = False


def _add_routes(app: Flask, config: Config, guard: Guard) -> None:
    api = document.api(app, config.public_url)
    paths.describe(api)
    for resource in RESOURCES:
        api.register_blueprint(resource)
    for group in PAGES:
        app.register_blueprint(group)

    @app.get("/openapi.json")
    @operation("gateway.document")
    def describe() -> Response:
        return public(described)

    described = dumps(document.complete(api.spec.to_dict(), app, guard.learn(app), config.oidc_issuer))


def _health(rpc: Caller, directory: Directory) -> Health:
    return Health(broker=lambda: "" if rpc.connected else "not connected", database=Pulse(directory.ask).start())


def _serve_health(parts: Parts) -> None:
    """Serve health and metrics on their own port as long as the process lives; its siblings share the port."""
    lifetime = ExitStack()
    config = parts.config
    lifetime.enter_context(serving(parts.health, config.health_host, config.health_port, shared=True))
    lifetime.callback(metrics.forget_process)
    atexit.register(lifetime.close)

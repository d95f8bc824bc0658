"""Answer over HTTP with plain Nameko: ``@http`` in front of an RPC, one MongoDB operation behind it.

No validation, no access check, no idempotency, no outbox: a read is one ``find_one``, a write one majority insert and
one dispatched event.
"""

from __future__ import annotations

import os
import uuid

import orjson
import pymongo
from nameko.events import EventDispatcher, event_handler
from nameko.extensions import DependencyProvider
from nameko.rpc import RpcProxy, rpc
from nameko.web.handlers import http
from pymongo.write_concern import WriteConcern
from werkzeug.wrappers import Response


class Database(DependencyProvider):
    """Give the baseline's database."""

    def setup(self):
        """Connect."""
        client = pymongo.MongoClient(os.environ["BENCH_MONGO_URL"])
        self.database = client.get_database(
            os.environ["BENCH_DATABASE"], write_concern=WriteConcern("majority", j=True)
        )

    def get_dependency(self, worker_ctx):
        """Return the database."""
        return self.database


class PlainStore:
    """Read and write documents."""

    name = "plain_store"
    database = Database()
    dispatch = EventDispatcher()

    @rpc
    def read(self, id_):
        """Return one document."""
        return self.database["organizations"].find_one({"_id": id_})

    @rpc
    def write(self, document):
        """Store one document and dispatch an event."""
        document["_id"] = str(uuid.uuid4())
        self.database["referrals"].insert_one(document)
        self.dispatch("written", {"id": document["_id"]})
        return document["_id"]


class PlainListener:
    """Consume the event, so that it is delivered as ours are."""

    name = "plain_listener"
    database = Database()

    @event_handler("plain_store", "written")
    def on_written(self, event):
        """Note the event."""
        self.database["seen"].insert_one(event)


class PlainGateway:
    """Answer HTTP."""

    name = "plain_gateway"
    store = RpcProxy("plain_store")

    @http("GET", "/organizations/<string:id_>")
    def read(self, request, id_):
        """Answer one document."""
        return Response(orjson.dumps(self.store.read(id_)), mimetype="application/json")

    @http("POST", "/referrals")
    def write(self, request):
        """Store one document."""
        id_ = self.store.write(orjson.loads(request.get_data()))
        return Response(orjson.dumps({"id": id_}), status=201, mimetype="application/json")


class PlainEcho:
    """Say what it is told."""

    name = "plain_echo"

    @rpc
    def say(self, text):
        """Return the text."""
        return {"text": text}

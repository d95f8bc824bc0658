"""Answer a read with FastAPI and pymongo's asynchronous client: one route, one ``find_one``, nothing else."""

from __future__ import annotations

import os

from fastapi import FastAPI, HTTPException
from pymongo import AsyncMongoClient

app = FastAPI()
client = AsyncMongoClient(os.environ["BENCH_MONGO_URL"])
database = client[os.environ["BENCH_DATABASE"]]


@app.get("/organizations/{id_}")
async def read(id_: str):
    """Answer one document."""
    found = await database["organizations"].find_one({"_id": id_})
    if found is None:
        raise HTTPException(404)
    return found

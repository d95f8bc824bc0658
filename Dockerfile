# One image for every process of a node; docker-compose.yml says which command each runs.

ARG NODE_IMAGE=node:22-bookworm-slim
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

# The map page
FROM ${NODE_IMAGE} AS page
WORKDIR /page
COPY services/gateway/web/package.json services/gateway/web/package-lock.json ./
RUN npm install --no-save --no-audit --no-fund
COPY services/gateway/web ./
RUN npm run build

# The Python packages
FROM ${PYTHON_IMAGE} AS packages
COPY requirements.lock /
RUN python3 -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check -r /requirements.lock \
    && printf '#!/bin/sh\nexec python -m cli.main "$@"\n' > /opt/venv/bin/tashbik \
    && chmod 755 /opt/venv/bin/tashbik

# The node
FROM ${PYTHON_IMAGE}
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app:/app/shared \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=4194304 \
    MALLOC_TRIM_THRESHOLD_=8388608 \
    LANG=C.UTF-8
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /nonexistent tashbik \
    && install -d -m 700 -o tashbik -g tashbik /keys /received
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY shared shared
COPY services services
COPY demo demo
COPY cli cli
COPY --from=page /page/dist services/gateway/web/dist
USER tashbik
CMD ["tashbik", "--help"]

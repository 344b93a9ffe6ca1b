# The engine as an image: `docker build -t returns-engine .`, then compose.yaml or your own platform.
# For the very same image again name the base by its digest: --build-arg PYTHON=python@sha256:…
ARG PYTHON=python:3.13-slim

FROM ${PYTHON} AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
# What changes seldom comes first: the packages are then not fetched for every change of the code.
COPY Makefile pyproject.toml requirements.lock package.json package-lock.json README.md LICENSE ./
COPY .ci ./.ci
COPY piccolo_conf.py ./
COPY label_templates ./label_templates
COPY admin ./admin
COPY returns_engine ./returns_engine
COPY deploy/install deploy/runtime_lock.py ./deploy/
RUN deploy/install /opt/returns-engine

FROM ${PYTHON}
# The user owns nothing but what is kept; the code belongs to root.
RUN groupadd --system --gid 10001 returns \
    && useradd --system --uid 10001 --gid returns --no-create-home --home-dir /data returns \
    && install --directory --owner returns --group returns --mode 0700 /data
COPY --from=build /opt/returns-engine /opt/returns-engine
ENV PATH=/opt/returns-engine/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    RETURNS_ENGINE_HOST=0.0.0.0 \
    RETURNS_ENGINE_PORT=8000 \
    RETURNS_ENGINE_DATA_DIR=/data
WORKDIR /data
USER returns
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
# Of `serve`; other commands answer no calls, and compose.yaml turns it off for them.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['RETURNS_ENGINE_PORT'] + '/health/ready', timeout=4)"]
ENTRYPOINT ["returns-engine"]
CMD ["serve"]

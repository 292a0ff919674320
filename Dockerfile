# One image for poll, work and deliver; Kafka comes from its own.
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/wirewatch \
 && /opt/wirewatch/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY streams streams
COPY connectors connectors
COPY wirewatch wirewatch
RUN /opt/wirewatch/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
LABEL org.opencontainers.image.title="wirewatch" org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --uid 10001 --no-create-home wirewatch \
 && install -d -m 0700 -o wirewatch -g wirewatch /data \
 && install -d -o wirewatch -g wirewatch /config
COPY --from=build /opt/wirewatch /opt/wirewatch
USER wirewatch
ENV PYTHONUNBUFFERED=1
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/wirewatch/bin/wirewatch"]

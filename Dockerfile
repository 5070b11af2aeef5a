# The bridge as an image: amd64, arm64, arm/v7; not root; nothing is written outside /tmp and, where asked for, /var/lib/mqtt-plot.
# Built by the classic builder and by BuildKit alike: no `# syntax=` line, no `RUN --mount`.

# Base images by digest: `docker buildx imagetools inspect python:3.12-slim` tells it; --build-arg PYTHON_IMAGE=python@sha256:… takes it.
ARG NODE_IMAGE=node:22-slim
ARG PYTHON_IMAGE=python:3.12-slim

# The page is the same on every machine: where several are built for, it is built once, on the one that builds.
# hadolint ignore=DL3029
FROM --platform=${BUILDPLATFORM:-linux/amd64} ${NODE_IMAGE} AS page
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci
COPY frontend/ ./
RUN npm run build

FROM ${PYTHON_IMAGE} AS package
WORKDIR /src
COPY pyproject.toml hatch_build.py README.md LICENSE packaging/requirements.txt ./
COPY mqtt_plot/ mqtt_plot/
COPY --from=page /src/mqtt_plot/static mqtt_plot/static
RUN python -m venv --without-pip /opt/mqtt-plot \
    && pip --python /opt/mqtt-plot install --no-cache-dir --require-hashes -r requirements.txt \
    && pip --python /opt/mqtt-plot install --no-cache-dir --no-deps .

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="mqtt-plot" \
      org.opencontainers.image.description="Live plots of what machines publish over MQTT or HTTP" \
      org.opencontainers.image.licenses="MIT"
COPY --from=package /opt/mqtt-plot /opt/mqtt-plot
ENV PATH=/opt/mqtt-plot/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1
# A number, so that an orchestrator can see that it is not root.
USER 10001:10001
EXPOSE 8080
# Ready, not merely alive: without its broker a bridge shows nothing, and the reason belongs into `docker inspect`.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["mqtt-plot", "health"]
ENTRYPOINT ["mqtt-plot"]

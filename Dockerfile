# A small image that runs as nobody in particular, from a file system that it can't write to.
FROM python:3.13-slim AS build
WORKDIR /srv/techtree
COPY requirements-uv.lock requirements.lock ./
RUN python -m venv .venv \
    && .venv/bin/pip install --quiet --no-cache-dir --require-hashes -r requirements-uv.lock \
    && .venv/bin/uv pip install --quiet --no-cache --require-hashes -r requirements.lock \
    && .venv/bin/pip uninstall --quiet --yes uv

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home techtree
WORKDIR /srv/techtree
COPY --from=build /srv/techtree/.venv .venv
COPY techtree techtree
COPY tasks tasks
ENV PATH=/srv/techtree/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TECHTREE_ENV=production \
    TECHTREE_HOST=0.0.0.0 \
    TECHTREE_STATE=/tmp/techtree
USER 10001
EXPOSE 8000
ENTRYPOINT ["python", "-m", "techtree"]
CMD ["web"]

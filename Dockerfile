# The image of the site, built with `make image` or `docker compose build`. docs/operators/compose.md explains how to
# run it. All packages are wheels with hashes in requirements/. Packages are never built from source.

# To use a copy of the official image: --build-arg PYTHON_IMAGE=registry.example.org/python:3.13-slim
ARG PYTHON_IMAGE=python:3.13-slim
FROM ${PYTHON_IMAGE} AS build
WORKDIR /srv/sco-cities
RUN python -m venv /opt/venv
COPY requirements/run.txt requirements/pdf.txt requirements/
RUN /opt/venv/bin/pip install --quiet --no-cache-dir --disable-pip-version-check --no-deps --require-hashes \
        --only-binary :all: --requirement requirements/run.txt --requirement requirements/pdf.txt \
    && /opt/venv/bin/pip uninstall --quiet --yes pip \
    && cd /opt/venv/lib/python*/site-packages \
    # Removes languages that the site does not support, which take 50 MB.
    && find . -path '*/locale/*/LC_MESSAGES' ! -path '*/en/*' ! -path '*/ru/*' ! -path '*/zh_Hans/*' -prune -exec rm -r {} + \
    && find babel/locale-data -name '*.dat' ! -name 'root.dat' ! -name 'en*' ! -name 'ru*' ! -name 'zh*' -delete
COPY manage.py gunicorn.conf.py LICENSE ./
COPY data data
COPY locale locale
COPY static static
COPY templates templates
COPY delegates delegates
COPY initiatives initiatives
COPY sco_cities sco_cities
# The key is only for these commands, and is not stored in the image.
RUN export ENV_FILE= DATABASE_URL=sqlite://:memory: PATH="/opt/venv/bin:$PATH" \
    && SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" && export SECRET_KEY \
    && python manage.py compilemessages \
    && python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q manage.py sco_cities delegates initiatives

FROM ${PYTHON_IMAGE}
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin sco-cities \
    # A volume mounted here gets the same owner.
    && install -d -o sco-cities -g sco-cities /srv/releases
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/sco-cities /srv/sco-cities
WORKDIR /srv/sco-cities
# The container does not write to the image, and reads its settings from variables and secrets, not from a file.
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 MALLOC_ARENA_MAX=2 ENV_FILE= BIND=0.0.0.0 PORT=8000
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python", "-m", "sco_cities.ops.probe", "/healthz"]
CMD ["gunicorn", "sco_cities.wsgi"]

# check=error=true
#   base ── dependencies ── release (unprivileged, read-only code, everything that changes in /var/lib/lentera)

FROM python:3.11-slim-bookworm AS base
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1

FROM base AS dependencies
RUN python -m venv /venv
COPY requirements/production.txt /tmp/requirements.txt
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/requirements.txt

FROM base AS release
RUN useradd --system --uid 10001 --home-dir /var/lib/lentera --create-home lentera
COPY --from=dependencies /venv /venv
WORKDIR /app
COPY . .
ENV PATH=/venv/bin:$PATH VAR_DIR=/var/lib/lentera DJANGO_SETTINGS_MODULE=portal.settings.production
# Catalogues need no settings that only the running site has.
RUN SECRET_KEY=build ALLOWED_HOSTS=build BASE_URL=https://build python manage.py compile_messages
USER lentera
VOLUME /var/lib/lentera
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/sehat/', timeout=3)"]
# `manage.py prepare` runs before, once for each version: compose.yaml does, and so does the runbook.
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0"]

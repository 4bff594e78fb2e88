FROM python:3.13-slim AS build
COPY locks/run.txt /tmp/run.txt
# The environment is made without pip, and filled from outside: nothing that installs things travels on.
RUN python -m venv --without-pip /opt/homeroom \
    && python -m pip --python /opt/homeroom/bin/python install --quiet --no-cache-dir \
        --require-hashes --only-binary :all: --requirement /tmp/run.txt

FROM python:3.13-slim
RUN python -m pip uninstall --quiet --yes pip \
    && useradd --system --uid 10001 --user-group --no-create-home --home-dir /data homeroom \
    && install --directory --owner homeroom --group homeroom /data
COPY --from=build /opt/homeroom /opt/homeroom
WORKDIR /srv/homeroom
COPY bot/ bot/
COPY migrations/ migrations/
COPY curriculum.yaml curriculum.yaml
ENV PATH=/opt/homeroom/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOMEROOM_DATABASE_URL=sqlite:////data/homeroom.db
USER 10001:10001
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s CMD ["python", "-m", "bot", "health"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]

# One image for every part of the service; docker-compose.yml says which container does what.
# How to build and run it: docs/how-to/run-with-compose.md
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

# --- the packages, in a virtual environment that has no pip of its own
FROM ${PYTHON_IMAGE} AS packages
ARG EXTRAS=""
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/multicloud
WORKDIR /source
COPY pyproject.toml constraints.txt README.md LICENSE ./
# What we stand on changes seldom, so it has a layer of its own.
RUN pip --python /opt/multicloud/bin/python install --quiet -c constraints.txt \
      ".${EXTRAS:+[$EXTRAS]}"
COPY domain domain
COPY application application
COPY adapters adapters
COPY entrypoints entrypoints
RUN pip wheel --quiet --no-deps --wheel-dir /wheel . \
 && pip --python /opt/multicloud/bin/python install --quiet --no-deps --force-reinstall /wheel/*.whl

# --- Terraform, if a version is named
FROM ${PYTHON_IMAGE} AS terraform
ARG TERRAFORM_VERSION=""
ARG TERRAFORM_SHA256=""
ARG TERRAFORM_RELEASES=https://releases.hashicorp.com/terraform
COPY docker/fetch_terraform.py /
RUN mkdir /terraform \
 && if [ -n "$TERRAFORM_VERSION" ]; then \
      python /fetch_terraform.py "$TERRAFORM_RELEASES" "$TERRAFORM_VERSION" /terraform \
        --sha256 "$TERRAFORM_SHA256"; \
    fi

# --- what runs
FROM ${PYTHON_IMAGE}
# A fixed number, so that volumes keep their owner from one image to the next.
RUN groupadd --gid 10001 multicloud \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/multicloud \
      --shell /usr/sbin/nologin multicloud \
 && install -d -m 0700 -o multicloud -g multicloud \
      /var/lib/multicloud /var/lib/multicloud/terraform
COPY --from=terraform /terraform/ /usr/local/bin/
COPY --from=packages /opt/multicloud /opt/multicloud
# Whoever ends a container ends Terraform with it, so a worker that is told to stop has it wind up.
ENV PATH=/opt/multicloud/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MULTICLOUD_DATA_DIR=/var/lib/multicloud \
    MULTICLOUD_TERRAFORM_ON_STOP=interrupt
# Nobody but root may write here, so no file can pass for one of our packages.
WORKDIR /
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=15s --start-period=60s CMD ["multicloud", "ready"]
CMD ["multicloud", "--help"]

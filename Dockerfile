# One image for every role: `serve` (the default), `api`, `worker`, `migrate`. Needs BuildKit, the default of today's Docker.

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
# The caches keep crates and compiled dependencies from one build to the next; the binary is copied out because a cache
# mount is not part of the image. --locked: ship exactly what was tested.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin buy4me && cp target/release/buy4me /usr/local/bin/buy4me

# The same Debian release as the builder: a binary linked against a newer glibc would not start.
FROM debian:bookworm-slim
# Trusted roots for outbound TLS (rustls is compiled in, there is no OpenSSL), and the letters of papers in any language.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates fonts-noto-core fonts-noto-cjk && rm -rf /var/lib/apt/lists/*
# A fixed number, so that owners of mounted volumes can be set; /data must be ours before VOLUME freezes it.
RUN useradd --system --uid 10001 --home-dir /data --create-home buy4me
COPY --from=build /usr/local/bin/buy4me /usr/local/bin/buy4me

# 127.0.0.1, our default, would be reachable from inside the container only.
ENV BIND_ADDR=0.0.0.0:8000 STORAGE_DIR=/data
WORKDIR /data
VOLUME /data
EXPOSE 8000
USER buy4me
# The image has no curl, so the binary asks itself. A worker's port differs: see docker-compose.yml.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["buy4me", "health"]
ENTRYPOINT ["buy4me"]
CMD ["serve"]

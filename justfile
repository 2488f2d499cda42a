# Everything at once: API, worker, schedules, on SQLite
run *args:
    cargo run -- {{args}}

# The suite on SQLite, and again on PostgreSQL and Redis; `just test walk` runs what has walk in its name
test *args:
    scripts/test {{args}}

# What clippy has to say, as strict as CI
lint:
    cargo clippy --workspace --all-targets --locked -- -D warnings

fmt:
    cargo fmt --all

# How fast, on private servers
bench *args:
    scripts/bench {{args}}

# Is this configuration safe for production?
check:
    cargo run -- check

# Bring the database's schema up to date
migrate:
    cargo run -- migrate

# All that CI does
ci:
    bash .ci/run

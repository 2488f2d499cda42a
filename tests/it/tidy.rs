//! Rules of the house that a compiler does not keep.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(dir: &str, extension: &str) -> Vec<(PathBuf, String)> {
    let mut found = vec![];
    let mut folders = vec![root().join(dir)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push((path.clone(), fs::read_to_string(path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "no {extension} files in {dir}");
    found
}

/// The two doors never see each other, and the house knows neither HTTP serving nor the job runtime: that is what lets
/// each be read, tested and replaced alone.
#[test]
fn crates_depend_only_downward() {
    let forbidden = [
        ("shared", ["axum", "tower-http", "utoipa", "apalis", "apalis-core", "api", "worker"].as_slice()),
        ("api", &["apalis", "apalis-core", "worker", "lettre", "async-stripe", "reqwest"]),
        ("worker", &["axum", "utoipa", "api", "lettre", "async-stripe"]),
        ("migrations", &["shared", "api", "worker"]),
    ];
    for (krate, names) in forbidden {
        let manifest = fs::read_to_string(root().join(krate).join("Cargo.toml")).unwrap();
        for name in names {
            let named = manifest.lines().any(|line| line.split(['.', ' ', '=']).next() == Some(name));
            assert!(!named, "{krate}/Cargo.toml names {name}: that belongs to another crate (ARCHITECTURE.md, code map)");
        }
    }
}

/// SQL lives beside the table it is about; a door that queries by itself would go around policy and audit.
#[test]
fn doors_write_no_sql() {
    for (path, text) in files("api/src", "rs").into_iter().chain(files("worker/src", "rs")) {
        for sign in ["Entity::find", "query_all", "query_one", "execute_raw", "SELECT ", "INSERT INTO", "UPDATE "] {
            assert!(!text.contains(sign), "{} says {sign:?}: move the query into shared/<domain>", path.display());
        }
    }
}

/// Who reads `/metrics` is told what each one counts.
#[test]
fn every_metric_is_described() {
    let described: String = fs::read_to_string(root().join("api/src/metrics.rs")).unwrap().split_whitespace().collect();
    for (path, text) in ["api/src", "worker/src", "shared/src"].iter().flat_map(|dir| files(dir, "rs")) {
        for kind in ["counter!(", "gauge!(", "histogram!("] {
            let names = text.split(kind).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
            for name in names {
                let is_described = described.contains(&format!("describe_{kind}\"{name}\""));
                assert!(is_described, "{} counts {name}: say in api/src/metrics.rs what it is", path.display());
            }
        }
    }
}

/// A dependency that nobody uses is built by everybody.
#[test]
fn every_dependency_is_used() {
    for (krate, dirs) in [
        ("api", ["api/src"].as_slice()),
        ("worker", &["worker/src"]),
        ("shared", &["shared/src"]),
        ("migrations", &["migrations/src"]),
        (".", &["src", "tests", "benches"]),
    ] {
        let code: String = dirs.iter().flat_map(|dir| files(dir, "rs")).map(|(_, text)| text).collect();
        let manifest = fs::read_to_string(root().join(krate).join("Cargo.toml")).unwrap();
        let mut section = "";
        for line in manifest.lines() {
            if line.starts_with('[') {
                section = line;
            }
            let Some(name) = line.strip_suffix(".workspace = true").filter(|_| section.ends_with("dependencies]")) else { continue };
            // the names of these packages and of their libraries differ
            let library = match name {
                "async-stripe-client-core" => "stripe_client_core".to_owned(),
                "async-stripe-checkout" => "stripe_checkout".to_owned(),
                "async-stripe-types" => "stripe_types".to_owned(),
                "rustls-webpki" => "webpki".to_owned(),
                other => other.replace('-', "_"),
            };
            let used = ["::", " as ", ";", "]"].iter().any(|after| code.contains(&format!("{library}{after}")));
            assert!(used, "{krate}/Cargo.toml names {name}, and no code does");
        }
    }
}

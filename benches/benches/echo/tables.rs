//! The figures as tables: how we stand, what everybody costs, how long it takes, what it holds.

use super::{OURS, RAW, RAW_64K, Results};
use benches::cell::{Cell, Sample};
use benches::report::{Origin, Table};
use benches::stats::median;
use serde_json::json;
use std::collections::BTreeMap;

type Samples = BTreeMap<String, Vec<Sample>>;

/// How we stand, in Markdown: CPU times in µs, and ratios, with a mark where one is above its limit.
pub(super) fn standing(results: &Results) -> String {
    let mut table =
        Table::new(["cell", "raw", "ours", "ours/raw", "ours/raw-64k", "cheapest peer", "ours/peer"]);
    for (cell, samples) in results {
        let (raw, small, ours) = (cpu(samples, RAW), cpu(samples, RAW_64K), cpu(samples, OURS));
        let peer = cheapest_peer(samples);
        let (raw_limit, peer_limit) = limits(*cell);
        table.row([
            cell.to_string(),
            figure(raw),
            figure(ours),
            ratio(ours, raw, raw_limit),
            ratio(ours, small, raw_limit),
            peer.map_or("–", |(name, _)| name).to_owned(),
            ratio(ours, peer.map(|(_, cpu)| cpu), peer_limit),
        ]);
    }
    format!("{table}\n{LIMITS}\n")
}

/// How long messages took, ours and those of the cheapest peer, in µs: a server can be cheap by letting others wait.
pub(super) fn waits(results: &Results) -> String {
    let mut table = Table::new(["cell", "our p50", "our p99", "cheapest peer", "its p50", "its p99"]);
    for (cell, samples) in results {
        let peer = cheapest_peer(samples).map_or("–", |(name, _)| name);
        let (our_p50, our_p99) = latency(samples, OURS);
        let (its_p50, its_p99) = latency(samples, peer);
        table.row([cell.to_string(), our_p50, our_p99, peer.to_owned(), its_p50, its_p99]);
    }
    table.to_string()
}

/// What a connection costs that says nothing.
pub(super) fn memory(memory: &[(String, f64)]) -> String {
    let mut table = Table::new(["server", "bytes"]);
    memory.iter().for_each(|(name, bytes)| table.row([name.clone(), format!("{bytes:.0}")]));
    table.to_string()
}

/// What everybody costs, how long it takes, what it holds. `names` gives the order of the columns.
pub(super) fn details(results: &Results, names: &[&str]) -> String {
    let costs = each(results, names, |samples, name| {
        let (Some(cpu), Some(raw)) = (cpu(samples, name), cpu(samples, RAW)) else { return "–".to_owned() };
        format!("{:.2}", cpu / raw)
    });
    let latencies = each(results, names, |samples, name| {
        let (p50, p99) = latency(samples, name);
        format!("{p50} / {p99}")
    });
    let held = each(results, names, |samples, name| {
        let bytes = middle(samples, name, |sample| sample.resident as f64);
        bytes.map_or("–".to_owned(), |bytes| format!("{:.1}", bytes / f64::from(1 << 20)))
    });
    format!(
        "Server CPU time per message, as multiples of raw TCP's:\n\n{costs}\n\
         Latency (µs), p50 / p99:\n\n{latencies}\n\
         Memory at the end (MiB):\n\n{held}"
    )
}

/// All samples, and where they are from.
pub(super) fn json(origin: &Origin, results: &Results, memory: &[(String, f64)], idle: usize) -> String {
    let cells: Vec<_> = results
        .iter()
        .map(|(cell, samples)| {
            let medians: BTreeMap<_, _> = samples.keys().map(|name| (name, cpu(samples, name))).collect();
            json!({ "cell": cell.to_string(), "cpu_us_median": medians, "samples": samples })
        })
        .collect();
    let memory: BTreeMap<_, _> = memory.iter().cloned().collect();
    let all =
        json!({ "origin": origin, "cells": cells, "idle": { "connections": idle, "bytes_each": memory } });
    format!("{all:#}\n")
}

/// A table with a column for each server.
fn each(results: &Results, names: &[&str], show: impl Fn(&Samples, &str) -> String) -> String {
    let mut table = Table::new(["cell"].iter().chain(names));
    for (cell, samples) in results {
        let figures = names.iter().map(|name| show(samples, name));
        table.row(std::iter::once(cell.to_string()).chain(figures));
    }
    table.to_string()
}

fn middle(samples: &Samples, name: &str, of: impl Fn(&Sample) -> f64) -> Option<f64> {
    samples.get(name).map(|samples| median(&samples.iter().map(of).collect::<Vec<_>>()))
}

fn cpu(samples: &Samples, name: &str) -> Option<f64> {
    middle(samples, name, |sample| sample.cpu_us)
}

/// p50 and p99.
fn latency(samples: &Samples, name: &str) -> (String, String) {
    let show = |of: fn(&Sample) -> f64| {
        middle(samples, name, of).map_or("–".to_owned(), |micros| format!("{micros:.0}"))
    };
    (show(|sample| sample.p50_us), show(|sample| sample.p99_us))
}

fn cheapest_peer(samples: &Samples) -> Option<(&str, f64)> {
    let peers = samples.keys().filter(|name| ![RAW, RAW_64K, OURS].contains(&name.as_str()));
    let costs = peers.filter_map(|name| Some((name.as_str(), cpu(samples, name)?)));
    costs.min_by(|(_, one), (_, other)| one.total_cmp(other))
}

fn figure(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), |value| format!("{value:.2}"))
}

/// With a mark where it is above the limit.
fn ratio(ours: Option<f64>, other: Option<f64>, limit: f64) -> String {
    let Some((ours, other)) = ours.zip(other) else { return "–".to_owned() };
    let ratio = ours / other;
    format!("{}{ratio:.2}", if ratio > limit { "! " } else { "" })
}

/// What our cost may be at most: of raw TCP's, and of the cheapest peer's.
fn limits(cell: Cell) -> (f64, f64) {
    match cell {
        Cell { payload, .. } if payload.text => (1.40, 1.0 / 1.2),
        Cell { payload, .. } if payload.len >= 1 << 20 => (1.25, 1.0 / 0.77),
        Cell { in_flight: 1, .. } => (1.10, 1.0 / 0.9), // as much as theirs, and the noise
        Cell { .. } => (1.20, 1.0 / 1.2),
    }
}

/// The same in words.
const LIMITS: &str = "A `!` marks what is above the limit that this project has set itself. Of raw TCP's cost: 1.10 with \
    one message under way, 1.20 with sixteen, 1.25 for 1 MiB, 1.40 for text. Of the cheapest peer's: 1.11 with one, \
    0.83 with sixteen and for text, 1.30 for 1 MiB.";

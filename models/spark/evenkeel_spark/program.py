"""What the programs beside this package share: their options, their session, their answer as JSON on stdout."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable

from pyspark.sql import SparkSession


def options_of(description: str | None) -> argparse.ArgumentParser:
    """With the options of every program; each adds its own."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--model", required=True, help="name in the registry, or the folder of a bundle")
    parser.add_argument("--manifest", required=True, help="CSV: file, task, label, patient_id (split, original_split)")
    parser.add_argument("--root", required=True, help="folder that the manifest's paths are relative to")
    parser.add_argument("--output", required=True, help="folder for what executors write, shared by all machines")
    parser.add_argument("--release", default="evenkeel", help="folder of the release, or the name of its archive")
    parser.add_argument("--registry", help="where models are looked up by name (default: the release's own)")
    return parser


def run(
    name: str,
    job: Callable[[SparkSession, argparse.Namespace], dict],
    options: argparse.Namespace,
) -> None:
    """Exit codes: 0 done, 1 failed, 2 mend the input."""
    spark = SparkSession.builder.appName(f"evenkeel {name} {options.model}").getOrCreate()
    spark.sparkContext.setLogLevel("WARN")
    try:
        print(json.dumps(job(spark, options)))
    finally:
        spark.stop()

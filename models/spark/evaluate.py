"""Evaluates a model on a cluster: `spark-submit --py-files evenkeel_spark.zip evaluate.py --model NAME ...`.

Prints the JSON that `evenkeel evaluate --json` prints. Exit codes: 0 done, 1 failed, 2 mend the input.
"""

from __future__ import annotations

import argparse
import json

from evenkeel_spark.metrics import differences, sql_metrics
from evenkeel_spark.release import Release
from evenkeel_spark.scores import score_rows
from evenkeel_spark.storage import read_text
from pyspark.sql import SparkSession


def main() -> None:
    options = parse_options()
    spark = SparkSession.builder.appName(f"evenkeel evaluate {options.model}").getOrCreate()
    spark.sparkContext.setLogLevel("WARN")
    try:
        print(json.dumps(evaluate(spark, options)))
    finally:
        spark.stop()


def evaluate(spark: SparkSession, options: argparse.Namespace) -> dict:
    release = Release(options.release, options.model, options.registry)
    plan = release.ask(
        "plan",
        {
            "manifest": read_text(spark, options.manifest),
            "source": options.manifest.rsplit("/", 1)[-1],
            "splits": [options.split],
        },
    )
    model, (rows,) = plan["model"], plan["sets"]
    scores = score_rows(
        spark,
        release,
        root=options.root,
        rows=rows,
        sha256=model["sha256"],
        folder=f"{options.output}/scores",
        with_features=False,
    )
    truth = spark.createDataFrame(
        [(row["line"], row["label"], row["patient"]) for row in rows], "line INT, label INT, patient STRING"
    )
    scored = scores.join(truth, "line").select("line", "logit", "label", "patient").cache()
    ordered = scored.orderBy("line").collect()
    evaluation = release.ask(
        "judge",
        {
            "logits": [row.logit for row in ordered],
            "labels": [row.label for row in ordered],
            "patients": [row.patient for row in ordered],
        },
    )
    apart = differences(sql_metrics(spark, scored, model), evaluation)
    if apart:
        raise RuntimeError(f"Spark SQL and models/evaluate disagree, so that neither is believed: {apart}")
    spark.createDataFrame([(json.dumps(evaluation),)], "value STRING").coalesce(1).write.mode("overwrite").text(
        f"{options.output}/evaluation"
    )
    return evaluation


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="name in the registry, or the folder of a bundle")
    parser.add_argument("--manifest", required=True, help="CSV: file, task, label, patient_id (split, original_split)")
    parser.add_argument("--root", required=True, help="folder that the manifest's paths are relative to")
    parser.add_argument("--output", required=True, help="folder for scores/ and evaluation/, shared by all machines")
    parser.add_argument("--split", help="train | val | test | official; all rows of the task when left out")
    parser.add_argument("--release", default="evenkeel", help="folder of the release, or the name of its archive")
    parser.add_argument("--registry", help="where models are looked up by name (default: the release's own)")
    return parser.parse_args()


if __name__ == "__main__":
    main()

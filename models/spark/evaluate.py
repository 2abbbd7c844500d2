"""Evaluates a model on a cluster: `spark-submit --py-files evenkeel_spark.zip evaluate.py --model NAME ...`.

Prints the JSON that `evenkeel evaluate --json` prints for as many rows.
"""

from __future__ import annotations

import argparse
import json

from evenkeel_spark.metrics import differences, sql_metrics
from evenkeel_spark.program import options_of, run
from evenkeel_spark.release import Release
from evenkeel_spark.scores import score_rows
from evenkeel_spark.storage import read_text
from pyspark.sql import SparkSession


def evaluate(spark: SparkSession, options: argparse.Namespace) -> dict:
    release = Release(options.release, options.model, options.registry)
    manifest = {"manifest": read_text(spark, options.manifest), "source": options.manifest.rsplit("/", 1)[-1]}
    plan = release.ask("plan", {**manifest, "splits": [options.split]})
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
        [(row["line"], row["label"], row["patient"], study_of(row)) for row in rows],
        "line INT, label INT, patient STRING, study STRING",
    )
    scored = scores.join(truth, "line").select("line", "logit", "answer", "label", "patient", "study").cache()
    answers = [json.loads(row.answer) for row in scored.orderBy("line").collect()]
    evaluation = release.ask("judge", {**manifest, "split": options.split, "answers": answers})
    apart = differences(sql_metrics(spark, scored, model), evaluation)
    if apart:
        raise RuntimeError(f"Spark SQL and models/evaluate disagree, so that neither is believed: {apart}")
    spark.createDataFrame([(json.dumps(evaluation),)], "value STRING").coalesce(1).write.mode("overwrite").text(
        f"{options.output}/evaluation"
    )
    return evaluation


def study_of(row: dict) -> str:
    """The same for the views of one study; its own for a row that is no view of any."""
    return f"study {row['study']}" if row["study"] else f"row {row['line']}"


if __name__ == "__main__":
    parser = options_of(__doc__)
    parser.add_argument("--split", help="train | val | test | official; all rows of the task when left out")
    run("evaluate", evaluate, parser.parse_args())

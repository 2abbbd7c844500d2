"""Refits a model's head on a cluster: `spark-submit --py-files evenkeel_spark.zip refit.py --model NAME ...`.

Prints where the candidate bundle is.
"""

from __future__ import annotations

import argparse
import datetime
import tempfile

import numpy
from evenkeel_spark.heads import fit_heads, logits_of
from evenkeel_spark.program import options_of, run
from evenkeel_spark.release import Release, refuse
from evenkeel_spark.scores import score_rows
from evenkeel_spark.storage import publish, read_text
from pyspark.sql import SparkSession

PENALTIES = "0.003,0.01,0.03,0.1,0.3"


def refit(spark: SparkSession, options: argparse.Namespace) -> dict:
    release = Release(options.release, options.model, options.registry)
    manifest = read_text(spark, options.manifest)
    plan = release.ask(
        "plan",
        {
            "manifest": manifest,
            "source": options.manifest.rsplit("/", 1)[-1],
            "splits": [options.train_split, options.validation_split],
        },
    )
    training, validation = plan["sets"]
    refuse_shared_patients(training, validation)
    scores = score_rows(
        spark,
        release,
        root=options.root,
        rows=training + validation,
        sha256=plan["model"]["sha256"],
        folder=f"{options.output}/features",
        with_features=True,
    )
    labels = spark.createDataFrame(
        [(row["line"], row["label"], True) for row in training]
        + [(row["line"], row["label"], False) for row in validation],
        "line INT, label INT, is_training BOOLEAN",
    )
    labelled = scores.join(labels, "line")
    heads = fit_heads(labelled.where("is_training"), options.penalties)
    held_out = labelled.where("NOT is_training").orderBy("line").collect()
    features = numpy.array([row.features for row in held_out])
    with tempfile.TemporaryDirectory() as folder:
        made = release.ask(
            "candidate",
            {
                "heads": [
                    {
                        "l2": head.l2,
                        "weights": head.weights.tolist(),
                        "bias": head.bias,
                        "validationLogits": logits_of(head, features),
                    }
                    for head in heads
                ],
                "validationLabels": [row.label for row in held_out],
                "incumbentLogits": [row.logit for row in held_out],
                "out": folder,
                "date": options.date,
                "manifest": manifest,
                "trainingRows": len(training),
                **({} if options.version is None else {"version": options.version}),
                **({} if options.coverage is None else {"coverage": options.coverage}),
            },
        )
        made["bundle"] = publish(spark, made["bundle"], options.candidates)
    return made


def refuse_shared_patients(training: list, validation: list) -> None:
    """Two films of one patient are alike: a head would be judged on what it has learned by heart."""
    shared = {row["patient"] for row in training} & {row["patient"] for row in validation}
    if shared:
        refuse(
            f"{len(shared)} patients are in both splits, {min(shared)} for example",
            "Threshold and calibration would be chosen on patients the head has learned from",
            "Split the manifest by patient",
        )


if __name__ == "__main__":
    parser = options_of(__doc__)
    parser.add_argument("--candidates", required=True, help="registry to write <name>/<version> into")
    parser.add_argument("--train-split", default="train")
    parser.add_argument("--validation-split", default="val")
    parser.add_argument("--penalties", default=PENALTIES, type=lambda text: [float(one) for one in text.split(",")])
    parser.add_argument("--version", help="of the candidate (default: the incumbent's next minor version)")
    parser.add_argument("--coverage", type=float, help="share that it decides by itself (default: as the incumbent)")
    parser.add_argument("--date", default=datetime.date.today().isoformat(), help="for the bundle's provenance")
    run("refit", refit, parser.parse_args())

"""Logistic heads by MLlib, with the objective of models/train/logistic.ts: balanced classes, standardised columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.feature import StandardScaler
from pyspark.ml.linalg import Vectors, VectorUDT
from pyspark.sql import DataFrame
from pyspark.sql.functions import col, udf, when

TOLERANCE = 1e-10
ITERATIONS_MAX = 2_000


# pyspark.ml.functions has the same, and needs pandas.
vector_of = udf(Vectors.dense, VectorUDT())


@dataclass(frozen=True)
class Head:
    """For raw features: logit = weights . x + bias."""

    l2: float
    weights: numpy.ndarray
    bias: float


def fit_heads(training: DataFrame, penalties: list[float]) -> list[Head]:
    """`training` has the columns label and features."""
    rows = training.select(col("label").cast("double"), vector_of("features").alias("raw")).cache()
    counts = {row.label: row["count"] for row in rows.groupBy("label").count().collect()}
    n = sum(counts.values())
    scaler = StandardScaler(inputCol="raw", outputCol="columns", withMean=True, withStd=True).fit(rows)
    balanced = (
        scaler.transform(rows)
        .withColumn("weight", when(col("label") == 1, n / (2 * counts[1.0])).otherwise(n / (2 * counts[0.0])))
        .cache()
    )
    mean, deviation = scaler.mean.toArray(), scaler.std.toArray()
    safe = numpy.where(deviation > 0, deviation, 1)
    heads = []
    for l2 in penalties:
        fitted = LogisticRegression(
            featuresCol="columns",
            weightCol="weight",
            # MLlib divides by n - 1 where our own fit divides by n, hence its columns are a little smaller.
            regParam=l2 * (n - 1) / n,
            elasticNetParam=0.0,
            standardization=False,
            tol=TOLERANCE,
            maxIter=ITERATIONS_MAX,
        ).fit(balanced)
        weights = numpy.where(deviation > 0, fitted.coefficients.toArray() / safe, 0)
        heads.append(Head(l2, weights, float(fitted.intercept - weights @ mean)))
    balanced.unpersist()
    rows.unpersist()
    return heads


def logits_of(head: Head, features: numpy.ndarray) -> list[float]:
    return (features @ head.weights + head.bias).tolist()

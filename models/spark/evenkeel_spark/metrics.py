"""The figures of an evaluation in Spark SQL: computed apart from models/evaluate, so that each can refute the other."""

from __future__ import annotations

from typing import Any

from pyspark.sql import DataFrame, SparkSession

DELTA_MAX = 1e-6

# Mid-ranks: rows of equal probability share the mean of their ranks, which counts ties as one half.
QUERY = """
WITH judged AS (
  SELECT
    max(label) AS label,
    max(patient) AS patient,
    avg(1 / (1 + exp(-(:slope * logit + :intercept)))) AS probability
  FROM {scored} GROUP BY study
), ranked AS (
  SELECT *, rank() OVER (ORDER BY probability) + (count(*) OVER (PARTITION BY probability) - 1) / 2D AS mid_rank
  FROM judged
), bins AS (
  SELECT abs(sum(probability - label)) AS gap FROM judged GROUP BY least(9, floor(probability * 10))
), counts AS (
  SELECT
    count(*) AS n,
    count(DISTINCT patient) AS patients,
    sum(label) AS positives,
    count(*) - sum(label) AS negatives,
    sum(CASE WHEN label = 1 THEN mid_rank ELSE 0 END) AS rank_sum,
    count_if(label = 1 AND probability >= :threshold) AS true_positives,
    count_if(label = 0 AND probability < :threshold) AS true_negatives
  FROM ranked
)
SELECT
  n,
  patients,
  (rank_sum - positives * (positives + 1) / 2D) / (positives * negatives) AS auroc,
  (true_positives + true_negatives) / n AS accuracy,
  true_positives / positives AS sensitivity,
  true_negatives / negatives AS specificity,
  (SELECT sum(gap) FROM bins) / n AS ece
FROM counts
"""


def sql_metrics(spark: SparkSession, scored: DataFrame, model: dict[str, Any]) -> dict[str, float]:
    """`scored` has the columns logit, label, patient and study, which rows of one study share."""
    values = {"threshold": float(model["threshold"]), **{k: float(v) for k, v in model["calibration"].items()}}
    (row,) = spark.sql(QUERY, args=values, scored=scored).collect()
    return row.asDict()


def differences(sql: dict[str, float], evaluation: dict[str, Any]) -> dict[str, float]:
    """By figure, where the two computations are further apart than rounding explains."""
    apart = {name: abs(value - _value(evaluation[name])) for name, value in sql.items()}
    return {name: delta for name, delta in apart.items() if not delta <= DELTA_MAX}


def _value(figure: Any) -> float:
    return figure["value"] if isinstance(figure, dict) else figure

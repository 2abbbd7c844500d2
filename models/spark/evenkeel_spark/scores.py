"""Scores rows on the executors and keeps the scores as Parquet: each row exactly once, or no answer."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

from pyspark.sql import DataFrame, Row, SparkSession

from .release import Release, refuse
from .scorer import Answer, score
from .storage import read_pictures

SCHEMA = "line INT, logit DOUBLE, answer STRING, features ARRAY<FLOAT>, refusal STRING"
NAMED_MAX = 10


def score_rows(
    spark: SparkSession,
    release: Release,
    *,
    root: str,
    rows: list[dict[str, Any]],
    sha256: str,
    folder: str,
    with_features: bool,
) -> DataFrame:
    """The scores as they lie in `folder`: of a task that ran twice, the one copy that was committed."""

    def of_partition(pictures: Iterator[Row]) -> Iterator[Answer]:
        first = next(pictures, None)
        if first is None:
            return iter(())
        content = ((row.line, row.content) for row in itertools.chain([first], pictures))
        return score(content, release.scorer(with_features), sha256)

    answers = read_pictures(spark, root, rows).rdd.mapPartitions(of_partition)
    spark.createDataFrame(answers, SCHEMA, verifySchema=False).write.mode("overwrite").parquet(folder)
    scores = spark.read.schema(SCHEMA).parquet(folder)
    _refuse_unread(scores, {row["line"]: row["file"] for row in rows})
    _check_once(scores, rows)
    return scores


def _refuse_unread(scores: DataFrame, files: dict[int, str]) -> None:
    refused = scores.where("refusal IS NOT NULL").orderBy("line").limit(NAMED_MAX).collect()
    if not refused:
        return
    reasons = [json.loads(row.refusal) for row in refused]
    each = "; ".join(
        f"line {row.line} of the manifest, {files[row.line]}: {reason['code']}, {reason['found']}"
        for row, reason in zip(refused, reasons)
    )
    count = scores.where("refusal IS NOT NULL").count()
    refuse(f"{count} rows cannot be scored: {each}", reasons[0]["why"], reasons[0]["remedy"])


def _check_once(scores: DataFrame, rows: list[dict[str, Any]]) -> None:
    lines = sorted(row.line for row in scores.select("line").collect())
    expected = sorted(row["line"] for row in rows)
    if lines != expected:
        raise RuntimeError(f"{len(lines)} scores of {len(set(lines))} rows were written for {len(expected)} rows")

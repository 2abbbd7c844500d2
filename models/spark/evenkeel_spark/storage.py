"""What a run reads and leaves wherever Spark can: a file system, S3, Cloud Storage."""

from __future__ import annotations

import posixpath
import re
from typing import Any

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import broadcast

from .release import refuse

LISTING_TASKS = 32


def read_text(spark: SparkSession, location: str) -> str:
    """A small file as a whole."""
    (row,) = _load(spark, [_qualified(spark, location)]).select("content").collect()
    return bytes(row.content).decode("utf-8")


def read_pictures(spark: SparkSession, root: str, rows: list[dict[str, Any]]) -> DataFrame:
    """Columns `line` and `content`: every row has its picture, or the program ends."""
    base = _qualified(spark, root)
    paths = {row["line"]: posixpath.join(base, row["file"]) for row in rows}
    # By name: a folder may hold pictures of which the manifest says nothing, and they would be read, too.
    files = _load(spark, sorted(set(paths.values())))
    wanted = spark.createDataFrame(list(paths.items()), "line INT, path STRING")
    # The rows go to the pictures: no picture crosses the network twice.
    return files.join(broadcast(wanted), "path").select("line", "content")


def _load(spark: SparkSession, paths: list[str]) -> DataFrame:
    """Columns `path` and `content`."""
    # Otherwise Spark asks for the size of each file in a task of its own.
    spark.conf.set("spark.sql.sources.parallelPartitionDiscovery.parallelism", str(LISTING_TASKS))
    try:
        files = spark.read.format("binaryFile").load([_literal(path) for path in paths])
    except AnalysisException as error:
        if error.getErrorClass() != "PATH_NOT_FOUND":
            raise
        refuse(
            f"There is no {error.getMessageParameters()['path']}",
            "The manifest and every picture it names are read: leaving some out would change what the figures mean",
            "Point manifest and root at what is there, or mend the manifest",
        )
    return files.select("path", "content")


def publish(spark: SparkSession, bundle: str, candidates: str) -> str:
    """Copies `.../<name>/<version>` of the driver to `<candidates>/<name>/<version>`, and never over another."""
    name_and_version = bundle.rstrip("/").split("/")[-2:]
    target = posixpath.join(_qualified(spark, candidates), *name_and_version)
    path = spark._jvm.org.apache.hadoop.fs.Path  # noqa: SLF001
    system = path(target).getFileSystem(spark._jsc.hadoopConfiguration())  # noqa: SLF001
    if system.exists(path(target)):
        refuse(
            f"{target} is there already",
            "A version names one model for ever, so that a reading can be traced to it",
            "Choose the next one with --version, or remove the folder if it was never served",
        )
    # Hadoop would leave a hidden checksum beside each file of a local disk.
    system.setWriteChecksum(False)
    system.mkdirs(path(target).getParent())
    system.copyFromLocalFile(path(f"file://{bundle}"), path(target))
    return path(target).toUri().getPath() if target.startswith("file:") else target


def _literal(location: str) -> str:
    """Spark would take these characters for a pattern."""
    return re.sub(r"([\\\[\]{}*?])", r"\\\1", location)


def _qualified(spark: SparkSession, location: str) -> str:
    """With scheme and host, as Spark reports the paths of what it read."""
    jvm, jsc = spark._jvm, spark._jsc  # noqa: SLF001 (Python has no other way to Hadoop's file systems)
    path = jvm.org.apache.hadoop.fs.Path(location)
    return path.getFileSystem(jsc.hadoopConfiguration()).makeQualified(path).toString()

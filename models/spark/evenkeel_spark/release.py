"""Finds the project's compiled code on the machine at hand; the driver asks it what must be the same everywhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import Any, NoReturn

from pyspark import SparkFiles


@dataclass(frozen=True)
class Release:
    """A folder that every machine has, or the name under which Spark unpacks an archive on each of them."""

    place: str
    model: str
    registry: str | None

    def folder(self) -> str:
        """Where the code runs: YARN unpacks archives into the working folder, other clusters beside Spark's files."""
        if os.path.isabs(self.place) or os.path.isdir(self.place):
            return os.path.abspath(self.place)
        return SparkFiles.get(self.place)

    def scorer(self, with_features: bool) -> list[str]:
        command = [*self._node("scorer.js"), "--model", self.model]
        if self.registry is not None:
            command += ["--registry", self.registry]
        return [*command, "--features"] if with_features else command

    def ask(self, verb: str, request: dict[str, Any]) -> Any:
        """The answer of models/spark/driver.ts. What the person can mend ends the program with exit code 2."""
        whole = {"model": self.model, **request}
        if self.registry is not None:
            whole["registry"] = self.registry
        done = subprocess.run(
            [*self._node("driver.js"), verb],
            input=json.dumps(whole),
            stdout=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )
        if done.returncode == 2:
            sys.exit(2)
        if done.returncode != 0:
            raise RuntimeError(f"driver.js {verb} ended with {done.returncode}")
        return json.loads(done.stdout)

    def _node(self, script: str) -> list[str]:
        folder = self.folder()
        own = os.path.join(folder, "bin", "node")
        node = own if os.path.exists(own) else shutil.which("node")
        if node is None:
            raise RuntimeError(f"there is no bin/node in {folder}, and no node on the PATH")
        return [node, os.path.join(folder, "models", "spark", script)]


def refuse(found: str, why: str, remedy: str) -> NoReturn:
    """Ends the program as the project's own commands do when the person can mend it."""
    print(f"evenkeel: {found}. {why}. {remedy}.", file=sys.stderr)
    sys.exit(2)

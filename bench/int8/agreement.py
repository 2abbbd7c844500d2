"""Whether an 8-bit copy of a shipped model says what the model says: `python bench/int8/agreement.py --model NAME --data DIR`.

Needs `pip install onnxruntime==1.31.1 onnx==1.23.2 numpy pillow`. Static quantisation (Jacob et al., CVPR 2018) of convolutions and
additions, weights per channel, ranges from training films; judged on test films, both models on the same ones, turn about.
"""

from __future__ import annotations

import argparse
import csv
import json
import pathlib
import tempfile
import time
from collections.abc import Iterator

import numpy as np
import onnxruntime as ort
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from PIL import Image

REGISTRY = pathlib.Path(__file__).parents[2] / "models" / "registry"
# What a variant would have to hold to be shipped.
LOGIT_DIFFERENCE_MAX = 0.25
DECISION_CHANGES_MAX = 0.01


class Films(CalibrationDataReader):
    def __init__(self, name: str, films: Iterator[np.ndarray]) -> None:
        self.name, self.films = name, films

    def get_next(self) -> dict[str, np.ndarray] | None:
        film = next(self.films, None)
        return None if film is None else {self.name: film}


def main() -> None:
    options = parse_options()
    folder = REGISTRY / options.model
    folder /= json.loads((folder / "pointer.json").read_text())["production"]
    manifest = json.loads((folder / "manifest.json").read_text())
    data = pathlib.Path(options.data)
    with (data / "manifest.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["task"] == manifest["task"]]
    drawn = np.random.default_rng(options.seed)
    of = lambda split, n: drawn.permutation([row for row in rows if row["split"] == split])[:n]  # noqa: E731
    training, test = of("train", options.calibration), of("test", options.films)
    tensor = manifest["input"]["tensor"]
    with tempfile.TemporaryDirectory() as scratch:
        prepared, small = f"{scratch}/prepared.onnx", f"{scratch}/int8.onnx"
        quant_pre_process(str(folder / "model.onnx"), prepared, skip_symbolic_shape=True)
        quantize_static(
            prepared,
            small,
            Films(tensor, (film_of(data, row) for row in training)),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["Conv", "Add"],
            calibrate_method=CalibrationMethod.MinMax,
            extra_options={"CalibMovingAverage": True},
        )
        sessions = [ort.InferenceSession(str(folder / "model.onnx")), ort.InferenceSession(small)]
        sizes = [(folder / "model.onnx").stat().st_size, pathlib.Path(small).stat().st_size]
    logits, seconds = answers(sessions, manifest, [film_of(data, row) for row in test])
    labels = np.array([int(row["label"]) for row in test])
    print(json.dumps(report(manifest, logits, labels) | {
        "bytes": sizes,
        "timeRatio": float(np.median(seconds[1] / seconds[0])),
        "calibrationFilms": len(training),
        "seed": options.seed,
        "onnxruntime": ort.__version__,
    }, indent=1))


def film_of(data: pathlib.Path, row: dict[str, str]) -> np.ndarray:
    """[1, 3, 224, 224]; the copies have the model's size already, so that nothing is resized here."""
    grey = np.asarray(Image.open(data / row["file"]).convert("L"), dtype=np.float32)
    return np.repeat(((grey - 127) / 128)[None, None], 3, axis=1)


def answers(sessions: list, manifest: dict, films: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Logits and seconds, [model, film] each."""
    logits, seconds = np.zeros((2, len(films))), np.zeros((2, len(films)))
    for at, film in enumerate(films):
        for which in (0, 1) if at % 2 == 0 else (1, 0):
            begun = time.perf_counter()
            (logit,) = sessions[which].run([manifest["outputs"]["logit"]], {manifest["input"]["tensor"]: film})
            seconds[which, at] = time.perf_counter() - begun
            logits[which, at] = logit[0, 0]
    return logits, seconds


def report(manifest: dict, logits: np.ndarray, labels: np.ndarray) -> dict:
    probabilities = 1 / (1 + np.exp(-(manifest["calibration"]["slope"] * logits + manifest["calibration"]["intercept"])))
    band, threshold = manifest["unsure"], manifest["threshold"]
    unsure = (probabilities >= band["low"]) & (probabilities < band["high"])
    decisions = np.where(unsure, 2, probabilities >= threshold)
    difference = np.abs(logits[0] - logits[1])
    changes = float(np.mean(decisions[0] != decisions[1]))
    return {
        "model": manifest["name"],
        "version": manifest["version"],
        "films": len(labels),
        "auroc": [auroc(one, labels) for one in logits],
        "logitDifference": {"mean": float(difference.mean()), "max": float(difference.max())},
        "decisionChanges": changes,
        "passes": bool(difference.mean() <= LOGIT_DIFFERENCE_MAX and changes <= DECISION_CHANGES_MAX),
    }


def auroc(scores: np.ndarray, labels: np.ndarray) -> float:
    positive, negative = scores[labels == 1][:, None], scores[labels == 0][None]
    return float(np.mean((positive > negative) + (positive == negative) / 2))


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="what serves under this name is copied")
    parser.add_argument("--data", required=True, help="folder of manifest.csv and the films it names")
    parser.add_argument("--films", type=int, default=700)
    parser.add_argument("--calibration", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()

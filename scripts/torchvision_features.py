"""Features of torchvision's wide_resnet50_2 with random weights, for compareWithTorchvision.ts.

Usage: torchvision_features.py WEIGHTS FEATURES: writes two safetensors files, the network's parameters and
image, layer2 and layer3 (channels last).
"""
import json
import struct
import sys

import numpy
import torch
import torchvision

torch.manual_seed(7)


def save(tensors, path):
    arrays = {name: numpy.ascontiguousarray(tensor.detach().numpy()) for name, tensor in tensors.items()}
    header, end = {}, 0
    for name, array in arrays.items():
        kind = {"float32": "F32", "int64": "I64"}[str(array.dtype)]
        header[name] = {"dtype": kind, "shape": array.shape, "data_offsets": [end, end + array.nbytes]}
        end += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in arrays.values():
            file.write(array.tobytes())


model = torchvision.models.wide_resnet50_2().eval()
with torch.no_grad():
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.2)
            module.running_var.uniform_(0.5, 1.5)
            module.weight.uniform_(0.3, 1)
            module.bias.normal_(0, 0.2)
    image = torch.randint(0, 256, (1, 3, 224, 256)).float()
    mean = torch.tensor([0.485, 0.456, 0.406]).reshape(1, 3, 1, 1)
    std = torch.tensor([0.229, 0.224, 0.225]).reshape(1, 3, 1, 1)
    x = (image / 255 - mean) / std
    x = model.maxpool(model.relu(model.bn1(model.conv1(x))))
    layer2 = model.layer2(model.layer1(x))
    layer3 = model.layer3(layer2)

last = lambda tensor: tensor.permute(0, 2, 3, 1)
save(model.state_dict(), sys.argv[1])
save({"image": last(image), "layer2": last(layer2), "layer3": last(layer3)}, sys.argv[2])
print(f"PyTorch {torch.__version__}, torchvision {torchvision.__version__}")

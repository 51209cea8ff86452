"""The training step of draem.ts in PyTorch: the same networks, losses and optimiser.

Prints the milliseconds of each step and its loss.
"""
import json

import torch
from measure import read, samples, settings, torch_version
from torch import nn
from torch.nn import functional

torch.set_num_threads(settings["threads"])


def pair(inputs, middle, outputs=None):
    outputs = outputs or middle
    return nn.Sequential(
        nn.Conv2d(inputs, middle, 3, padding=1), nn.BatchNorm2d(middle), nn.ReLU(),
        nn.Conv2d(middle, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(),
    )


def enlarging(inputs, outputs):
    return nn.Sequential(
        nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True),
        nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(),
    )


class Encoder(nn.Module):
    def __init__(self, inputs, channels):
        super().__init__()
        for i, outputs in enumerate(channels):
            self.add_module(f"block{i + 1}", pair(inputs, outputs))
            inputs = outputs

    def forward(self, x):
        stages = []
        for block in self.children():
            stages.append(block(functional.max_pool2d(stages[-1], 2) if stages else x))
        return stages


class Reconstruction(nn.Module):
    def __init__(self, w):
        super().__init__()
        self.encoder = Encoder(3, [w, 2 * w, 4 * w, 8 * w, 8 * w])
        self.decoder = nn.Module()
        for i, inputs in enumerate([8 * w, 4 * w, 2 * w, w]):
            self.decoder.add_module(f"up{i + 1}", enlarging(inputs, inputs))
            self.decoder.add_module(f"db{i + 1}", pair(inputs, inputs, max(w, inputs // 2)))
        self.decoder.fin_out = nn.Sequential(nn.Conv2d(w, 3, 3, padding=1))

    def forward(self, x):
        x = self.encoder(x)[-1]
        for i in range(1, 5):
            x = getattr(self.decoder, f"db{i}")(getattr(self.decoder, f"up{i}")(x))
        return self.decoder.fin_out(x)


class Segmentation(nn.Module):
    names = ["_b", "1", "2", "3", "4"]

    def __init__(self, v):
        super().__init__()
        channels = [v, 2 * v, 4 * v, 8 * v, 8 * v, 8 * v]
        self.encoder_segment = Encoder(6, channels)
        self.decoder_segment = nn.Module()
        inputs = 8 * v
        for i, outputs in enumerate([8 * v, 4 * v, 2 * v, v, v]):
            self.decoder_segment.add_module(f"up{self.names[i]}", enlarging(inputs, outputs))
            self.decoder_segment.add_module(f"db{self.names[i]}", pair(outputs + channels[4 - i], outputs))
            inputs = outputs
        self.decoder_segment.fin_out = nn.Sequential(nn.Conv2d(v, 2, 3, padding=1))

    def forward(self, x):
        stages = self.encoder_segment(x)
        x = stages.pop()
        for name in self.names:
            up, two = (getattr(self.decoder_segment, f"{part}{name}") for part in ("up", "db"))
            x = two(torch.cat([up(x), stages.pop()], 1))
        return self.decoder_segment.fin_out(x)


def dissimilarity(a, b):
    line = torch.exp(-((torch.arange(11) - 5.0) ** 2) / (2 * 1.5**2))
    line = line / line.sum()
    window = (line[:, None] * line[None, :]).expand(3, 1, 11, 11).contiguous()

    def blurred(x):
        return functional.conv2d(x, window, padding=5, groups=3)

    mean_a, mean_b = blurred(a), blurred(b)
    product, squares = mean_a * mean_b, mean_a**2 + mean_b**2
    covariance, variances = blurred(a * b) - product, blurred(a**2 + b**2) - squares
    c1, c2 = 0.01**2, 0.03**2
    return 1 - ((2 * product + c1) / (squares + c1) * (2 * covariance + c2) / (variances + c2)).mean()


def focal(anomalous, mask, smoothing=1e-5):
    target = mask.clamp(smoothing, 1 - smoothing)
    p = target * anomalous + (1 - target) * (1 - anomalous) + smoothing
    return -((1 - p) ** 2 * p.log()).mean()


model = nn.ModuleDict({
    "rec": Reconstruction(settings["reconstruction"]),
    "seg": Segmentation(settings["discrimination"]),
})
# The enlargement is the first part of its sequence in both, so names are the same.
with torch.no_grad():
    for name, parameter in model.named_parameters():
        parameter.copy_(torch.from_numpy(read(settings["parameters"][name])))
optimiser = torch.optim.Adam(model.parameters(), lr=settings["learningRate"])
clean, changed = (torch.from_numpy(read(settings[name])).permute(0, 3, 1, 2).contiguous() for name in ("clean", "changed"))
mask = torch.from_numpy(read(settings["mask"]))
losses = []


def step():
    optimiser.zero_grad()
    repaired = model["rec"](changed)
    logits = model["seg"](torch.cat([repaired, changed], 1))
    loss = functional.mse_loss(repaired, clean) + dissimilarity(repaired, clean)
    loss = loss + focal(logits.softmax(1)[:, 1], mask)
    loss.backward()
    optimiser.step()
    losses.append(loss.item())


measured, _ = samples(step)
print(json.dumps({"version": torch_version(), **measured, "losses": losses}))

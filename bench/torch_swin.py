"""The Swin training step and prediction of bench.ts in PyTorch: the same sizes, layers, loss and optimiser.

Called with the settings as JSON in the first argument; prints the milliseconds of each run as JSON.
"""
import json
import sys
import time

import torch
from torch import nn

settings = json.loads(sys.argv[1])
torch.set_num_threads(settings["threads"])
torch.manual_seed(1)
WINDOW, HEADS, DIMENSION = settings["window"], settings["heads"], settings["dimension"]


def partition(x):
    n, h, w, c = x.shape
    x = x.view(n, h // WINDOW, WINDOW, w // WINDOW, WINDOW, c)
    return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, WINDOW * WINDOW, c)


def join(x, shape):
    n, h, w, c = shape
    x = x.view(n, h // WINDOW, w // WINDOW, WINDOW, WINDOW, c)
    return x.permute(0, 1, 3, 2, 4, 5).reshape(n, h, w, c)


def relative_index():
    rows, columns = torch.meshgrid(torch.arange(WINDOW), torch.arange(WINDOW), indexing="ij")
    places = torch.stack([rows.flatten(), columns.flatten()])
    difference = places[:, :, None] - places[:, None, :] + WINDOW - 1
    return difference[0] * (2 * WINDOW - 1) + difference[1]


def shift_mask(size, shift):
    region = torch.zeros(1, size, size, 1)
    parts = (slice(0, -WINDOW), slice(-WINDOW, -shift), slice(-shift, None))
    for i, rows in enumerate(parts):
        for j, columns in enumerate(parts):
            region[:, rows, columns] = 3 * i + j
    tokens = partition(region).squeeze(-1)
    return ((tokens[:, :, None] != tokens[:, None, :]) * -100.0)[:, None]


class Block(nn.Module):
    def __init__(self, shift, size):
        super().__init__()
        self.shift = shift
        self.norm1, self.norm2 = nn.LayerNorm(DIMENSION), nn.LayerNorm(DIMENSION)
        self.qkv = nn.Linear(DIMENSION, 3 * DIMENSION)
        self.proj = nn.Linear(DIMENSION, DIMENSION)
        self.table = nn.Parameter(torch.randn((2 * WINDOW - 1) ** 2, HEADS) * 0.02)
        self.mlp = nn.Sequential(nn.Linear(DIMENSION, 4 * DIMENSION), nn.GELU(), nn.Linear(4 * DIMENSION, DIMENSION))
        self.register_buffer("index", relative_index())
        self.register_buffer("mask", shift_mask(size, shift) if shift else None)

    def forward(self, x):
        z = self.norm1(x)
        if self.shift:
            z = torch.roll(z, (-self.shift, -self.shift), (1, 2))
        z = partition(z)
        count, tokens, _ = z.shape
        q, k, v = self.qkv(z).view(count, tokens, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        scores = (q * (DIMENSION // HEADS) ** -0.5) @ k.transpose(-2, -1)
        scores = scores + self.table[self.index].permute(2, 0, 1)
        if self.mask is not None:
            maps = len(self.mask)
            scores = (scores.view(-1, maps, HEADS, tokens, tokens) + self.mask).view(count, HEADS, tokens, tokens)
        z = self.proj((scores.softmax(-1) @ v).transpose(1, 2).reshape(count, tokens, DIMENSION))
        z = join(z, x.shape)
        if self.shift:
            z = torch.roll(z, (self.shift, self.shift), (1, 2))
        x = x + z
        return x + self.mlp(self.norm2(x))


class Swin(nn.Module):
    def __init__(self):
        super().__init__()
        size = settings["windowSize"]
        self.embedding = nn.Linear(settings["inputDimension"], DIMENSION)
        self.norm0, self.norm = nn.LayerNorm(DIMENSION), nn.LayerNorm(DIMENSION)
        shifts = [0 if i % 2 == 0 or size <= WINDOW else WINDOW // 2 for i in range(settings["blocks"])]
        self.blocks = nn.Sequential(*(Block(shift, size) for shift in shifts))
        self.head = nn.Linear(DIMENSION, 2)

    def forward(self, x):
        logits = self.head(self.norm(self.blocks(self.norm0(self.embedding(x)))))
        return torch.sigmoid(logits[..., 1] - logits[..., 0])


def focal_loss(p, labels, alpha=0.25, gamma=4):
    normal, anomalous = labels == 0, labels == 1
    of_normal = ((1 - alpha) * p**gamma * -torch.log((1 - p).clamp(min=1e-8)))[normal].mean()
    return of_normal + (alpha * (1 - p) ** gamma * -torch.log(p.clamp(min=1e-8)))[anomalous].mean()


def samples(run):
    clock, processor = [], []
    for i in range(settings["warmUp"] + settings["measured"]):
        start, used = time.perf_counter(), time.process_time()
        run()
        if i >= settings["warmUp"]:
            clock.append(1000 * (time.perf_counter() - start))
            processor.append(1000 * (time.process_time() - used))
    return {"clock": clock, "processor": processor}


model = Swin()
average = [p.detach().clone() for p in model.parameters()]
optimiser = torch.optim.AdamW(model.parameters(), lr=settings["learningRate"], weight_decay=0.05)
size = settings["windowSize"]
tokens = torch.randn(settings["windows"], size, size, settings["inputDimension"]).abs()
labels = (torch.rand(settings["windows"], size, size) > 0.9).float()
losses = []


def step():
    optimiser.zero_grad()
    loss = focal_loss(model(tokens), labels)
    loss.backward()
    optimiser.step()
    with torch.no_grad():
        torch._foreach_mul_(average, 0.999)
        torch._foreach_add_(average, list(model.parameters()), alpha=0.001)
    losses.append(loss.item())


def predict():
    with torch.no_grad():
        model(tokens)


steps = samples(step)
with open("/proc/self/maps") as maps:
    # Debian's PyTorch takes whatever stands behind libblas.so.3; the reference one is many times slower.
    blas = "OpenBLAS" if "openblas" in maps.read() else "reference BLAS"
version = f"{torch.__version__} {blas}"
print(json.dumps({"version": version, "step": steps, "predict": samples(predict), "loss": losses[1]}))

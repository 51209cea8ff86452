"""The Swin training step and prediction of swinStep.ts in PyTorch: the same sizes, layers, loss and optimiser.

Prints the milliseconds of each run of the `part` asked for, and the losses of the steps or the scores predicted.
"""
import json

import torch
from measure import read, samples, settings, torch_version
from torch import nn

torch.set_num_threads(settings["threads"])
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


def names_of_ours(name):
    """Ours are those of torchvision's Swin."""
    for theirs, ours in (
        ("embedding.", "features.0.0."),
        ("norm0.", "features.0.2."),
        ("blocks.", "features.1."),
        (".qkv.", ".attn.qkv."),
        (".proj.", ".attn.proj."),
        (".table", ".attn.relative_position_bias_table"),
        (".mlp.2.", ".mlp.3."),
    ):
        name = name.replace(theirs, ours)
    return name


model = Swin()
with torch.no_grad():
    for name, parameter in model.named_parameters():
        parameter.copy_(torch.from_numpy(read(settings["parameters"][names_of_ours(name)])))
average = [p.detach().clone() for p in model.parameters()]
optimiser = torch.optim.AdamW(model.parameters(), lr=settings["learningRate"], weight_decay=0.05)
tokens, labels = (torch.from_numpy(read(settings[name])) for name in ("tokens", "labels"))
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
        return model(tokens)


measured, result = samples(step if settings["part"] == "step" else predict)
scores = None if result is None else result.flatten().tolist()
print(json.dumps({"version": torch_version(), **measured, "losses": losses, "scores": scores}))

"""The greedy coreset (farthest-first traversal) in PyTorch: after each pick, the distance of every point to it.

Prints the picks, and the largest distance of any point to the nearest of them, and of `others`.
"""
import json

import torch
from measure import read, samples, settings, torch_version

torch.set_num_threads(settings["threads"])
features, matrix = (torch.from_numpy(read(settings[name])) for name in ("features", "matrix"))


def select():
    points = features @ matrix
    norms = (points**2).sum(1)
    # |x - p|^2 = |x|^2 - 2xp + |p|^2: one product and one pass a pick.
    nearest = torch.full((len(points),), float("inf"))
    picks, pick = [], 0
    for _ in range(settings["count"]):
        picks.append(pick)
        distances = torch.addmv(norms, points, points[pick], alpha=-2).add_(norms[pick])
        torch.minimum(nearest, distances, out=nearest)
        nearest[pick] = -1
        pick = int(nearest.argmax())
    return points, picks


def largest_gap(points, picks):
    chosen = points[picks]
    norms = (chosen**2).sum(1)
    gaps = [(torch.addmm(norms, part, chosen.T, alpha=-2).min(1).values + (part**2).sum(1)).max() for part in points.split(4096)]
    return float(max(gaps).clamp(min=0).sqrt())


measured, (points, picks) = samples(select)
radii = {"radius": largest_gap(points, picks), "othersRadius": largest_gap(points, settings["others"])}
print(json.dumps({"version": torch_version(), **measured, **radii, "indices": picks}))

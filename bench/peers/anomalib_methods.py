"""Five methods of Anomalib: its models, losses and optimisers in a plain loop, without Lightning's trainer and data loaders.

Prints the milliseconds of trainings or of their steps and of predictions, and the highest memory. Into `output` it writes maps,
computed in double precision, enlarged as ours and not smoothed, with their scores.
"""
import json
import time
from importlib.metadata import version

import safetensors_files
import torch
from anomalib.models.image.cflow.torch_model import CflowModel
from anomalib.models.image.cflow.utils import get_logp, positional_encoding_2d
from anomalib.models.image.draem.loss import DraemLoss
from anomalib.models.image.draem.torch_model import DraemModel
from anomalib.models.image.padim.anomaly_map import AnomalyMapGenerator as PadimMap
from anomalib.models.image.padim.torch_model import PadimModel
from anomalib.models.image.patchcore.torch_model import PatchcoreModel
from anomalib.models.image.reverse_distillation.anomaly_map import AnomalyMapGenerationMode
from anomalib.models.image.reverse_distillation.loss import ReverseDistillationLoss
from anomalib.models.image.reverse_distillation.torch_model import ReverseDistillationModel
from anomalib.data.utils.generators.perlin import PerlinAnomalyGenerator
from measure import peak_bytes, read, samples, settings, torch_version
from torch.nn import functional

torch.set_num_threads(settings["threads"])
torch.manual_seed(1)
method, params, layers = settings["id"], settings["params"], settings.get("layers")
compares = settings.get("output") is not None
if compares:
    # The inverse of a covariance of few images loses digits in single precision.
    torch.set_default_dtype(torch.float64)
mean = torch.tensor([0.485, 0.456, 0.406]).reshape(1, 3, 1, 1)
std = torch.tensor([0.229, 0.224, 0.225]).reshape(1, 3, 1, 1)


def images(name):
    """As bytes, the way they come from a decoder."""
    return torch.from_numpy(read(settings[name])).to(torch.uint8)


def prepared(batch):
    """Anomalib's preparation: of DRAEM without the colours of ImageNet."""
    batch = batch.permute(0, 3, 1, 2).contiguous().to(torch.get_default_dtype()) / 255
    return batch if method == "draem" else (batch - mean) / std


def with_weights(model, extractor):
    """The backbone with the given weights. The counters of batches are not in the file, the layers behind the last not in the model."""
    weights = {name: torch.from_numpy(array) for name, array in safetensors_files.load(settings["weights"]).items()}
    missing = extractor.feature_extractor.load_state_dict(weights, strict=False).missing_keys
    assert all(name.endswith("num_batches_tracked") for name in missing), missing
    return model


def enlarged(distances):
    return functional.interpolate(distances, size=train.shape[1:3], mode="bilinear")


class RawPatchcoreMap(torch.nn.Module):
    """Anomalib repeats places instead, and smooths."""

    def forward(self, patch_scores, _size):
        return enlarged(patch_scores)


class RawPadimMap(torch.nn.Module):
    def forward(self, embedding, mean, inv_covariance, image_size):
        return enlarged(PadimMap.compute_distance(embedding, [mean, inv_covariance]))


class BilinearPadim(PadimModel):
    """Anomalib repeats the places of the coarser layers instead."""

    def generate_embedding(self, features):
        return torch.index_select(PatchcoreModel.generate_embedding(self, features), 1, self.idx)


def train_whole(model, fit):
    """Features of image by image, then what is made of them."""

    def run():
        model.train()
        with torch.no_grad():
            for image in train:
                model(prepared(image[None]))
            fit()
        model.eval()

    measured, _ = samples(run, {"warmUp": 0, "measured": 1})
    return measured, measured["clock"][0] / 1000


def train_steps(model, optimiser, loss_of):
    """Steps by the loss of a batch of images."""
    start = time.perf_counter()
    model.train()
    count = params.get("imagesPerStep", 1)

    def step():
        batch = prepared(train[torch.randint(len(train), (count,))])
        optimiser.zero_grad()
        loss = loss_of(batch)
        loss.backward()
        optimiser.step()
        assert torch.isfinite(loss)

    measured, _ = samples(step, {"warmUp": 1, "measured": settings["steps"] - 1})
    model.eval()
    return measured, time.perf_counter() - start


def patchcore():
    model = with_weights(m := PatchcoreModel(layers, pre_trained=False, num_neighbors=params["reweightingNeighbours"]), m.feature_extractor)

    def fit():
        if params["coresetRatio"] < 1:
            model.subsample_embedding(params["coresetRatio"])
        else:
            model.memory_bank = torch.vstack(model.embedding_store)

    if compares:
        model.anomaly_map_generator = RawPatchcoreMap()
    return model, *train_whole(model, fit)


def padim():
    kind = BilinearPadim if compares else PadimModel
    model = with_weights(m := kind("wide_resnet50_2", layers, pre_trained=False, n_features=params["channels"]), m.feature_extractor)
    if compares:
        model.idx = torch.tensor(settings["channels"])
        model.anomaly_map_generator = RawPadimMap()
    return model, *train_whole(model, model.fit)


def draem():
    model, loss, augmenter = DraemModel(), DraemLoss(), PerlinAnomalyGenerator()

    def loss_of(clean):
        changed, mask = augmenter(clean)
        reconstruction, prediction = model(changed)
        return loss(clean, reconstruction, mask, prediction)

    return model, *train_steps(model, torch.optim.Adam(model.parameters(), lr=1e-4), loss_of)


def rd():
    size = tuple(train.shape[1:3])
    model = ReverseDistillationModel("wide_resnet50_2", size, layers, AnomalyMapGenerationMode.ADD, pre_trained=False)
    with_weights(model, model.encoder)
    loss = ReverseDistillationLoss()
    trained = list(model.decoder.parameters()) + list(model.bottleneck.parameters())
    optimiser = torch.optim.Adam(trained, lr=0.005, betas=(0.5, 0.99))
    return model, *train_steps(model, optimiser, lambda batch: loss(*model(batch)))


def cflow():
    """A step takes as many places of every layer; their features are at hand, as in ours."""
    model = with_weights(m := CflowModel("wide_resnet50_2", layers, pre_trained=False, fiber_batch_size=params["placesPerStep"]), m.encoder)
    optimiser = torch.optim.Adam(model.decoders.parameters(), lr=1e-4)
    start = time.perf_counter()
    with torch.no_grad():
        maps = [model.encoder(prepared(image[None])) for image in train]
    places, codes = [], []
    for layer in layers:
        both = torch.cat([each[layer] for each in maps])
        code = positional_encoding_2d(model.condition_vector, *both.shape[2:]).expand(len(both), -1, -1, -1)
        places.append(both.permute(0, 2, 3, 1).reshape(-1, both.shape[1]))
        codes.append(code.permute(0, 2, 3, 1).reshape(-1, code.shape[1]))
    model.train()

    def step():
        for decoder, features, code in zip(model.decoders, places, codes):
            chosen = torch.randint(len(features), (params["placesPerStep"],))
            optimiser.zero_grad()
            latent, log_determinant = decoder(features[chosen], [code[chosen]])
            width = features.shape[1]
            loss = -functional.logsigmoid(get_logp(width, latent, log_determinant) / width).mean()
            loss.backward()
            optimiser.step()
            assert torch.isfinite(loss)

    measured, _ = samples(step, {"warmUp": 1, "measured": settings["steps"] - 1})
    model.eval()
    return model, measured, time.perf_counter() - start


train, test = images("train"), images("test")
model, training, seconds = {"patchcore": patchcore, "padim": padim, "draem": draem, "rd": rd, "cflow": cflow}[method]()
asked = 0


def predict():
    global asked
    asked += 1
    with torch.inference_mode():
        return model(prepared(test[(asked - 1) % len(test)][None]))


prediction, _ = samples(predict, settings["predictions"])
peak = peak_bytes()
if compares:
    found = [model(prepared(image[None])) for image in test]
    arrays = {f"map{i}": each.anomaly_map[0, 0].float().numpy() for i, each in enumerate(found)}
    arrays.update({f"score{i}": each.pred_score.reshape(1).float().numpy() for i, each in enumerate(found)})
    safetensors_files.save(arrays, settings["output"])
name = f"Anomalib {version('anomalib')}, {torch_version()}"
print(json.dumps({"version": name, "training": training, "trainingSeconds": seconds, "prediction": prediction, "peakBytes": peak}))

"""The nearest row of `bank` for each row of `queries`, by PyTorch or faiss. Writes the rows as int32."""
import json

import numpy
from measure import read, samples, settings, torch_version

bank, queries = read(settings["bank"]), read(settings["queries"])


def by_faiss(make):
    import faiss

    faiss.omp_set_num_threads(settings["threads"])
    index = make(faiss, bank.shape[1])
    if not index.is_trained:
        index.train(bank)
    index.add(bank)
    return f"faiss {faiss.__version__}", lambda: index.search(queries, 1)[1][:, 0]


def by_torch(search):
    import torch

    torch.set_num_threads(settings["threads"])
    search = search(torch, torch.from_numpy(bank), torch.from_numpy(queries))
    return torch_version(), lambda: search().numpy()


def matmul(torch, bank, queries):
    # What depends on the bank alone is made before, as ours and faiss do it; around the mean little cancels.
    centre = bank.mean(0)
    centred = bank - centre
    norms = (centred**2).sum(1)
    return lambda: torch.addmm(norms, queries - centre, centred.T, alpha=-2).min(1).indices


def cdist(torch, bank, queries):
    return lambda: torch.cdist(queries, bank).min(1).indices


def flat(faiss, dimensions):
    return faiss.IndexFlatL2(dimensions)


def hnsw(faiss, dimensions):
    index = faiss.IndexHNSWFlat(dimensions, 32)
    index.hnsw.efSearch = 64
    return index


def inverted(faiss, dimensions):
    index = faiss.index_factory(dimensions, "IVF128,Flat")
    index.nprobe = 16
    return index


engines = {
    "faiss": lambda: by_faiss(flat),
    "hnsw": lambda: by_faiss(hnsw),
    "inverted": lambda: by_faiss(inverted),
    "matmul": lambda: by_torch(matmul),
    "cdist": lambda: by_torch(cdist),
}
version, search = engines[settings["engine"]]()
measured, indices = samples(search)
indices.astype(numpy.int32).tofile(settings["output"])
print(json.dumps({"version": version, **measured}))

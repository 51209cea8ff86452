"""What the peers have in common: settings, arrays exchanged as raw bytes, and measuring."""
import json
import sys
import time

import numpy

settings = json.loads(sys.argv[1])


def read(array):
    """The float32 array that Exchange.write in python.ts wrote."""
    return numpy.fromfile(array["file"], dtype=numpy.float32).reshape(array["shape"])


def samples(run, repetitions=settings):
    """Milliseconds of each measured run, by the clock and of the processor, and what the last one returned."""
    clock, processor, result = [], [], None
    for i in range(repetitions["warmUp"] + repetitions["measured"]):
        start, used = time.perf_counter(), time.process_time()
        result = run()
        if i >= repetitions["warmUp"]:
            clock.append(1000 * (time.perf_counter() - start))
            processor.append(1000 * (time.process_time() - used))
    return {"clock": clock, "processor": processor}, result


def torch_version():
    import torch

    # Debian's PyTorch takes whatever stands behind libblas.so.3; the reference one is many times slower.
    with open("/proc/self/maps") as maps:
        blas = "MKL" if torch.backends.mkl.is_available() else "OpenBLAS" if "openblas" in maps.read() else "reference BLAS"
    return f"PyTorch {torch.__version__} {blas}"


def peak_bytes():
    """Highest resident memory of this process so far."""
    with open("/proc/self/status") as status:
        return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM:"))

# pip install onnxruntime pillow; python3 predict.py tiles.onnx part.png
import sys
import numpy, onnxruntime
from PIL import Image
model, image = sys.argv[1:3]
session = onnxruntime.InferenceSession(model)
side = session.get_inputs()[0].shape[1]
pixels = Image.open(image).convert("RGB").resize((side, side), Image.Resampling.BICUBIC)
batch = numpy.asarray(pixels, numpy.float32)[None]
anomaly_map, score = session.run(["anomaly_map", "anomaly_score"], {"image": batch})
print(score[0], "at", numpy.unravel_index(anomaly_map[0].argmax(), (side, side)))

// npm install onnxruntime-node sharp; node predict.mjs tiles.onnx part.png [map.f32]
import { writeFile } from 'node:fs/promises';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';
const [model, image, mapFile] = process.argv.slice(2);
const session = await ort.InferenceSession.create(model);
const side = session.inputMetadata[0].shape[1];
const square = { width: side, height: side, fit: 'fill', kernel: 'cubic' };
const pixels = await sharp(image).removeAlpha().toColourspace('srgb').resize(square).raw().toBuffer();
const input = new ort.Tensor('float32', Float32Array.from(pixels), [1, side, side, 3]);
const { anomaly_map: map, anomaly_score: score } = await session.run({ image: input });
console.log(score.data[0]);
if (mapFile) await writeFile(mapFile, map.data); // float32, row by row

import type { Problem } from './errors.js';

/** Formats that run code when they are read, or that nothing here reads; each with the way out. */
const unsupported: readonly { name: string; endings: readonly string[]; start?: RegExp }[] = [
  // A safetensors file may start like that too, but its length has zeros in the upper half.
  {
    name: 'PyTorch or pickle',
    endings: ['.pt', '.pth', '.pkl', '.pickle', '.ckpt'],
    start: /^800[2-5].{4}(?!00000000)/,
  },
  { name: 'Keras or HDF5', endings: ['.h5', '.hdf5', '.keras'], start: /^894844460d0a1a0a/ },
  { name: 'SavedModel', endings: ['.pb'] },
  { name: 'TensorFlow.js', endings: ['.json'] },
  { name: 'TensorFlow Lite', endings: ['.tflite'] },
  { name: 'zip or gzip', endings: ['.zip', '.tar', '.gz', '.tgz'], start: /^(504b0304|1f8b)/ },
];

const wayOut = 'convert it to safetensors or ONNX (docs/plugins.md shows how)';

/** What is wrong with the name of a model file: a way out of the models folder, or the ending of a format never parsed. */
export function modelFileNameProblem(name: string): Problem | undefined {
  const parts = name.split(/[\\/]/);
  if (name.includes('\0') || /^[\\/]|^[a-z]:/i.test(name) || parts.some((part) => part === '..' || part === '')) {
    const message = `${JSON.stringify(name)} leaves the models folder: give the name of a file in it`;
    return { code: 'MODEL_UNSAFE_PATH', message, item: name };
  }
  const format = unsupported.find(({ endings }) => endings.some((ending) => name.toLowerCase().endsWith(ending)));
  return format && formatProblem(name, format.name);
}

/** What is wrong with the first bytes of a model file: they are those of a format never parsed. */
export function modelFormatProblem(name: string, bytes: Uint8Array): Problem | undefined {
  const start = Buffer.from(bytes.subarray(0, 8)).toString('hex');
  const format = unsupported.find((each) => each.start?.test(start));
  return format && formatProblem(name, format.name);
}

function formatProblem(item: string, format: string): Problem {
  const message = `${item} is a ${format} file, which is never read; ${wayOut}`;
  return { code: 'MODEL_FORMAT_UNSUPPORTED', message, item };
}

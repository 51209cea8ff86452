import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it.each(['examples/onnx/predict.mjs', 'examples/onnx/predict.py'])('docs/export.md shows %s as it is', (file) => {
  expect(readFileSync('docs/export.md', 'utf8')).toContain(readFileSync(file, 'utf8'));
});

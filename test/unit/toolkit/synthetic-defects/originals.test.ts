import { expect, test } from 'vitest';
import { blend } from '../../../../src/toolkit/synthetic-defects/defectLayer.js';
import { PerlinNoise } from '../../../../src/toolkit/synthetic-defects/perlinNoise.js';
import { array, expectGolden, goldenCases, number } from '../../../golden/golden.js';

const cases = (op: string) => goldenCases('detectors/draem/draem', op);

test.each(cases('perlin'))('$name: noise of the original', (golden) => {
  const [height, width] = golden.inputs['shape'] as [number, number];
  const [rows, columns] = golden.inputs['cells'] as [number, number];
  const angles = [...array(golden.inputs['angles']).data];
  // The original has the cosine along rows, and a lattice that ends where ours begins anew.
  const noise = new PerlinNoise(columns + 1, rows + 1, { between: () => Math.PI / 2 - angles.shift()! });
  const data = Float32Array.from({ length: height * width }, (_, i) =>
    noise.at(((i % width) * columns) / width, (Math.floor(i / width) * rows) / height),
  );
  expect(angles).toEqual([]);
  expectGolden(golden, { noise: { data, shape: [height, width] } });
});

test.each(cases('blend'))('$name: a texture in a mask, as translucent as the original has it', (golden) => {
  const [image, texture, mask] = ['image', 'texture', 'mask'].map((name) => array(golden.inputs[name]).data);
  const coverage = mask!.map((inside) => inside * (1 - number(golden.inputs['beta'])));
  const augmented = blend(image!, [{ coverage, source: texture! }], null);
  expectGolden(golden, { augmented: { data: augmented, shape: [1, 4, 4, 3] } });
});

import { afterAll, describe, expect, it } from 'vitest';
import { compute, nonFinite, registry, sampleImage } from './plugins.js';
import { defective, predict, train } from './tinyTrainings.js';

afterAll(() => compute.dispose());

/** Copies of one picture, as a camera makes them that looks at a golden part, or one that has stopped. */
const copies = (image: () => ReturnType<typeof sampleImage>) =>
  Array.from({ length: 8 }, (_, i) => ({
    id: `copy-${i}`,
    filename: `copy-${i}.png`,
    load: () => Promise.resolve(image()),
  }));

/** Grey all over: every place of it has the same features but for the edges. */
function plain() {
  const image = sampleImage(64, 64, 1);
  image.data.fill(128);
  return image;
}

const trainings = registry
  .plugins('detector')
  .flatMap(({ id, supervisions, uses }) =>
    supervisions.map((supervision) => [id, supervision, uses.features] as const),
  );

describe.each(trainings)('detector %s, %s, trained on equal images', (id, supervision, usesFeatures) => {
  it.each([
    ['of a part', () => sampleImage(64, 64, 1)],
    ['of nothing', plain],
  ])('%s predicts finite values for the same image, as a new one too, and for others', async (_name, image) => {
    const { plan, state } = await train(id, supervision, 1, { normalImages: copies(image) });
    const predictions = [
      await predict(plan, state, image()),
      await predict(plan, state, image(), 'copy-0'),
      await predict(plan, state, sampleImage(64, 64, 2)),
      await predict(plan, state, defective(3)),
    ];
    for (const { anomalyMap, anomalyScore } of predictions) {
      expect(nonFinite(anomalyMap.data) + nonFinite([anomalyScore])).toBe(0);
    }
    // A network that begins with nothing has not learnt to tell them apart in the few steps of a test.
    if (usesFeatures) expect(predictions[3]!.anomalyScore).toBeGreaterThanOrEqual(predictions[0]!.anomalyScore);
  });
});

it.each(['cpu-small'])('SemiREST with the preset %s is trained on equal images, too', async (preset) => {
  const variation = { preset, normalImages: copies(() => sampleImage(64, 64, 1)) };
  const { plan, state } = await train('semirest', 'UNSUPERVISED', 1, variation);
  const { anomalyMap, anomalyScore } = await predict(plan, state, defective(3));
  expect(nonFinite(anomalyMap.data) + nonFinite([anomalyScore])).toBe(0);
});

import {
  elementCount,
  RandomSource,
  tf,
  type AugmentationPlugin,
  type ImageAugmentation,
  type ResidualAugmentation,
  type z,
} from '../plugin-api/index.js';
import { unless, type ContractRule } from './rule.js';
import { largestDifference, nonFinite, sampleImage } from './samples.js';

type Plugin = AugmentationPlugin<z.ZodObject>;

const image = sampleImage(96, 64, 1);
const others = [sampleImage(80, 64, 2), sampleImage(64, 96, 3)];

/** A rule about augmentations of images; those of residuals keep it by being others. */
const ofImages = (
  name: string,
  check: (augment: (seed: number) => ReturnType<ImageAugmentation['augment']>) => string[],
) => ({
  name,
  check: (plugin: Plugin, { params }: { params: Record<string, unknown> }) => {
    const augmentation = plugin.create(params);
    if (augmentation.stage !== 'image') return [];
    return check((seed) => augmentation.augment(image, others, RandomSource.fromSeed(seed)));
  },
});

const ofResiduals = (
  name: string,
  check: (apply: (seed: number) => { shape: number[]; data: ArrayLike<number> }, shape: readonly number[]) => string[],
) => ({
  name,
  check: (plugin: Plugin, { params }: { params: Record<string, unknown> }) => {
    const augmentation = plugin.create(params);
    if (augmentation.stage !== 'residual') return [];
    const shape: Shape = [augmentation.neighbours, 2, 4, 4, 8];
    return check((seed) => applied(augmentation, shape, seed), shape);
  },
});

type Shape = [number, number, number, number, number];

function applied(augmentation: ResidualAugmentation, shape: Shape, seed: number) {
  const random = RandomSource.fromSeed(seed);
  return tf.tidy(() => {
    const values = Float32Array.from({ length: elementCount(shape) }, (_, i) => 0.5 + (i % 17) / 17);
    const inputs = augmentation.randomInputs(shape).map((input) => {
      const { spec } = input;
      const data = new Float32Array(elementCount(spec.shape)).fill(NaN);
      input.fill(data, random);
      return tf.tensor(data, [...spec.shape]);
    });
    const result = augmentation.apply(tf.tensor5d(values, shape), inputs);
    return { shape: [...result.shape], data: result.dataSync().slice() };
  });
}

const differs = (a: ArrayLike<number>, b: ArrayLike<number>) => largestDifference(a, b) !== 0;

/** What every augmentation keeps. */
export const augmentationRules: readonly ContractRule<Plugin>[] = [
  ofImages('keeps the size, changes pixels inside its mask only, and says where', (augment) =>
    Array.from({ length: 20 }, (_, seed) => seed).flatMap((seed) => {
      const { image: changed, mask } = augment(seed);
      const sizes = [changed.width, changed.height, mask.width, mask.height].join(', ');
      const outside = changed.data.filter((value, i) => !mask.data[Math.floor(i / 3)] && value !== image.data[i]);
      return unless(
        [sizes === '96, 64, 96, 64', `with seed ${seed} image and mask have the sizes ${sizes} for one of 96 x 64`],
        [outside.length === 0, `with seed ${seed} it changes ${outside.length} values outside its mask`],
        [mask.data.includes(1), `with seed ${seed} its mask is empty`],
      );
    }),
  ),
  ofImages('gives the same image for the same seed and another one for another', (augment) =>
    unless(
      [!differs(augment(5).image.data, augment(5).image.data), 'the same seed gives two images'],
      [differs(augment(5).image.data, augment(6).image.data), 'two seeds give the same image'],
    ),
  ),
  ofImages('leaves its input alone', (augment) => {
    const before = image.data.slice();
    augment(7);
    const isChanged = differs(image.data, before);
    image.data.set(before);
    return unless([!isChanged, 'it changes the image it is given']);
  }),
  ofResiduals(
    'keeps windows, rows, columns and channels, and leaves one neighbour where it chooses',
    (apply, shape) => {
      const { shape: found, data } = apply(1);
      const wanted = [1, ...shape.slice(1)].join(', ');
      return unless(
        [
          found.join(', ') === wanted,
          `it gives [${found.join(', ')}] for [${shape.join(', ')}]; wanted is [${wanted}]`,
        ],
        [nonFinite(data) === 0, `${nonFinite(data)} values are not finite`],
      );
    },
  ),
  ofResiduals('gives the same residuals for the same seed and others for another', (apply) =>
    unless(
      [!differs(apply(1).data, apply(1).data), 'the same seed gives two results'],
      [differs(apply(1).data, apply(2).data), 'two seeds give the same result'],
    ),
  ),
  ofResiduals('gives back every tensor', (apply) => {
    const before = tf.memory().numTensors;
    apply(3);
    const kept = tf.memory().numTensors - before;
    return unless([kept === 0, `it keeps ${kept}`]);
  }),
];

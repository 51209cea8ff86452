import { tf, type HostTensor, type RandomSource } from 'residua/plugin-api';
import {
  convolution,
  convolutionParameters,
  filled,
  linear,
  normalisationParameters,
  placeScores,
  topShareMean,
  uniformByFanIn,
  type NamedTensors,
  type Normalise,
} from 'residua/toolkit';

/** The heads that score places, in the order of the paper. */
export const placeHeads = ['seen', 'pseudo', 'composite'] as const;
/** One of {@link placeHeads}. */
export type PlaceHead = (typeof placeHeads)[number];

/** What the heads look at. */
export interface HeadInput {
  /** `[n, h, w, c]`. */
  features: tf.Tensor4D;
  /** Mean of the reference images, `[1, h, w, c]`. */
  reference: tf.Tensor4D;
}

/** What the heads say of the images at one scale. */
export interface Judgement {
  /** `[n]`; high on normal images. */
  holistic: tf.Tensor1D;
  /** Scores of places, `[n, h * w]`, of each head that there is. */
  places: Partial<Record<PlaceHead, tf.Tensor2D>>;
}

/** Scores of images by each head, `[n]`. */
export type HeadScores = { holistic: tf.Tensor1D } & Partial<Record<PlaceHead, tf.Tensor1D>>;

/** Sizes of the heads. */
export interface HeadShape {
  /** Channels of the features. */
  channels: number;
  /** Hidden size of the holistic head. */
  hidden: number;
  /** Whether there are labelled anomalies, from which the seen head learns. */
  seen: boolean;
}

/** Scores are not signed: see {@link placeScores}. */
const scoring = { absolute: true } as const;

/** Initial values of all heads, as PyTorch begins them; names are those of the original implementation. */
export function initialHeads({ channels, hidden, seen }: HeadShape, random: RandomSource): Record<string, HostTensor> {
  const layer = (name: string, inputs: number, outputs: number) => ({
    [`${name}.weight`]: uniformByFanIn([outputs, inputs], random),
    [`${name}.bias`]: filled([outputs], 0),
  });
  const score = (head: PlaceHead) =>
    convolutionParameters(`${head}_head.scoring`, { inputs: channels, outputs: 1, kernel: 1 }, uniformByFanIn, random);
  const difference = { inputs: channels, outputs: channels };
  return {
    ...layer('holistic_head.fc1', channels, hidden),
    ...layer('holistic_head.fc2', hidden, 1),
    ...(seen && score('seen')),
    ...score('pseudo'),
    ...convolutionParameters('composite_head.conv.0', difference, uniformByFanIn, random),
    ...normalisationParameters('composite_head.conv.1', channels),
    ...score('composite'),
  };
}

/**
 * The heads (section 3): how normal the whole image is, how like the labelled anomalies, how like pseudo anomalies, how unlike the
 * reference images. A tensor function.
 */
export function judge(parameters: NamedTensors, { features, reference }: HeadInput, normalise: Normalise): Judgement {
  const whole = tf.relu(linear(parameters, 'holistic_head.fc1', tf.mean(features, [1, 2])));
  const holistic = tf.abs(tf.reshape<tf.Rank.R1>(linear(parameters, 'holistic_head.fc2', whole), [-1]));
  // Equation 7: the residual to the references, learned from in feature space.
  const residual = convolution(parameters, 'composite_head.conv.0', tf.sub(reference, features));
  const composite = tf.relu(normalise(parameters, 'composite_head.conv.1', residual));
  const score = (head: PlaceHead, of: tf.Tensor4D) => placeScores(parameters, `${head}_head.scoring`, of, scoring);
  return {
    holistic,
    places: {
      ...('seen_head.scoring.weight' in parameters && { seen: score('seen', features) }),
      pseudo: score('pseudo', features),
      composite: score('composite', composite),
    },
  };
}

/**
 * {@link judge} of images in a batch with the reference images before them.
 * @param features `[references + n, h, w, c]`.
 */
export function judgeBesideReferences(
  parameters: NamedTensors,
  features: tf.Tensor4D,
  references: number,
  normalise: Normalise,
): Judgement {
  const [first, others] = tf.split<tf.Tensor4D>(features, [references, features.shape[0] - references]);
  return judge(parameters, { features: others!, reference: tf.mean(first!, 0, true) }, normalise);
}

/** Scores of images: of each head the mean of its highest places, and the mean over the scales. */
export function headScores(judgements: readonly Judgement[], topShare: number): HeadScores {
  const mean = (scores: readonly tf.Tensor1D[]) => tf.div<tf.Tensor1D>(tf.addN([...scores]), scores.length);
  const scores: HeadScores = { holistic: mean(judgements.map(({ holistic }) => holistic)) };
  for (const head of placeHeads) {
    const places = judgements.flatMap((judgement) => judgement.places[head] ?? []);
    if (places.length > 0) scores[head] = mean(places.map((each) => topShareMean(each, topShare, 'floor')));
  }
  return scores;
}

/** Section 3.5: abnormality by all heads together, less how normal the image is. `[n]`. */
export function anomalyScores({ holistic, ...heads }: HeadScores): tf.Tensor1D {
  return tf.sub(tf.addN(Object.values(heads)), holistic);
}

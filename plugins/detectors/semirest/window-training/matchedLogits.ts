import { type Compute, elementCount, hostTensor, type HostTensor, type tf } from 'residua/plugin-api';
import type { MatchedFeatures, MatchedImage } from './matchedImage.js';

/** Keeps the logit finite where a probability has rounded to 0 or 1. */
const smallest = 1e-7;

/** What judges the tokens of matched images. */
export interface TokenJudging {
  compute: Compute;
  /** Channels of the features; of those of the fine layers, where the images have some. */
  channels: { own: number; fine?: number | undefined };
  /** A tensor function of an image's matched features and of further inputs. It gives the anomaly probability of every token. */
  probabilities: (image: MatchedTensors, inputs: readonly tf.Tensor[]) => tf.Tensor;
}

/** Images whose tokens are judged. */
export interface MatchedLogitsOptions extends TokenJudging {
  /** At least one, all of the same size. */
  images: readonly MatchedImage[];
  /** Further inputs of `probabilities`. */
  inputs: readonly HostTensor[];
  signal: AbortSignal;
  /** After each image, 1-based. */
  onProgress: (image: number, images: number) => void;
}

/** Matched features inside a tensor function. */
export interface MatchedTensors {
  /** `[h_f * w_f, d_f]`. */
  features: tf.Tensor2D;
  /** Rows of the memory bank nearest to them, `[h_f * w_f]`. */
  rows: tf.Tensor1D;
  /** The same of the fine layers, where there are any. */
  fine: Omit<MatchedTensors, 'fine'> | undefined;
}

/** {@link TokenJudging} as a compiled function. */
export interface TokenJudge {
  /** Of a map. */
  tokens: number;
  /** Anomaly probabilities of the tokens of an image. @param inputs as those it was made for, of the same shapes. */
  judge(image: MatchedImage, inputs: readonly HostTensor[]): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** @param image, and further inputs, of the shapes of all that come. */
export async function createTokenJudge(
  judging: TokenJudging,
  image: MatchedImage,
  inputs: readonly HostTensor[],
): Promise<TokenJudge> {
  const first = tensorsOf(image, judging);
  const graph = await judging.compute.compile(
    'probabilities of matched images',
    (features, rows, ...others) => {
      const rest = others.slice(first.length - 2);
      const fine =
        first.length > 2 ? { features: others[0] as tf.Tensor2D, rows: others[1] as tf.Tensor1D } : undefined;
      return [judging.probabilities({ features: features as tf.Tensor2D, rows: rows as tf.Tensor1D, fine }, rest)];
    },
    [...first, ...inputs],
  );
  return {
    tokens: elementCount(graph.outputs[0]!.shape),
    judge: async (each, given) => {
      const [map] = await graph.run([...tensorsOf(each, judging), ...given]);
      return map!.data as Float32Array;
    },
    dispose: () => graph.dispose(),
  };
}

/** Logits of the anomaly probabilities of every token of matched images, all together and sorted. */
export async function matchedLogits(options: MatchedLogitsOptions): Promise<Float32Array> {
  const { images, inputs, signal, onProgress } = options;
  const judge = await createTokenJudge(options, images[0]!, inputs);
  try {
    const logits = new Float32Array(images.length * judge.tokens);
    for (const [i, image] of images.entries()) {
      signal.throwIfAborted();
      logits.set((await judge.judge(image, inputs)).map(logit), i * judge.tokens);
      onProgress(i + 1, images.length);
    }
    return logits.sort();
  } finally {
    await judge.dispose();
  }
}

/** Features and nearest rows; then those of the fine layers. */
function tensorsOf(image: MatchedImage, { channels }: Pick<TokenJudging, 'channels'>): HostTensor[] {
  const of = ({ features, neighbours }: MatchedFeatures, width: number) => {
    const places = features.length / width;
    const choices = neighbours.length / places;
    const rows = Int32Array.from({ length: places }, (_, place) => neighbours[place * choices]!);
    return [hostTensor(features, [places, width]), hostTensor(rows, [places])];
  };
  return [...of(image, channels.own), ...(image.fine && channels.fine ? of(image.fine, channels.fine) : [])];
}

function logit(probability: number): number {
  const inside = Math.min(Math.max(probability, smallest), 1 - smallest);
  return Math.log(inside / (1 - inside));
}

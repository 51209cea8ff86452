import { z } from 'zod';
import type { ModelVersionEntity } from '../../database/entities/index.js';
import { annotationKinds } from '../../database/entities/index.js';
import { settingsAsParams } from '../../database/settingsAsParams.js';
import { pluginKinds } from '../../plugin-api/index.js';
import { ProblemError, type Problem } from '../../shared/errors.js';
import { thresholdPolicyKinds } from '../../shared/thresholds.js';
import { supervisions } from '../../shared/training.js';
import { settingsSchema } from '../training/trainingSettings.js';

/** What a bundle calls itself, and the version of its layout. */
const bundleFormat = 'residua-model';
const bundleVersion = 2;
/** Whose settings were those of every method at once. */
const settingsVersion = 1;

/** Files of a bundle. */
export const manifestFile = 'manifest.json';
/** File of the detector's tensors in a bundle. */
export const stateFile = 'detector.safetensors';
/** Where the bytes of a model file are. */
export const modelFilePath = (sha256: string) => `model-files/${sha256}`;

/** A manifest is text about one model; anything longer is something else. */
export const longestManifest = 10_000_000;

const finite = z.number();
const threshold = finite.nullable();
const count = z.int().min(0);
const digest = z.string().regex(/^[0-9a-f]{64}$/, 'must be a sha256');
const plugin = z.object({
  id: z.string().min(1).max(200),
  kind: z.enum(pluginKinds),
  version: z.string().min(1).max(200),
  digest: z.string().min(1).max(200),
  params: z.record(z.string(), z.unknown()),
  stateVersion: z.int().min(1).optional(),
});

const manifestSchema = z.object({
  format: z.literal(bundleFormat),
  formatVersion: z.literal(bundleVersion),
  model: z.string().min(1).max(200),
  version: z.int().min(1),
  supervision: z.enum(supervisions),
  labels: z.enum(annotationKinds).nullable(),
  seed: z.int(),
  preset: z.string().max(200).nullable(),
  detector: plugin,
  featureExtractor: plugin.nullable(),
  augmentations: z.array(plugin).max(100),
  loss: plugin.nullable(),
  settings: settingsSchema,
  /** Left out by bundles of before it was recorded. */
  sampleBits: z.int().min(8).max(16).nullable().default(null),
  /** Of the feature extractor; left out by bundles of before they were recorded. */
  modelFiles: z
    .array(z.object({ source: z.string().min(1).max(4096), sha256: digest, bytes: count }))
    .max(100)
    .default([]),
  environment: z.record(z.string(), z.union([z.string(), z.number()])),
  snapshot: z.object({
    digest,
    counts: z.object({
      ...{ images: count, normal: count, anomalous: count, unlabelled: count },
      ...{ train: count, validation: count, test: count },
    }),
  }),
  tags: z.array(z.string().max(200)).max(50),
  imageThreshold: threshold,
  pixelThreshold: threshold,
  thresholdPolicy: z.object({
    kind: z.enum(thresholdPolicyKinds),
    imageQuantile: threshold,
    pixelQuantile: threshold,
    split: z.enum(['TRAIN', 'VALIDATION', 'TEST']).nullable(),
    author: z.string().nullable(),
    chosenAt: z.string(),
  }),
  calibration: z
    .object({
      ...{ imageScores: z.array(finite).max(10_000), pixelQuantiles: z.array(finite).max(10_000) },
      /** Left out of methods without a memory bank, and by bundles of before they were kept. */
      bankDistances: z.array(finite).max(10_000).optional(),
    })
    .refine(({ imageScores, bankDistances }) => !bankDistances || bankDistances.length === imageScores.length, {
      path: ['bankDistances'],
      message: 'there must be one for each of imageScores',
    })
    .nullable(),
  state: z.object({
    file: z.literal(stateFile),
    sha256: digest,
    bytes: count,
  }),
});

/** What a bundle says about the model version in it. */
export type BundleManifest = z.output<typeof manifestSchema>;

/** The manifest of a version. @param version with its model, training run and snapshot. */
export function bundleManifest(version: ModelVersionEntity): BundleManifest {
  const { supervision, tags, imageThreshold, pixelThreshold, calibration } = version;
  const run = version.trainingRun!;
  const { labels, seed, preset, detector, featureExtractor, augmentations, loss, settings, environment } = run;
  const { sampleBits, modelFiles } = run;
  const { digest, counts } = version.snapshot!;
  // The evaluation that thresholds were chosen on does not travel along.
  const { evaluationId: _, ...thresholdPolicy } = version.thresholdPolicy;
  return {
    ...{ format: bundleFormat, formatVersion: bundleVersion, model: version.model!.name, version: version.version },
    ...{ supervision, labels, seed, preset, detector, featureExtractor, augmentations, loss, settings, environment },
    ...{ sampleBits, modelFiles },
    ...{ snapshot: { digest, counts }, tags, imageThreshold, pixelThreshold, thresholdPolicy, calibration },
    state: { file: stateFile, sha256: version.artifactSha256, bytes: version.artifactBytes },
  };
}

/** @throws ProblemError MODEL_INVALID: every place that is wrong; MODEL_FORMAT_UNSUPPORTED for a layout of another version. */
export function readManifest(text: string, item: string): BundleManifest {
  const json = withParams(parsed(text, item));
  const found = manifestSchema.safeParse(json);
  if (found.success) return found.data;
  const { format, formatVersion } = (json ?? {}) as { format?: unknown; formatVersion?: unknown };
  if (format === bundleFormat && typeof formatVersion === 'number' && formatVersion !== bundleVersion) {
    const message = `${item}: its layout has version ${formatVersion}; versions ${settingsVersion} and ${bundleVersion} are read`;
    throw new ProblemError([{ code: 'MODEL_FORMAT_UNSUPPORTED', message, item }]);
  }
  const [first, ...rest] = found.error.issues.map((issue): Problem => {
    const message = `${item}: ${manifestFile} /${issue.path.map(String).join('/')}: ${issue.message}`;
    return { code: 'MODEL_INVALID', message, item };
  });
  throw new ProblemError([first!, ...rest.slice(0, 99)]);
}

const recorded = z.looseObject({
  formatVersion: z.literal(settingsVersion),
  detector: z.looseObject({ id: z.string(), params: z.record(z.string(), z.unknown()) }),
  settings: z.record(z.string(), z.unknown()),
});

/** A manifest of the layout before, in that of now; anything else as it is. */
function withParams(json: unknown): unknown {
  const found = recorded.safeParse(json);
  return found.success ? { ...settingsAsParams(found.data), formatVersion: bundleVersion } : json;
}

function parsed(text: string, item: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = `${item}: ${manifestFile} is not JSON: ${(error as Error).message}`;
    throw new ProblemError([{ code: 'MODEL_INVALID', message, item }]);
  }
}

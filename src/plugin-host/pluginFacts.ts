import { z } from 'zod';
import type {
  AnyPlugin,
  DetectorPlugin,
  DetectorPreset,
  DetectorUses,
  PluginKind,
  WeightsFile,
} from '../plugin-api/index.js';
import type { Supervision } from '../shared/training.js';

/** What is known of a plugin without its code: all of it can be sent from one process to another. */
export interface PluginFacts {
  id: string;
  kind: PluginKind;
  version: string;
  title: string;
  description: string;
  reference: string | null;
  /** JSON Schema (draft 2020-12) of the parameters. */
  paramsSchema: Record<string, unknown>;
  /** The file of weights it looks for; null when it needs none. */
  weights: WeightsFile | null;
  /** Of earlier code whose records it carries on. */
  earlierDigests: readonly string[];
  /** Of a detector: versions of states that it reads, its own first; empty for other kinds. */
  readableStates: readonly number[];
  /** Whether it is a detector that a training can continue a model of. */
  continues: boolean;
  /** Whether it is a detector whose models can be written as ONNX files. */
  hasPredictionGraph: boolean;
  /** Whether it is a sink or a source that touches what lies on the server. */
  onServer: boolean;
  /** What a detector states beside its functions; null for other kinds. */
  detector: DetectorFacts | null;
}

/** What a detector states beside its functions. */
export interface DetectorFacts {
  supervisions: readonly Supervision[];
  uses: DetectorUses;
  presets: readonly DetectorPreset<Record<string, unknown>>[];
}

/** @throws Error when the parameters cannot be said as JSON Schema. */
export function factsOf(plugin: AnyPlugin): PluginFacts {
  const { id, kind, version, title, description, reference = null } = plugin;
  return {
    ...{ id, kind, version, title, description, reference },
    paramsSchema: z.toJSONSchema(plugin.params, { io: 'input' }),
    weights: (plugin.kind === 'feature-extractor' && plugin.weights) || null,
    earlierDigests: plugin.earlierDigests ?? [],
    readableStates: plugin.kind === 'detector' ? readableStates(plugin) : [],
    continues: plugin.kind === 'detector' && plugin.continues,
    hasPredictionGraph: plugin.kind === 'detector' && plugin.predictionGraph !== undefined,
    onServer: (plugin.kind === 'sink' || plugin.kind === 'source') && (plugin.onServer ?? false),
    detector: plugin.kind === 'detector' ? detectorFacts(plugin) : null,
  };
}

/** Its own version, and each older one from which readers lead to it. */
function readableStates({
  stateVersion = 1,
  stateReaders = {},
}: Pick<DetectorPlugin<z.ZodObject>, 'stateVersion' | 'stateReaders'>): number[] {
  const readable = [stateVersion];
  for (let version = stateVersion - 1; stateReaders[version]; version--) readable.push(version);
  return readable;
}

function detectorFacts({ supervisions, uses, presets = [] }: DetectorPlugin<z.ZodObject>): DetectorFacts {
  return { supervisions, uses, presets };
}

import { z } from 'zod';
import type { AnyPlugin, PluginKind, WeightsFile } from '../plugin-api/index.js';

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
  /** Whether it is a detector whose models can be written as ONNX files. */
  hasPredictionGraph: boolean;
}

/** @throws Error when the parameters cannot be said as JSON Schema. */
export function factsOf(plugin: AnyPlugin): PluginFacts {
  const { id, kind, version, title, description, reference = null } = plugin;
  return {
    ...{ id, kind, version, title, description, reference },
    paramsSchema: z.toJSONSchema(plugin.params, { io: 'input' }),
    weights: (plugin.kind === 'feature-extractor' && plugin.weights) || null,
    earlierDigests: plugin.earlierDigests ?? [],
    hasPredictionGraph: plugin.kind === 'detector' && plugin.predictionGraph !== undefined,
  };
}

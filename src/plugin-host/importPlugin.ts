import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { pluginKinds, type AnyPlugin } from '../plugin-api/index.js';
import { problem, ProblemError, type Problem } from '../shared/errors.js';
import { supervisions } from '../shared/training.js';
import { offerHostModules } from './hostModules.js';
import { checkApiVersion, type PluginManifest } from './pluginManifest.js';

/** Where the code of a plugin is, and what its package says of it. */
export interface PluginEntry {
  /** What the configuration says: a package name or a folder. */
  source: string;
  /** Its folder. */
  folder: string;
  /** The file that exports the plugin. */
  file: string;
  manifest: PluginManifest;
}

const pluginId = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

const pluginShape = z.looseObject({
  kind: z.enum(pluginKinds),
  id: z.string().regex(pluginId, 'must be lower-case words joined by hyphens'),
  version: z.string().regex(/^\d+\.\d+\.\d+/, 'must be a semantic version'),
  apiVersion: z.int(),
  title: z.string().min(1),
  description: z.string(),
  reference: z.string().optional(),
  earlierDigests: z.array(z.string()).optional(),
  params: z.custom((value) => value instanceof z.ZodObject, "must be a zod object made with residua/plugin-api's z"),
});

const callable = z.custom((value) => typeof value === 'function', 'must be a function');

const named = z.looseObject({ id: z.string(), params: z.record(z.string(), z.unknown()).optional() });
const presetShape = z.looseObject({
  name: z.string().min(1),
  description: z.string(),
  supervision: z.enum(supervisions),
  settings: z.object({ imageSize: z.number(), smoothingSigma: z.number() }),
  params: z.record(z.string(), z.unknown()),
  featureExtractor: named.optional(),
  augmentations: z.array(named).optional(),
  loss: named.optional(),
});

/** What a detector states beside that; the host reads it long before a training begins. */
const detectorShape = z.looseObject({
  supervisions: z.array(z.enum(supervisions)).min(1),
  uses: z.object({
    features: z.boolean(),
    augmentations: z.array(z.enum(['image', 'residual'])),
    loss: z.boolean(),
  }),
  continues: z.boolean(),
  stateVersion: z.int().min(1).optional(),
  presets: z.array(presetShape).optional(),
  stages: callable,
  check: callable,
  train: callable,
});

/** What leads out of the server or into it states how it is opened. */
const connectedShape = z.looseObject({ onServer: z.boolean().optional(), open: callable });

/**
 * Runs a plugin's code in this process.
 * @throws ProblemError PLUGIN_LOAD_FAILED when it throws, PLUGIN_LOAD_TIMEOUT when it does not end and yet lets others work,
 * PLUGIN_MANIFEST_INVALID or PLUGIN_API_INCOMPATIBLE for an export that is no plugin of the announced kind.
 */
export async function importPlugin(entry: PluginEntry, timeoutMilliseconds: number): Promise<AnyPlugin> {
  offerHostModules();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ProblemError([loadTimeout(entry, timeoutMilliseconds)])), timeoutMilliseconds);
  });
  const imported = import(pathToFileURL(entry.file).href) as Promise<{ plugin?: unknown; default?: unknown }>;
  const module = await Promise.race([imported, late])
    .catch((error: unknown) => {
      throw error instanceof ProblemError ? error : new ProblemError([loadFailed(entry, error)]);
    })
    .finally(() => clearTimeout(timer));
  return checkPlugin(module.plugin ?? module.default, entry.manifest);
}

/** The problem of a plugin that does not end being imported. */
export function loadTimeout({ manifest }: PluginEntry, milliseconds: number): Problem {
  const message = `plugin ${manifest.name} did not finish loading within ${milliseconds / 1000} s`;
  return { code: 'PLUGIN_LOAD_TIMEOUT', message, item: manifest.name };
}

/** The problem of a plugin that threw. Its folder is kept out of the message, which clients read. */
export function loadFailed({ source, folder, manifest }: PluginEntry, error: unknown): Problem {
  const text = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : String(error);
  const cause = text.replaceAll(folder, source);
  // A CommonJS file asks in a way that the host cannot answer.
  const asked =
    /Cannot find module 'residua\/|require\(\) of ES Module|require is not defined|Cannot use import statement/;
  const hint = asked.test(text)
    ? '; plugins are ES modules: "type": "module" in package.json, and import instead of require'
    : '';
  return { code: 'PLUGIN_LOAD_FAILED', message: `plugin ${source} did not load: ${cause}${hint}`, item: manifest.name };
}

/** What an outside module exported must look like a plugin of the announced kind. */
function checkPlugin(exported: unknown, manifest: PluginManifest): AnyPlugin {
  checkShape(exported, pluginShape, manifest);
  const plugin = exported as AnyPlugin;
  checkApiVersion(plugin.apiVersion, plugin.id);
  if (plugin.kind !== manifest.residua.kind) {
    const message = `plugin ${manifest.name}: package.json says ${manifest.residua.kind}, the code says ${plugin.kind}`;
    throw problem('PLUGIN_MANIFEST_INVALID', message, { item: manifest.name });
  }
  if (plugin.kind === 'detector') checkShape(plugin, detectorShape, manifest);
  if (plugin.kind === 'sink' || plugin.kind === 'source') checkShape(plugin, connectedShape, manifest);
  return plugin;
}

function checkShape(exported: unknown, shape: z.ZodType, { name }: PluginManifest): void {
  const { error } = shape.safeParse(exported);
  if (!error) return;
  const found = error.issues.map(({ path: at, message }) => `${at.map(String).join('.') || 'export'}: ${message}`);
  const message = `plugin ${name}: its entry must export \`plugin\`; ${found.join('; ')}`;
  throw problem('PLUGIN_MANIFEST_INVALID', message, { item: name });
}

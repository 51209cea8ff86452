import { readFile, realpath, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { problem, ProblemError, type Problem } from '../shared/errors.js';
import { pluginApiVersion, pluginKinds, type AnyPlugin, type PluginKind } from '../plugin-api/index.js';
import { supervisions } from '../shared/training.js';
import { digestOfFolder } from './pluginDigest.js';

/** An outside plugin after the attempt to load it. */
export type LoadedPlugin = {
  /** What the configuration says: a package name or a folder. */
  source: string;
  id: string;
  kind: PluginKind;
  version: string;
} & ({ plugin: AnyPlugin; digest: string; problem: null } | { plugin: null; problem: Problem });

const pluginId = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** The part of an outside plugin's package.json that Residua reads. */
const manifestSchema = z.object({
  name: z
    .string()
    .regex(
      /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/,
      'must be the name of a package, lower case, without a path',
    ),
  version: z.string().regex(/^\d+\.\d+\.\d+/, 'must be a semantic version'),
  residua: z.object({
    kind: z.enum(pluginKinds),
    apiVersion: z.int(),
    /** File below the package folder that exports the plugin as `plugin` or as default. */
    entry: z.string().min(1),
  }),
});
type Manifest = z.output<typeof manifestSchema>;

const pluginShape = z.looseObject({
  kind: z.enum(pluginKinds),
  id: z.string().regex(pluginId, 'must be lower-case words joined by hyphens'),
  version: z.string().regex(/^\d+\.\d+\.\d+/, 'must be a semantic version'),
  apiVersion: z.int(),
  title: z.string().min(1),
  description: z.string(),
  earlierDigests: z.array(z.string()).optional(),
  params: z.custom((value) => value instanceof z.ZodObject, "must be a zod object made with residua/plugin-api's z"),
});

const callable = z.custom((value) => typeof value === 'function', 'must be a function');

/** What a detector states beside that; the host reads it long before a training begins. */
const detectorShape = z.looseObject({
  supervisions: z.array(z.enum(supervisions)).min(1),
  uses: z.object({
    features: z.boolean(),
    augmentations: z.array(z.enum(['image', 'residual'])),
    loss: z.boolean(),
  }),
  continues: z.boolean(),
  stages: callable,
  check: callable,
  train: callable,
});

/**
 * Loads one plugin from outside. Never throws for a bad plugin: the problem is in the result, so that the others still load.
 * @param source package name, resolved from the working directory, or path of a package folder.
 */
export async function loadPlugin(source: string, timeoutMilliseconds = 10_000): Promise<LoadedPlugin> {
  const unknown = { source, id: path.basename(source), kind: 'feature-extractor' as PluginKind, version: '0.0.0' };
  let known = unknown;
  let folder: string | undefined;
  try {
    folder = await packageFolder(source);
    const manifest = await readManifest(folder, source);
    known = { ...unknown, id: manifest.name, kind: manifest.residua.kind, version: manifest.version };
    checkApiVersion(manifest.residua.apiVersion, manifest.name);
    const entry = await entryFile(folder, manifest, source);
    const plugin = await importPlugin(entry, manifest, timeoutMilliseconds);
    return {
      source,
      id: plugin.id,
      kind: plugin.kind,
      version: plugin.version,
      plugin,
      digest: await digestOfFolder(folder),
      problem: null,
    };
  } catch (error) {
    const found = error instanceof ProblemError ? error.problems[0]! : loadFailed(source, error, folder);
    return { ...known, plugin: null, problem: { ...found, item: found.item ?? source } };
  }
}

/** @param folder kept out of the message, which clients read. */
function loadFailed(source: string, error: unknown, folder: string | undefined): Problem {
  const text = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : String(error);
  const cause = folder === undefined ? text : text.replaceAll(folder, source);
  return { code: 'PLUGIN_LOAD_FAILED', message: `plugin ${source} did not load: ${cause}`, item: source };
}

async function packageFolder(source: string): Promise<string> {
  if (source.includes('\0'))
    throw problem('PLUGIN_UNSAFE_PATH', 'a plugin path holds a NUL character', { item: source });
  const folder = path.resolve(source);
  const isFolder = await stat(folder).then(
    (info) => info.isDirectory(),
    () => false,
  );
  if (isFolder) return realpath(folder);
  const require = createRequire(path.join(process.cwd(), 'package.json'));
  for (const base of require.resolve.paths(source) ?? []) {
    const candidate = path.join(base, source);
    if (
      await stat(path.join(candidate, 'package.json')).then(
        () => true,
        () => false,
      )
    )
      return realpath(candidate);
  }
  throw problem('PLUGIN_LOAD_FAILED', `plugin ${source} is neither a folder nor an installed package`, {
    item: source,
  });
}

async function readManifest(folder: string, source: string): Promise<Manifest> {
  const invalid = (...found: string[]) =>
    problem('PLUGIN_MANIFEST_INVALID', `${source}/package.json ${found.join('; ')}`, { item: source });
  const text = await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => {
    throw invalid('/: the file is missing');
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw invalid(`/: not JSON: ${(error as Error).message}`);
  }
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw invalid(...parsed.error.issues.map(({ path: at, message }) => `/${at.map(String).join('/')}: ${message}`));
}

function checkApiVersion(apiVersion: number, item: string): void {
  if (apiVersion === pluginApiVersion) return;
  const message = `plugin ${item} asks for plugin API ${apiVersion}; supported: ${pluginApiVersion}. docs/plugins.md says what to change`;
  throw problem('PLUGIN_API_INCOMPATIBLE', message, { item });
}

async function entryFile(folder: string, manifest: Manifest, source: string): Promise<string> {
  const { entry } = manifest.residua;
  const unsafe = () =>
    problem('PLUGIN_UNSAFE_PATH', `plugin ${source}: entry "${entry}" leaves the package folder`, {
      item: manifest.name,
    });
  const inside = (file: string) => file.startsWith(folder + path.sep);
  const named = path.resolve(folder, entry);
  if (path.isAbsolute(entry) || entry.includes('\0') || !inside(named)) throw unsafe();
  const real = await realpath(named).catch(() => {
    throw problem('PLUGIN_LOAD_FAILED', `plugin ${source}: entry "${entry}" does not exist`, { item: manifest.name });
  });
  if (!inside(real)) throw unsafe();
  return real;
}

async function importPlugin(entry: string, manifest: Manifest, timeoutMilliseconds: number): Promise<AnyPlugin> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `plugin ${manifest.name} did not finish loading within ${timeoutMilliseconds / 1000} s`;
    timer = setTimeout(
      () => reject(problem('PLUGIN_LOAD_TIMEOUT', message, { item: manifest.name })),
      timeoutMilliseconds,
    );
  });
  const module = (await Promise.race([import(pathToFileURL(entry).href), late]).finally(() => clearTimeout(timer))) as {
    plugin?: unknown;
    default?: unknown;
  };
  return checkPlugin(module.plugin ?? module.default, manifest);
}

/** What an outside module exported must look like a plugin of the announced kind. */
function checkPlugin(exported: unknown, manifest: Manifest): AnyPlugin {
  checkShape(exported, pluginShape, manifest);
  const plugin = exported as AnyPlugin;
  checkApiVersion(plugin.apiVersion, plugin.id);
  if (plugin.kind !== manifest.residua.kind) {
    const message = `plugin ${manifest.name}: package.json says ${manifest.residua.kind}, the code says ${plugin.kind}`;
    throw problem('PLUGIN_MANIFEST_INVALID', message, { item: manifest.name });
  }
  if (plugin.kind === 'detector') checkShape(plugin, detectorShape, manifest);
  return plugin;
}

function checkShape(exported: unknown, shape: z.ZodType, { name }: Manifest): void {
  const { error } = shape.safeParse(exported);
  if (!error) return;
  const found = error.issues.map(({ path: at, message }) => `${at.map(String).join('.') || 'export'}: ${message}`);
  const message = `plugin ${name}: its entry must export \`plugin\`; ${found.join('; ')}`;
  throw problem('PLUGIN_MANIFEST_INVALID', message, { item: name });
}

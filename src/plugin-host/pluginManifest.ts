import { readFile, realpath, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { pluginApiVersion, pluginKinds } from '../plugin-api/index.js';
import { problem } from '../shared/errors.js';

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

/** What a package says of the plugin in it. */
export type PluginManifest = z.output<typeof manifestSchema>;

/**
 * The folder of a plugin.
 * @param source package name, resolved from the working directory, or path of a package folder.
 * @throws ProblemError PLUGIN_LOAD_FAILED when it is neither, PLUGIN_UNSAFE_PATH.
 */
export async function packageFolder(source: string): Promise<string> {
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

/** @throws ProblemError PLUGIN_MANIFEST_INVALID: everything that is wrong with it in one message. */
export async function readPluginManifest(folder: string, source: string): Promise<PluginManifest> {
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

/** @throws ProblemError PLUGIN_API_INCOMPATIBLE. */
export function checkApiVersion(apiVersion: number, item: string): void {
  if (apiVersion === pluginApiVersion) return;
  const message = `plugin ${item} asks for plugin API ${apiVersion}; supported: ${pluginApiVersion}. docs/plugins.md says what to change`;
  throw problem('PLUGIN_API_INCOMPATIBLE', message, { item });
}

/**
 * The file that exports the plugin.
 * @throws ProblemError PLUGIN_UNSAFE_PATH when it lies outside of the package, PLUGIN_MANIFEST_INVALID when it is TypeScript,
 * PLUGIN_LOAD_FAILED when it is not there.
 */
export async function entryFile(folder: string, manifest: PluginManifest, source: string): Promise<string> {
  const { entry } = manifest.residua;
  const refused = (code: 'PLUGIN_UNSAFE_PATH' | 'PLUGIN_MANIFEST_INVALID' | 'PLUGIN_LOAD_FAILED', reason: string) =>
    problem(code, `plugin ${source}: entry "${entry}" ${reason}`, { item: manifest.name });
  const unsafe = () => refused('PLUGIN_UNSAFE_PATH', 'leaves the package folder');
  const inside = (file: string) => file.startsWith(folder + path.sep);
  const named = path.resolve(folder, entry);
  if (path.isAbsolute(entry) || entry.includes('\0') || !inside(named)) throw unsafe();
  if (/\.[cm]?tsx?$/i.test(entry)) {
    throw refused('PLUGIN_MANIFEST_INVALID', 'is TypeScript: compile it (tsc) and name the JavaScript file it makes');
  }
  const real = await realpath(named).catch(() => {
    throw refused('PLUGIN_LOAD_FAILED', 'does not exist');
  });
  if (!inside(real)) throw unsafe();
  return real;
}

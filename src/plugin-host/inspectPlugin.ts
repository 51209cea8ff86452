import path from 'node:path';
import type { PluginKind } from '../plugin-api/index.js';
import { problem, ProblemError, type Problem } from '../shared/errors.js';
import { loadFailed, loadTimeout, type PluginEntry } from './importPlugin.js';
import { digestOfFolder } from './pluginDigest.js';
import type { PluginFacts } from './pluginFacts.js';
import { checkApiVersion, entryFile, packageFolder, readPluginManifest } from './pluginManifest.js';
import { askProcess } from './pluginProcess.js';

/** An outside plugin that was tried. */
export type InspectedPlugin = UsablePlugin | BrokenPlugin;

/** One that loads: what it says of itself, and where its code is. */
export interface UsablePlugin extends PluginEntry {
  facts: PluginFacts;
  /** sha256 of its files. */
  digest: string;
  problem: null;
}

/** One that does not. */
export interface BrokenPlugin {
  source: string;
  /** Name of the package where it has one. */
  id: string;
  /** null when its package does not say it. */
  kind: PluginKind | null;
  version: string | null;
  problem: Problem;
}

/** What the process that tries a plugin is asked, and answers. */
export interface InspectionQuestion {
  entry: PluginEntry;
  timeoutMilliseconds: number;
}
export type InspectionAnswer = { facts: PluginFacts } | { problem: Problem };

/**
 * Tries one plugin in a process of its own, which is killed when it takes too long: whatever the plugin does at its import, this process
 * goes on. Never throws for a bad plugin: the problem is in the result, so that the others still load.
 * @param source package name, resolved from the working directory, or path of a package folder.
 */
export async function inspectPlugin(source: string, timeoutMilliseconds = 10_000): Promise<InspectedPlugin> {
  const unknown = { source, id: path.basename(source), kind: null, version: null };
  let known: Omit<BrokenPlugin, 'problem'> = unknown;
  try {
    const folder = await packageFolder(source);
    const manifest = await readPluginManifest(folder, source);
    known = { source, id: manifest.name, kind: manifest.residua.kind, version: manifest.version };
    checkApiVersion(manifest.residua.apiVersion, manifest.name);
    const entry = { source, folder, manifest, file: await entryFile(folder, manifest, source) };
    const answer = await tried(entry, timeoutMilliseconds);
    if ('problem' in answer) return { ...known, problem: { ...answer.problem, item: answer.problem.item ?? source } };
    return { ...entry, facts: answer.facts, digest: await digestOfFolder(folder), problem: null };
  } catch (error) {
    const found = error instanceof ProblemError ? error.problems[0]! : unreadable(source, error);
    return { ...known, problem: { ...found, item: found.item ?? source } };
  }
}

/** What its process says, or how it ended. */
async function tried(entry: PluginEntry, timeoutMilliseconds: number): Promise<InspectionAnswer> {
  const question: InspectionQuestion = { entry, timeoutMilliseconds };
  const child = new URL('./inspectionChild', import.meta.url);
  const outcome = await askProcess<InspectionAnswer>(child, question, timeoutMilliseconds);
  if (outcome.how === 'answered') return outcome.answer;
  if (outcome.how === 'late') return { problem: loadTimeout(entry, timeoutMilliseconds) };
  return { problem: loadFailed(entry, `${outcome.words} while it was imported`) };
}

function unreadable(source: string, error: unknown): Problem {
  const text = error instanceof Error ? error.message.split('\n')[0]! : String(error);
  return problem('PLUGIN_LOAD_FAILED', `plugin ${source} did not load: ${text}`, { item: source }).problems[0]!;
}

import { z } from 'zod';
import { userErrorCodes, type UserErrorCode } from '../shared/errorCodes.js';
import { problem, ProblemError, type Problem } from '../shared/errors.js';
import type { AnyPlugin, PluginKind } from '../plugin-api/index.js';
import type { LoadedPlugin } from './loadPlugin.js';
import { digestOfStatement } from './pluginDigest.js';

/** A plugin as the API shows it. */
export interface PluginListing {
  id: string;
  kind: PluginKind;
  version: string;
  title: string;
  description: string;
  reference: string | null;
  /** JSON Schema (draft 2020-12) of the parameters. */
  paramsSchema: Record<string, unknown>;
  available: boolean;
  problem: Problem | null;
}

/** A choice of plugin as a client makes it. */
export interface PluginChoice {
  id: string;
  params?: Readonly<Record<string, unknown>> | null | undefined;
}

/** What a run records of a plugin, so that a later mismatch is noticed. */
export interface PluginRecord {
  id: string;
  kind: PluginKind;
  version: string;
  /** sha256: of the package's files for an outside plugin, of id, version and parameter schema for a built-in one. */
  digest: string;
  params: Record<string, unknown>;
}

type PluginOfKind<K extends PluginKind> = Extract<AnyPlugin, { kind: K }>;

/** A plugin with checked parameters. */
export interface ResolvedPlugin<K extends PluginKind> {
  plugin: PluginOfKind<K>;
  params: Record<string, unknown>;
  record: PluginRecord;
}

interface Entry {
  plugin: AnyPlugin;
  digest: string;
  /** Package name or folder. */
  source: string;
  /** Made once: every answer that shows a run shows its plugins. */
  listing: PluginListing;
}

/** Every plugin this process knows, the broken ones included. */
export class PluginRegistry {
  private readonly entries = new Map<string, Entry>();
  private readonly broken: PluginListing[] = [];

  /** @param loaded outside plugins, whether loading succeeded or not. */
  constructor(builtIn: readonly AnyPlugin[], loaded: readonly LoadedPlugin[] = []) {
    for (const plugin of builtIn) this.add(plugin, digestOfStatement(plugin), 'built in');
    for (const outside of loaded) {
      if (outside.plugin) this.add(outside.plugin, outside.digest, outside.source);
      else this.broken.push(brokenListing(outside));
    }
  }

  private add(plugin: AnyPlugin, digest: string, source: string): void {
    const key = `${plugin.kind}/${plugin.id}`;
    const first = this.entries.get(key);
    if (first) {
      const message = `plugin ${plugin.id} (${plugin.kind}) from ${source} has the name of the one from ${first.source}, which is loaded already`;
      this.broken.push({
        ...listing(plugin),
        available: false,
        problem: { code: 'PLUGIN_CONFLICT', message, item: plugin.id },
      });
      return;
    }
    this.entries.set(key, { plugin, digest, source, listing: listing(plugin) });
  }

  /** All plugins of a kind, or all, in the order they were registered. */
  list(kind?: PluginKind): PluginListing[] {
    const all = [...[...this.entries.values()].map((entry) => entry.listing), ...this.broken];
    return kind ? all.filter((item) => item.kind === kind) : all;
  }

  /** Every usable plugin of a kind. */
  plugins<K extends PluginKind>(kind: K): PluginOfKind<K>[] {
    return [...this.entries.values()]
      .map((entry) => entry.plugin)
      .filter((plugin) => plugin.kind === kind) as PluginOfKind<K>[];
  }

  /**
   * Finds a plugin and checks its parameters, defaults filled in.
   * @throws ProblemError CONFIG_INVALID for an unknown name (the known ones are listed), the load problem of a broken plugin, or
   * PLUGIN_PARAMS_INVALID with one problem per wrong parameter, `field` being `field` plus its path.
   */
  resolve<K extends PluginKind>(kind: K, choice: PluginChoice, field: readonly string[]): ResolvedPlugin<K> {
    const entry = this.entries.get(`${kind}/${choice.id}`);
    if (!entry) throw this.unknown(kind, choice.id, field);
    const parsed = entry.plugin.params.safeParse(choice.params ?? {});
    if (!parsed.success) throw paramsProblem(entry.plugin, parsed.error, field);
    const { id, version } = entry.plugin;
    return {
      plugin: entry.plugin as PluginOfKind<K>,
      params: parsed.data,
      record: { id, kind, version, digest: entry.digest, params: parsed.data },
    };
  }

  /**
   * Finds the plugin a run or model recorded.
   * @throws ProblemError MODEL_PLUGIN_MISMATCH when it is gone or is not the same code any more, nor code that it states to
   * carry on.
   */
  resolveRecord<K extends PluginKind>(kind: K, record: PluginRecord): ResolvedPlugin<K> {
    const entry = this.entries.get(`${kind}/${record.id}`);
    const now = entry ? `${entry.plugin.version} (${entry.digest.slice(0, 12)})` : 'not installed';
    const isSame = entry?.plugin.version === record.version && entry.digest === record.digest;
    if (!entry || !(isSame || entry.plugin.earlierDigests?.includes(record.digest))) {
      const then = `${record.version} (${record.digest.slice(0, 12)})`;
      const message = `the model was made with ${kind} ${record.id} ${then}; here it is ${now}. Install that version, or train again`;
      throw problem('MODEL_PLUGIN_MISMATCH', message, { item: record.id });
    }
    return this.resolve(kind, record, []);
  }

  private unknown(kind: PluginKind, id: string, field: readonly string[]) {
    const broken = this.broken.find((item) => item.kind === kind && item.id === id);
    if (broken?.problem) return problem(broken.problem.code, broken.problem.message, { field: [...field], item: id });
    const known = this.plugins(kind).map((plugin) => plugin.id);
    return problem('CONFIG_INVALID', `there is no ${kind} plugin "${id}"; known: ${known.join(', ')}`, {
      field: [...field, 'name'],
      item: id,
    });
  }
}

function paramsProblem(plugin: AnyPlugin, error: z.ZodError, field: readonly string[]) {
  const problems = error.issues.map((issue): Problem => {
    const path = issue.path.map(String);
    const unknown =
      issue.code === 'unrecognized_keys' ? `; known: ${Object.keys(plugin.params.shape).join(', ') || 'none'}` : '';
    const where = path.length > 0 ? path.join('.') : 'params';
    return {
      code: codeOf(issue),
      message: `${plugin.kind} ${plugin.id}: ${where}: ${issue.message}${unknown}`,
      field: [...field, 'params', ...path],
      item: plugin.id,
    };
  });
  return problemsOf(problems);
}

/** A rule of `modelFileParams` brings the code of its own problem along. */
function codeOf(issue: z.core.$ZodIssue): UserErrorCode {
  const own = issue.code === 'custom' ? (issue.params?.['problem'] as unknown) : undefined;
  return userErrorCodes.find((code) => code === own) ?? 'PLUGIN_PARAMS_INVALID';
}

function problemsOf(problems: Problem[]) {
  const [first, ...rest] = problems;
  return new ProblemError([first!, ...rest]);
}

function listing(plugin: AnyPlugin): PluginListing {
  const { id, kind, version, title, description } = plugin;
  const paramsSchema = z.toJSONSchema(plugin.params, { io: 'input' }) as Record<string, unknown>;
  return {
    id,
    kind,
    version,
    title,
    description,
    reference: plugin.reference ?? null,
    paramsSchema,
    available: true,
    problem: null,
  };
}

function brokenListing(outside: LoadedPlugin): PluginListing {
  return {
    id: outside.id,
    kind: outside.kind,
    version: outside.version,
    title: outside.id,
    description: '',
    reference: null,
    paramsSchema: {},
    available: false,
    problem: outside.problem,
  };
}

import { type z } from 'zod';
import type { PluginRecord } from '../shared/pluginRecord.js';
import { userErrorCodes, type UserErrorCode } from '../shared/errorCodes.js';
import { collectProblems, problem, ProblemError, type Problem } from '../shared/errors.js';
import type { AnyPlugin, PluginKind } from '../plugin-api/index.js';
import { importPlugin } from './importPlugin.js';
import type { BrokenPlugin, InspectedPlugin, UsablePlugin } from './inspectPlugin.js';
import { digestOfFolder, digestOfStatement } from './pluginDigest.js';
import { factsOf, type PluginFacts } from './pluginFacts.js';

/** A plugin as the API shows it. */
export interface PluginListing extends Pick<
  PluginFacts,
  'id' | 'title' | 'description' | 'reference' | 'paramsSchema'
> {
  /** null when the package of a broken plugin does not say it. */
  kind: PluginKind | null;
  version: string | null;
  available: boolean;
  problem: Problem | null;
}

/** A choice of plugin as a client makes it. */
export interface PluginChoice {
  id: string;
  params?: Readonly<Record<string, unknown>> | null | undefined;
}

export type { PluginRecord };

/** It was tried already. */
const importMilliseconds = 10_000;

type PluginOfKind<K extends PluginKind> = Extract<AnyPlugin, { kind: K }>;

/** A plugin with checked parameters. */
export interface ResolvedPlugin<K extends PluginKind> {
  plugin: PluginOfKind<K>;
  params: Record<string, unknown>;
  record: PluginRecord;
}

interface Entry {
  facts: PluginFacts;
  /** undefined while the code of an outside plugin has not run in this process. */
  plugin: AnyPlugin | undefined;
  digest: string;
  /** Where the code of an outside plugin is. */
  outside: UsablePlugin | undefined;
  /** Made once: every answer that shows a run shows its plugins. */
  listing: PluginListing;
}

/** A plugin from outside was asked to work in a process that has not loaded it: {@link PluginRegistry.load} does. */
export class PluginNotLoaded extends Error {
  override readonly name = 'PluginNotLoaded';

  constructor(
    readonly kind: PluginKind,
    readonly id: string,
  ) {
    super(`${kind} plugin ${id} is from outside and was not loaded in this process`);
  }
}

/**
 * Every plugin of the configuration, the broken ones included. Code of outside plugins runs in this process only after
 * {@link PluginRegistry.load}: a process that never calls it, as the API, knows them by their facts alone.
 */
export class PluginRegistry {
  private readonly entries = new Map<string, Entry>();
  private readonly broken: PluginListing[] = [];

  /** @param outside plugins that were tried, whether they can be used or not. */
  constructor(
    builtIn: readonly AnyPlugin[],
    private readonly outside: readonly InspectedPlugin[] = [],
  ) {
    for (const plugin of builtIn) {
      this.add({ facts: factsOf(plugin), plugin, digest: digestOfStatement(plugin), outside: undefined });
    }
    for (const each of outside) {
      if (each.problem) this.broken.push(brokenListing(each, each.problem));
      else this.add({ facts: each.facts, plugin: undefined, digest: each.digest, outside: each });
    }
  }

  private add(entry: Omit<Entry, 'listing'>): void {
    const { facts } = entry;
    const key = `${facts.kind}/${facts.id}`;
    const first = this.entries.get(key);
    const listed = listing(facts);
    if (first) {
      const sourceOf = ({ outside }: Pick<Entry, 'outside'>) => outside?.source ?? 'built in';
      const message = `plugin ${facts.id} (${facts.kind}) from ${sourceOf(entry)} has the name of the one from ${sourceOf(first)}, which is loaded already`;
      const problem: Problem = { code: 'PLUGIN_CONFLICT', message, item: facts.id };
      this.broken.push({ ...listed, available: false, problem });
      return;
    }
    this.entries.set(key, { ...entry, listing: listed });
  }

  /** What this registry was made of, for another process. */
  get inspected(): readonly InspectedPlugin[] {
    return this.outside;
  }

  /**
   * Runs the code of an outside plugin in this process, once; nothing for a plugin that is built in, loaded or unknown.
   * @throws ProblemError what importing it throws, PLUGIN_LOAD_FAILED when its files are not those that were tried.
   */
  async load(kind: PluginKind, id: string): Promise<void> {
    const entry = this.entries.get(`${kind}/${id}`);
    if (!entry?.outside || entry.plugin) return;
    const { outside } = entry;
    if ((await digestOfFolder(outside.folder)) !== entry.digest) {
      const message = `the files of plugin ${outside.source} changed since this process started; start servers and workers again`;
      throw problem('PLUGIN_LOAD_FAILED', message, { item: id });
    }
    entry.plugin = await importPlugin(outside, importMilliseconds);
  }

  /**
   * Loads what a run recorded, and finds it.
   * @throws ProblemError as {@link load} and {@link resolveRecord}.
   */
  async open<K extends PluginKind>(kind: K, record: PluginRecord): Promise<ResolvedPlugin<K>> {
    await this.load(kind, record.id);
    return this.resolveRecord(kind, record);
  }

  /** All plugins of a kind, or all, in the order they were registered. */
  list(kind?: PluginKind): PluginListing[] {
    const all = [...[...this.entries.values()].map((entry) => entry.listing), ...this.broken];
    return kind ? all.filter((item) => item.kind === kind) : all;
  }

  /** What is known of every usable plugin of a kind, whether it is loaded here or not. */
  facts(kind: PluginKind): PluginFacts[] {
    return [...this.entries.values()].map(({ facts }) => facts).filter((each) => each.kind === kind);
  }

  /** Every plugin of a kind that can work in this process. */
  plugins<K extends PluginKind>(kind: K): PluginOfKind<K>[] {
    return [...this.entries.values()]
      .map((entry) => entry.plugin)
      .filter((plugin) => plugin?.kind === kind) as PluginOfKind<K>[];
  }

  /**
   * Finds a plugin and checks its parameters, defaults filled in.
   * @throws ProblemError CONFIG_INVALID for an unknown name (the known ones are listed), the load problem of a broken plugin, or
   * PLUGIN_PARAMS_INVALID with one problem per wrong parameter, `field` being `field` plus its path.
   * @throws PluginNotLoaded for one from outside that was not loaded here.
   */
  resolve<K extends PluginKind>(kind: K, choice: PluginChoice, field: readonly string[]): ResolvedPlugin<K> {
    const entry = this.entries.get(`${kind}/${choice.id}`);
    if (!entry) throw this.unknown(kind, choice.id, field);
    const { plugin } = entry;
    if (!plugin) throw new PluginNotLoaded(kind, choice.id);
    const parsed = plugin.params.safeParse(choice.params ?? {});
    if (!parsed.success) throw paramsProblem(plugin, choice.params ?? {}, parsed.error, field);
    const { id, version } = plugin;
    return {
      plugin: plugin as PluginOfKind<K>,
      params: parsed.data,
      record: {
        ...{ id, kind, version, digest: entry.digest, params: parsed.data },
        ...(plugin.kind === 'detector' && plugin.stateVersion && { stateVersion: plugin.stateVersion }),
      },
    };
  }

  /**
   * Finds the plugin a run or model recorded.
   * @throws ProblemError MODEL_PLUGIN_MISMATCH when it is gone or is not the same code any more, nor code that it states to
   * carry on.
   */
  resolveRecord<K extends PluginKind>(kind: K, record: PluginRecord): ResolvedPlugin<K> {
    this.requireRecord(kind, record);
    return this.resolve(kind, record, []);
  }

  /**
   * Whether what was recorded is here, for a process that need not load it.
   * @returns what is known of it. @throws ProblemError MODEL_PLUGIN_MISMATCH, MODEL_FORMAT_UNSUPPORTED.
   */
  requireRecord(kind: PluginKind, record: PluginRecord): PluginFacts {
    const entry = this.entries.get(`${kind}/${record.id}`);
    const now = entry ? `${entry.facts.version} (${entry.digest.slice(0, 12)})` : 'not installed';
    const isSame = entry?.facts.version === record.version && entry.digest === record.digest;
    if (!entry || !(isSame || entry.facts.earlierDigests.includes(record.digest))) {
      const then = `${record.version} (${record.digest.slice(0, 12)})`;
      const message = `the model was made with ${kind} ${record.id} ${then}; here it is ${now}. Install that version, or train again`;
      throw problem('MODEL_PLUGIN_MISMATCH', message, { item: record.id });
    }
    const { readableStates } = entry.facts;
    const { stateVersion = 1 } = record;
    if (kind === 'detector' && !readableStates.includes(stateVersion)) {
      const message = `the model has a state of version ${stateVersion} of detector ${record.id}; here it reads ${readableStates.join(', ')}. Train again`;
      throw problem('MODEL_FORMAT_UNSUPPORTED', message, { item: record.id });
    }
    return entry.facts;
  }

  /**
   * What keeps a recorded plugin from being used, its parameters included where its code is loaded here.
   * @returns nothing when it can be used.
   */
  problemsOf(kind: PluginKind, record: PluginRecord): Problem[] {
    const problems: Problem[] = [];
    collectProblems(problems, () => {
      this.requireRecord(kind, record);
      if (this.entries.get(`${kind}/${record.id}`)!.plugin) this.resolve(kind, record, []);
    });
    return problems;
  }

  /** Digest of a plugin's code as it is here; undefined for one that is not here. */
  digestOf(kind: PluginKind, id: string): string | undefined {
    return this.entries.get(`${kind}/${id}`)?.digest;
  }

  private unknown(kind: PluginKind, id: string, field: readonly string[]) {
    const broken = this.broken.find((item) => item.kind === kind && item.id === id);
    if (broken?.problem) return problem(broken.problem.code, broken.problem.message, { field: [...field], item: id });
    const known = this.facts(kind).map((facts) => facts.id);
    return problem('CONFIG_INVALID', `there is no ${kind} plugin "${id}"; known: ${known.join(', ')}`, {
      field: [...field, 'name'],
      item: id,
    });
  }
}

function paramsProblem(plugin: AnyPlugin, given: object, error: z.ZodError, field: readonly string[]) {
  const problems = error.issues.map((issue): Problem => {
    const path = issue.path.map(String);
    const unknown =
      issue.code === 'unrecognized_keys' ? `; known: ${Object.keys(plugin.params.shape).join(', ') || 'none'}` : '';
    const where = path.length > 0 ? path.join('.') : 'params';
    const value = path.reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], given);
    const shown =
      path.length > 0 && value !== undefined
        ? ` is ${shortened(typeof value === 'number' ? String(value) : JSON.stringify(value))}`
        : '';
    return {
      code: codeOf(issue),
      message: `${plugin.kind} ${plugin.id}: ${where}${shown}: ${issue.message}${unknown}`,
      field: [...field, 'params', ...path],
      item: plugin.id,
    };
  });
  return problemsOf(problems);
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
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

function listing({ id, kind, version, title, description, reference, paramsSchema }: PluginFacts): PluginListing {
  return { id, kind, version, title, description, reference, paramsSchema, available: true, problem: null };
}

function brokenListing({ id, kind, version }: BrokenPlugin, problem: Problem): PluginListing {
  const nothing = { title: id, description: '', reference: null, paramsSchema: {} };
  return { id, kind, version, ...nothing, available: false, problem };
}

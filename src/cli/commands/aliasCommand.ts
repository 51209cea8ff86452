import { Command } from 'commander';
import {
  accepted,
  collected,
  eachOf,
  ModelAliasesDocument,
  present,
  RemoveModelAliasDocument,
  SetModelAliasDocument,
  type ResiduaClient,
} from '../../client/index.js';
import { UsageError } from '../terminal/printError.js';
import { listTable } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { findModelVersion } from './findModelVersion.js';
import { asClient, modelReference, withClientOptions, type ClientOptions } from './options.js';

interface AliasOptions extends ClientOptions {
  remove?: boolean;
  author?: string;
}

/** `residua alias`. */
export function aliasCommand(): Command {
  return withClientOptions(new Command('alias'))
    .description('point an alias at a model version, take it away, or list the aliases of a model')
    .argument('<model>', 'to point: name, name@version or name@alias, without version the newest; else the name')
    .argument('[alias]', 'e.g. champion; left out, the aliases and every move of them are listed')
    .option('--remove', 'take the alias away; its history stays')
    .option('--author <name>', 'who decides')
    .addHelpText(
      'after',
      '\nWhatever asks for tiles@champion gets another version from then on: that is a rollout, or a step back.\n\nExamples:\n  residua alias tiles@3 champion --author Ada\n  residua alias tiles\n  residua alias tiles champion --remove',
    )
    .action((reference: string, alias: string | undefined, options: AliasOptions) =>
      asClient(options, async (client, terminal) => {
        if (alias === undefined) {
          if (options.remove) throw new UsageError('say which alias to take away');
          return history(client, terminal, modelReference(reference).model);
        }
        if (options.remove) return remove(client, terminal, { reference, alias, author: options.author });
        const version = await findModelVersion(client, reference);
        const input = { alias, modelVersionId: version.id, author: options.author };
        accepted((await client.request(SetModelAliasDocument, { input })).setModelAlias);
        const { name } = version.model;
        if (terminal.json) terminal.emit({ model: name, alias, version: version.version });
        else terminal.say(`${name}@${alias} is version ${version.version} now`);
      }),
    );
}

async function remove(
  client: ResiduaClient,
  terminal: Terminal,
  { reference, alias, author }: { reference: string; alias: string; author: string | undefined },
): Promise<void> {
  const { model: name, version } = modelReference(reference);
  if (version !== undefined) throw new UsageError(`an alias is of the whole model: residua alias ${name} … --remove`);
  const model = present((await client.request(ModelAliasesDocument, { name })).model, `model ${name}`);
  const input = { modelId: model.id, alias, author };
  accepted((await client.request(RemoveModelAliasDocument, { input })).removeModelAlias);
  if (terminal.json) terminal.emit({ model: name, removed: alias });
  else terminal.say(`${name}@${alias} is gone`);
}

async function history(client: ResiduaClient, terminal: Terminal, name: string): Promise<void> {
  const read = async (after: string | undefined) =>
    present((await client.request(ModelAliasesDocument, { name, after })).model, `model ${name}`);
  const moves = await collected(eachOf(async (after) => (await read(after)).aliasHistory));
  const aliases = (await read(undefined)).aliases.map((each) => ({
    alias: each.name,
    version: each.modelVersion.version,
  }));
  if (terminal.json) return terminal.emit({ model: name, aliases, moves });
  if (moves.length === 0) return terminal.say(`${name} has no alias yet`);
  terminal.say(aliases.map(({ alias, version }) => `${name}@${alias} is version ${version}`).join('\n') || 'no alias');
  const rows = moves.map(({ alias, at, author, fromVersion, toVersion }) => [
    at.slice(0, 16).replace('T', ' '),
    alias,
    `${fromVersion ?? 'nothing'} -> ${toVersion ?? 'nothing'}`,
    author ?? '',
  ]);
  terminal.say(`\n${listTable([['WHEN', 'ALIAS', 'VERSION', 'BY'], ...rows])}`);
}

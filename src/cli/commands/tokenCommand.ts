import { Command, Option } from 'commander';
import {
  accepted,
  collected,
  CreateTokenDocument,
  eachOf,
  present,
  ProjectIdDocument,
  RevokeTokenDocument,
  RotateTokenDocument,
  TokensDocument,
  type Permission,
  type ResiduaClient,
  type TokenFragment,
  type TokenPreset,
} from '../../client/index.js';
import { UsageError } from '../terminal/printError.js';
import { listTable } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { asClient, integer, withClientOptions, type ClientOptions } from './options.js';

/** `residua token`, with what can be done as subcommands. */
export function tokenCommand(): Command {
  return new Command('token')
    .description('tokens by which programs are let in: create, list, rotate, revoke')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(rotateCommand())
    .addCommand(revokeCommand())
    .addHelpText(
      'after',
      '\nPeople manage tokens, and tokens do not: where people sign in, these commands need RESIDUA_API_TOKEN, the token of the server\nitself, or GraphiQL in a browser.\n\nExamples:\n  residua token create "camera 4" --preset ingest --project "line 3"\n  residua token list --project "line 3"\n  residua token rotate "camera 4" --project "line 3"\n  residua token revoke "camera 4" --project "line 3"',
    );
}

const presets: readonly TokenPreset[] = ['PREDICT', 'INGEST', 'READ', 'TRAIN', 'EVERYTHING'];

interface OfProject extends ClientOptions {
  project?: string;
}

interface CreateOptions extends OfProject {
  preset?: string;
  permission?: Permission[];
  days?: number;
}

function createCommand(): Command {
  return ofProject(withClientOptions(new Command('create')))
    .description('make a token and print its text, this once')
    .argument('<name>', 'what it is for')
    .addOption(
      new Option('--preset <preset>', 'what it may do, in one word').choices(presets.map((name) => name.toLowerCase())),
    )
    .option('--permission <names...>', 'what it may do: READ, CURATE, TRAIN, PREDICT, …')
    .option('--days <number>', 'days it lives, 90 when left out', integer(1, 730))
    .addHelpText('after', '\nExample:\n  residua token create "camera 4" --preset ingest --project "line 3" --days 365')
    .action((name: string, { preset, permission, days, ...options }: CreateOptions) =>
      asClient(options, async (client, terminal) => {
        if (Boolean(preset) === Boolean(permission))
          throw new UsageError('say what it may do by --preset or --permission');
        const input = {
          ...{ name, preset: preset?.toUpperCase() as TokenPreset | undefined, expiresInDays: days },
          permissions: permission?.map((one) => one.toUpperCase() as Permission),
          serviceOf: await projectIdOf(client, options.project),
        };
        show(terminal, accepted((await client.request(CreateTokenDocument, { input })).createToken));
      }),
    );
}

function listCommand(): Command {
  return ofProject(withClientOptions(new Command('list')))
    .description('list your own tokens, or those of the services of a project')
    .addHelpText('after', '\nExample:\n  residua token list --project "line 3"')
    .action((options: OfProject) =>
      asClient(options, async (client, terminal) => {
        const tokens = await tokensOf(client, options.project);
        if (terminal.json) return tokens.forEach((token) => terminal.emit(token));
        if (tokens.length === 0) return terminal.say('there are none');
        const rows = tokens.map(({ name, permissions, expiresAt, revokedAt, lastUsedOn }) => [
          ...[name, permissions.join(' '), revokedAt ? 'revoked' : `ends ${expiresAt?.slice(0, 10) ?? 'never'}`],
          lastUsedOn ?? 'never',
        ]);
        terminal.say(listTable([['TOKEN', 'MAY', '', 'LAST USED'], ...rows]));
      }),
    );
}

function rotateCommand(): Command {
  return ofProject(withClientOptions(new Command('rotate')))
    .description('give a token another text, and print it, this once')
    .argument('<name>', 'name or id of the token')
    .option('--overlap <hours>', 'hours for which the old text is taken too, 24 when left out', integer(0, 720))
    .addHelpText('after', '\nExample:\n  residua token rotate "camera 4" --project "line 3" --overlap 72')
    .action((name: string, { overlap, ...options }: OfProject & { overlap?: number }) =>
      asClient(options, async (client, terminal) => {
        const { tokenId } = await find(client, name, options.project);
        const input = { tokenId, overlapHours: overlap };
        show(terminal, accepted((await client.request(RotateTokenDocument, { input })).rotateToken));
      }),
    );
}

function revokeCommand(): Command {
  return ofProject(withClientOptions(new Command('revoke')))
    .description('end a token now')
    .argument('<name>', 'name or id of the token')
    .addHelpText('after', '\nExample:\n  residua token revoke "camera 4" --project "line 3"')
    .action((name: string, options: OfProject) =>
      asClient(options, async (client, terminal) => {
        const { tokenId } = await find(client, name, options.project);
        const { token } = accepted((await client.request(RevokeTokenDocument, { input: { tokenId } })).revokeToken);
        if (terminal.json) terminal.emit(token);
        else terminal.say(`${JSON.stringify(token?.name)} is revoked`);
      }),
    );
}

function ofProject(command: Command): Command {
  return command.option('--project <name>', 'the token is that of a service of this project, not your own');
}

async function projectIdOf(client: ResiduaClient, name: string | undefined): Promise<string | undefined> {
  if (name === undefined) return undefined;
  return present((await client.request(ProjectIdDocument, { name })).project, `project ${name}`).id;
}

async function tokensOf(client: ResiduaClient, project: string | undefined): Promise<TokenFragment[]> {
  const serviceOf = await projectIdOf(client, project);
  return collected(eachOf(async (after) => (await client.request(TokensDocument, { serviceOf, after })).tokens));
}

/** The one of this name or id that is not revoked; names may repeat. */
async function find(client: ResiduaClient, name: string, project: string | undefined): Promise<TokenFragment> {
  const tokens = await tokensOf(client, project);
  const found = tokens.filter((token) => token.tokenId === name || (token.name === name && !token.revokedAt));
  if (found.length > 1)
    throw new UsageError(
      `${found.length} tokens are named ${JSON.stringify(name)}: name one by its id, see "residua token list --json"`,
    );
  return present(found[0], `token ${name}`);
}

/** The text alone stands on standard output, so that a script can take it. */
function show(terminal: Terminal, { token, secret }: { token: TokenFragment | null; secret: string | null }): void {
  if (terminal.json) return terminal.emit({ ...token, secret });
  process.stderr.write(
    `The text of ${JSON.stringify(token?.name)}, shown this once; it ends ${token?.expiresAt?.slice(0, 10) ?? 'never'}:\n`,
  );
  terminal.say(secret ?? '');
}

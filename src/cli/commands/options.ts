import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Supervision } from '../../shared/training.js';
import type { NeededDevice, ResiduaClient } from '../../client/index.js';
import { nodeClient } from '../../client/node/index.js';
import { createTerminal, type Terminal } from '../terminal/terminal.js';

/** What every client command knows. */
export interface ClientOptions {
  url: string;
  json?: boolean;
}

/** Adds `--url` and `--json`. */
export function withClientOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--url <address>', 'address of the server')
        .env('RESIDUA_URL')
        .default(localServer(process.env), 'RESIDUA_PORT on this machine, 4000 when it is not set')
        .argParser(address),
    )
    .option('--json', 'print JSON on standard output, for programs; progress goes to standard error');
}

/** Where `residua serve` listens with the same environment. */
export function localServer({ RESIDUA_HOST: host, RESIDUA_PORT: port }: NodeJS.ProcessEnv): string {
  // A server that listens everywhere is also here; port 0 is any port, which nobody can guess.
  const isHere = !host || host === '0.0.0.0' || host === '::';
  const name = isHere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port && port !== '0' ? port : 4000}`;
}

/** Opens the client, runs the command and closes the client. The token comes from `RESIDUA_API_TOKEN`. */
export async function asClient(
  options: ClientOptions,
  run: (client: ResiduaClient, terminal: Terminal) => Promise<void>,
): Promise<void> {
  const client = nodeClient({ url: options.url, token: process.env['RESIDUA_API_TOKEN'] || undefined });
  try {
    await run(client, createTerminal({ json: options.json }));
  } finally {
    await client.close();
  }
}

/** `--split`. */
export function splitOption(description: string): Option {
  return new Option('--split <split>', description).choices(['TRAIN', 'VALIDATION', 'TEST']);
}

/** Supervisions, as people write them. */
export const supervisionNames: Readonly<Record<string, Supervision>> = {
  unsupervised: 'UNSUPERVISED',
  supervised: 'SUPERVISED',
  'semi-supervised': 'SEMI_SUPERVISED',
};

/** `--supervision`, as people write it. */
export function supervisionOption(): Option {
  return new Option('--supervision <kind>', 'what the training may read: normal images only, pixel labels, or boxes')
    .choices(Object.keys(supervisionNames))
    .default('unsupervised');
}

/** `semi-supervised` to `SEMI_SUPERVISED`. */
export function supervisionOf(written: string): Supervision {
  return supervisionNames[written]!;
}

/** `--device`. */
export function deviceOption(): Option {
  return new Option('--device <device>', 'what to compute on; left out, whatever the worker has')
    .choices(['cpu', 'gpu'])
    .argParser((text): NeededDevice => {
      const device = (['CPU', 'GPU'] as const).find((known) => known.toLowerCase() === text);
      if (!device) throw new InvalidArgumentError('Allowed choices are cpu, gpu.');
      return device;
    });
}

/** An integer of at least `minimum`, and at most `maximum` where there is one. */
export function integer(minimum: number, maximum = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const range = maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
  return (text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text.trim()) || !(value >= minimum && value <= maximum)) {
      throw new InvalidArgumentError(`must be a whole number ${range}.`);
    }
    return value;
  };
}

/** A number from `minimum` to `maximum`. */
export function decimal(minimum: number, maximum = Number.MAX_VALUE): (text: string) => number {
  const range = maximum === Number.MAX_VALUE ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= minimum && value <= maximum)) {
      throw new InvalidArgumentError(`must be a number ${range}.`);
    }
    return value;
  };
}

/** Collects `key=value`; the value is read as JSON where it is JSON, else as text. */
export function keyValue(text: string, previous: Record<string, unknown> = {}): Record<string, unknown> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('must be key=value.');
  return withValue(previous, text.slice(0, at).split('.'), jsonOrText(text.slice(at + 1)));
}

/** `pretraining.steps=100` sets one of a group. */
function withValue(group: Record<string, unknown>, [name, ...rest]: string[], value: unknown): Record<string, unknown> {
  const below = group[name!];
  const inner = typeof below === 'object' && below !== null ? (below as Record<string, unknown>) : {};
  return { ...group, [name!]: rest.length === 0 ? value : withValue(inner, rest, value) };
}

/** `name`, `name@3` or `name@champion`. */
export function modelReference(text: string): { model: string; version: string | undefined } {
  const at = text.lastIndexOf('@');
  return at < 1 ? { model: text, version: undefined } : { model: text.slice(0, at), version: text.slice(at + 1) };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function address(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new InvalidArgumentError('must be an http or https address.');
  }
  return new URL(text).origin;
}

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import pg from 'pg';
import { describe, expect, test, vi } from 'vitest';
import { decimal, integer, keyValue, localServer, modelReference } from '../../../src/cli/commands/options.js';
import { residuaProgram } from '../../../src/cli/program.js';
import { accepted, RefusedError, requestError, UnreachableError } from '../../../src/client/index.js';
import { printError, UsageError } from '../../../src/cli/terminal/printError.js';
import { parametersTable } from '../../../src/cli/terminal/parametersTable.js';
import { ProblemError } from '../../../src/shared/errors.js';

/** What a stream of this process is given while `run` runs. */
async function captured<T>(stream: NodeJS.WriteStream, run: () => T): Promise<{ value: Awaited<T>; text: string }> {
  let text = '';
  const spy = vi.spyOn(stream, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    return { value: await run(), text };
  } finally {
    spy.mockRestore();
  }
}

describe('the program', () => {
  const names = [
    'quickstart',
    'serve',
    'worker',
    'migrate',
    'check-upgrade',
    'backbone',
    'verify',
    'collect',
    'backup',
    'restore',
    'list',
    'import',
    'label',
    'export',
    'presets',
    'split',
    'recommend',
    'train',
    'watch',
    'cancel',
    'evaluate',
    'report',
    'threshold',
    'alias',
    'predict',
    'delete',
    'plugins',
    'login',
    'logout',
    'user',
    'member',
    'token',
    'quota',
    'audit',
  ];

  test('has these commands, each with a description and an example', async () => {
    const program = residuaProgram();
    expect(program.commands.map((command) => command.name())).toEqual(names);
    for (const command of program.commands) {
      expect(command.description(), command.name()).not.toBe('');
      const { text } = await captured(process.stdout, () => command.outputHelp());
      expect(text, command.name()).toMatch(/Examples?:/);
    }
  });

  test.each([
    ['an unknown command', ['frobnicate']],
    ['an unknown option', ['quickstart', '--fast']],
    ['a number that is none', ['quickstart', '--steps', 'many']],
    ['a supervision that does not exist', ['quickstart', '--supervision', 'self']],
    ['an address that is none', ['plugins', '--url', 'localhost:4000x']],
    ['a missing argument', ['train']],
    ['a port that does not exist', ['serve', '--port', '70000']],
    ['an import format that does not exist', ['import', 'x.zip', '--dataset', 'x', '--format', 'tarot']],
    ['an export format that does not exist', ['export', 'dataset', 'x', '--format', 'tarot']],
  ])('%s is a usage error with exit code 2', async (_, args) => {
    const { value, text } = await captured(process.stderr, () =>
      residuaProgram()
        .parseAsync(['node', 'residua', ...args])
        .catch((error: unknown) => error),
    );
    expect(value).toBeInstanceOf(CommanderError);
    expect(printError(value, false)).toBe(2);
    expect(text).toMatch(/^error: /);
  });

  test.each([
    ['an import into nothing', ['import', 'x.zip'], '--dataset <name>'],
    ['neither files nor a data set', ['predict', 'x'], 'give image files, or --snapshot or --dataset'],
    ['files and a data set', ['predict', 'x', 'a.png', '--dataset', 'x'], 'not both'],
    ['a data set and a snapshot', ['predict', 'x', '--dataset', 'x', '--snapshot', 'x'], 'not both'],
    ['a split of files', ['predict', 'x', 'a.png', '--split', 'TEST'], '--split chooses among'],
    [
      'a file in no folder',
      ['export', 'dataset', 'x', '-o', '/no/such/folder/x.zip'],
      'there is no folder /no/such/folder',
    ],
    ['a folder for a file', ['export', 'model', 'x', '1', '-o', '/'], '/ is a folder'],
  ])('%s is a usage error before anything is asked of a server', async (_, args, text) => {
    const error = await residuaProgram()
      .parseAsync(['node', 'residua', ...args, '--url', 'http://127.0.0.1:9'])
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    const { value, text: printed } = await captured(process.stderr, () => printError(error, false));
    expect(value).toBe(2);
    expect(printed).toContain(text);
  });

  test('watching where no server is says so at once', async () => {
    const began = performance.now();
    const error = await residuaProgram()
      .parseAsync(['node', 'residua', 'watch', 'x', '--url', 'http://127.0.0.1:9'])
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnreachableError);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test.each([['verify'], ['collect', '--dry-run'], ['backup', '/tmp/never-made']])(
    '%s where no database is makes none and says so',
    async (...args) => {
      const home = await mkdtemp(join(tmpdir(), 'residua-empty-'));
      vi.stubEnv('RESIDUA_HOME', home);
      vi.stubEnv('DATABASE_URL', '');
      try {
        const running = residuaProgram().parseAsync(['node', 'residua', ...args]);
        await expect(running).rejects.toMatchObject({
          code: 'NOT_FOUND',
          message: expect.stringContaining(home) as string,
        });
        expect(await readdir(home)).toEqual([]);
        expect(existsSync('/tmp/never-made')).toBe(false);
      } finally {
        vi.unstubAllEnvs();
        await rm(home, { recursive: true });
      }
    },
  );

  test('a server that is not there is named, with what to do about it', async () => {
    const error = await residuaProgram()
      .parseAsync(['node', 'residua', 'plugins', '--url', 'http://127.0.0.1:9'])
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnreachableError);
    const { value, text } = await captured(process.stderr, () => printError(error, false));
    expect(value).toBe(1);
    expect(text).toContain('http://127.0.0.1:9');
    expect(text).toContain('residua serve');
  });
});

describe('printing errors', () => {
  test('shows code, message, item and field of every problem', async () => {
    const error = new ProblemError([
      { code: 'MASK_EMPTY', message: 'the mask marks nothing', item: 'a.png' },
      {
        code: 'CONFIG_INVALID',
        message: 'steps is 0; it must be at least 1',
        field: ['input', 'detector', 'params', 'steps'],
      },
    ]);
    const { value, text } = await captured(process.stderr, () => printError(error, false));
    expect(value).toBe(1);
    expect(text).toBe(
      'error MASK_EMPTY: the mask marks nothing [a.png]\n' +
        'error CONFIG_INVALID: steps is 0; it must be at least 1 (input.detector.params.steps)\n',
    );
  });

  test('lets no name steer the terminal', async () => {
    const error = new ProblemError([{ code: 'NOT_FOUND', message: 'no \u001b[2Jfile \u202egnp.a' }]);
    const { text } = await captured(process.stderr, () => printError(error, false));
    expect(text).toBe('error NOT_FOUND: no \ufffd[2Jfile \ufffdgnp.a\n');
  });

  test('with --json it is one JSON value on standard output', async () => {
    const { text } = await captured(process.stdout, () =>
      captured(process.stderr, () => printError(new UsageError('no'), true)),
    );
    expect(JSON.parse(text)).toEqual({ errors: [{ code: 'BAD_USER_INPUT', message: 'no' }] });
  });

  test('what the machine refuses is told by port, path and database, not as a fault', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const second = createServer().listen(port, '127.0.0.1');
    const [taken] = (await once(second, 'error')) as [Error];
    server.close();
    const broken = [
      [taken, `CONFIG_INVALID: port ${port} cannot be used`],
      [await mkdir('/etc/passwd/x').catch((error: unknown) => error), 'CONFIG_INVALID: /etc/passwd/x cannot be used'],
      [
        await new pg.Client('postgres://x@127.0.0.1:1/x').connect().catch((error: unknown) => error),
        'SERVICE_UNAVAILABLE',
      ],
    ] as const;
    for (const [error, text] of broken) {
      const { value, text: printed } = await captured(process.stderr, () => printError(error, false));
      expect([value, printed]).toEqual([1, expect.stringContaining(`error ${text}`)]);
    }
  });

  test('a usage error gives 2, help that was asked for gives 0', async () => {
    const { value } = await captured(process.stderr, () => printError(new UsageError('no'), false));
    expect(value).toBe(2);
    expect(printError(new CommanderError(0, 'commander.helpDisplayed', ''), false)).toBe(0);
  });

  test('userErrors of a payload become one error', () => {
    const userErrors = [
      { code: 'NAME_TAKEN' as const, message: 'taken', field: ['input', 'name'], item: null },
      { code: 'TEXT_INVALID' as const, message: 'bad', field: null, item: 'x' },
    ];
    expect(() => accepted({ userErrors })).toThrow(
      new RefusedError([
        { code: 'NAME_TAKEN', message: 'taken', field: ['input', 'name'] },
        { code: 'TEXT_INVALID', message: 'bad', item: 'x' },
      ]),
    );
    expect(accepted({ userErrors: [] })).toEqual({ userErrors: [] });
  });

  test('a folder of another layout gets a hint at the others', async () => {
    const error = new RefusedError([{ code: 'DATASET_LAYOUT_INVALID', message: 'no train/good' }]);
    const { text } = await captured(process.stderr, () => printError(error, false));
    expect(text).toContain('--format names it: "folders"');
  });

  test('parameters are told with their defaults, limits and choices', () => {
    const schema = {
      properties: {
        weight: { type: 'number', default: 0, minimum: 0, maximum: 10, description: 'Of features.' },
        steps: { type: 'integer', exclusiveMinimum: 0, maximum: Number.MAX_SAFE_INTEGER },
        residual: { type: 'string', enum: ['SQUARE', 'ABSOLUTE'], default: 'SQUARE' },
      },
    };
    expect(parametersTable(schema).split('\n').slice(1)).toEqual([
      'weight     0         number from 0 to 10  Of features.',
      'steps                integer above 0',
      'residual   "SQUARE"  SQUARE, ABSOLUTE',
    ]);
    expect(parametersTable({})).toBe('it has no parameters');
  });

  test('top-level errors keep their codes', () => {
    const error = requestError([{ message: 'too deep', extensions: { code: 'QUERY_TOO_COMPLEX' } }, { message: 'x' }]);
    expect(error.errors.map(({ code }) => code)).toEqual(['QUERY_TOO_COMPLEX', 'INTERNAL_SERVER_ERROR']);
  });
});

describe('options', () => {
  test('integers are whole and large enough', () => {
    expect(integer(1)('12')).toBe(12);
    for (const text of ['0', '1.5', '1e3', '', 'x', '-1', '99999999999999999999'])
      expect(() => integer(1)(text), text).toThrow();
  });

  test('integers are not larger than what they count', () => {
    expect(integer(0, 65_535)('65535')).toBe(65_535);
    expect(() => integer(0, 65_535)('65536')).toThrow('from 0 to 65535');
  });

  test('key=value reads JSON where it is JSON', () => {
    expect(keyValue('bagging=false', keyValue('residual=square', keyValue('learningRate=3e-4')))).toEqual({
      learningRate: 3e-4,
      residual: 'square',
      bagging: false,
    });
    expect(() => keyValue('=1')).toThrow();
  });

  test('without an address, the server is where one with the same environment listens', () => {
    expect(localServer({})).toBe('http://127.0.0.1:4000');
    expect(localServer({ RESIDUA_PORT: '8080', RESIDUA_HOST: '0.0.0.0' })).toBe('http://127.0.0.1:8080');
    expect(localServer({ RESIDUA_PORT: '0', RESIDUA_HOST: '::' })).toBe('http://127.0.0.1:4000');
    expect(localServer({ RESIDUA_HOST: '10.0.0.5' })).toBe('http://10.0.0.5:4000');
    expect(localServer({ RESIDUA_HOST: '::1', RESIDUA_PORT: '4001' })).toBe('http://[::1]:4001');
  });

  test('a number is one, and in its range', () => {
    expect(decimal(0, 1)('0.25')).toBe(0.25);
    for (const text of ['', ' ', 'x', '-0.1', '1.1', 'NaN', 'Infinity'])
      expect(() => decimal(0, 1)(text), text).toThrow();
    expect(() => decimal(0)('Infinity')).toThrow();
  });

  test('a name with dots sets one of a group', () => {
    const pretraining = keyValue('pretraining.steps=0', keyValue('pretraining.focal.gamma=2', keyValue('steps=5')));
    expect(pretraining).toEqual({ steps: 5, pretraining: { steps: 0, focal: { gamma: 2 } } });
  });

  test('a model reference has a version or not', () => {
    expect(modelReference('tiles')).toEqual({ model: 'tiles', version: undefined });
    expect(modelReference('tiles@champion')).toEqual({ model: 'tiles', version: 'champion' });
    expect(modelReference('a@b@3')).toEqual({ model: 'a@b', version: '3' });
  });
});

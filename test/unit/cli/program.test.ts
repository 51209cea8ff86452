import { CommanderError } from 'commander';
import { describe, expect, test, vi } from 'vitest';
import { integer, keyValue, modelReference } from '../../../src/cli/commands/options.js';
import { residuaProgram } from '../../../src/cli/program.js';
import { UnreachableError, requestError, accepted } from '../../../src/cli/client/errors.js';
import { printError, UsageError } from '../../../src/cli/terminal/printError.js';
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
    'backbone',
    'verify',
    'collect',
    'backup',
    'restore',
    'import',
    'export',
    'train',
    'watch',
    'cancel',
    'evaluate',
    'predict',
    'plugins',
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
      { code: 'CONFIG_INVALID', message: 'steps is 0; it must be at least 1', field: ['input', 'settings', 'steps'] },
    ]);
    const { value, text } = await captured(process.stderr, () => printError(error, false));
    expect(value).toBe(1);
    expect(text).toBe(
      'error MASK_EMPTY: the mask marks nothing [a.png]\n' +
        'error CONFIG_INVALID: steps is 0; it must be at least 1 (input.settings.steps)\n',
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

  test('a usage error gives 2, help that was asked for gives 0', async () => {
    const { value } = await captured(process.stderr, () => printError(new UsageError('no'), false));
    expect(value).toBe(2);
    expect(printError(new CommanderError(0, 'commander.helpDisplayed', ''), false)).toBe(0);
  });

  test('userErrors of a payload become one ProblemError', () => {
    const userErrors = [
      { code: 'NAME_TAKEN' as const, message: 'taken', field: ['input', 'name'], item: null },
      { code: 'TEXT_INVALID' as const, message: 'bad', field: null, item: 'x' },
    ];
    expect(() => accepted({ userErrors })).toThrow(
      new ProblemError([
        { code: 'NAME_TAKEN', message: 'taken', field: ['input', 'name'] },
        { code: 'TEXT_INVALID', message: 'bad', item: 'x' },
      ]),
    );
    expect(accepted({ userErrors: [] })).toEqual({ userErrors: [] });
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

  test('key=value reads JSON where it is JSON', () => {
    expect(keyValue('bagging=false', keyValue('residual=SQUARE', keyValue('learningRate=3e-4')))).toEqual({
      learningRate: 3e-4,
      residual: 'SQUARE',
      bagging: false,
    });
    expect(() => keyValue('=1')).toThrow();
  });

  test('a model reference has a version or not', () => {
    expect(modelReference('tiles')).toEqual({ model: 'tiles', version: undefined });
    expect(modelReference('tiles@champion')).toEqual({ model: 'tiles', version: 'champion' });
    expect(modelReference('a@b@3')).toEqual({ model: 'a@b', version: '3' });
  });
});

import {
  problem,
  type ListedFile,
  type SourceConnection,
  type SourceContext,
  type SourcePlugin,
  type z,
} from '../plugin-api/index.js';
import { unless, type ContractRule, type ContractSetting } from './rule.js';

type Plugin = SourcePlugin<z.ZodObject>;

/** What listing may take. */
const deadlineMilliseconds = 60_000;

/** Files of one page, and bytes of one file. */
const mostOfPage = 1_000;
const mostBytes = 50 * 1024 * 1024;

const rule = (
  name: string,
  check: (connection: SourceConnection, files: readonly ListedFile[][]) => Promise<string[]>,
): ContractRule<Plugin> => ({
  name,
  check: async (plugin, setting) => {
    const connection = await plugin.open(setting.params, contextOf(setting));
    try {
      const pages: ListedFile[][] = [];
      for await (const page of connection.list(inTime())) pages.push([...page]);
      return await check(connection, pages);
    } finally {
      await connection.close();
    }
  },
});

/** What every source keeps. Something must be there to be listed. */
export const sourceRules: readonly ContractRule<Plugin>[] = [
  rule('lists what is there, each file once, in pages of 1,000 at most', async (_, pages) => {
    const keys = pages.flat().map(({ key }) => key);
    return unless(
      [keys.length > 0, 'it lists nothing: put an image there'],
      [new Set(keys).size === keys.length, 'it lists a file twice'],
      [pages.every((page) => page.length <= mostOfPage), `a page has more than ${mostOfPage} files`],
      [keys.every((key) => !key.startsWith('/') && !key.split('/').includes('..')), 'a key leads out of the source'],
    );
  }),
  rule('lists the same twice, with the same stamps', async (connection, pages) => {
    const again: ListedFile[] = [];
    for await (const page of connection.list(inTime())) again.push(...page);
    const sorted = (files: readonly ListedFile[]) => JSON.stringify(files.toSorted((a, b) => (a.key < b.key ? -1 : 1)));
    return unless([sorted(again) === sorted(pages.flat()), 'the second listing is another one']);
  }),
  rule('reads a file whole, with the stamp it was listed with', async (connection, pages) => {
    const [file] = pages.flat();
    if (!file) return ['it lists nothing: put an image there'];
    const read = await connection.read(file.key, mostBytes, inTime());
    return unless(
      [read?.content.byteLength === file.bytes, `it read ${read?.content.byteLength} bytes; ${file.bytes} were listed`],
      [read?.stamp === file.stamp, `its stamp is ${read?.stamp}; ${file.stamp} was listed`],
    );
  }),
  rule('says that a file is not there, and refuses one that is too large', async (connection, pages) => {
    const [file] = pages.flat();
    if (!file) return ['it lists nothing: put an image there'];
    const none = await connection.read(`${file.key}.no`, mostBytes, inTime());
    const tooLarge = await connection.read(file.key, file.bytes - 1, inTime()).catch(() => 'refused' as const);
    return unless(
      [none === undefined, 'it reads a file that is not there'],
      [tooLarge === 'refused', 'it reads more bytes than it may'],
    );
  }),
];

function inTime(): AbortSignal {
  return AbortSignal.timeout(deadlineMilliseconds);
}

/** Whoever checks a plugin of their own may let it read where they like. */
function contextOf({ context: { log }, bucket = noBucket }: ContractSetting): SourceContext {
  return {
    secret: process.env['RESIDUA_PLUGIN_SECRET'],
    folder: (path) => Promise.resolve(path),
    bucket,
    signal: inTime(),
    log,
  };
}

function noBucket(): Promise<never> {
  return Promise.reject(problem('BAD_USER_INPUT', 'there is no bucket where plugins are checked'));
}

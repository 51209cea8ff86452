import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { ModelFiles, PluginFacts } from '../../plugin-host/index.js';
import { problem } from '../../shared/errors.js';
import { byteProgress } from '../terminal/byteProgress.js';
import { listTable } from '../terminal/table.js';
import { createTerminal } from '../terminal/terminal.js';

interface FetchOptions {
  url: string;
  sha256: string;
  as?: string;
}

/** `residua backbone`. */
export function backboneCommand(): Command {
  return new Command('backbone')
    .description('list feature extractors and fetch their weights into the models folder of RESIDUA_HOME')
    .addHelpText('after', '\nExamples:\n  residua backbone list\n  residua backbone fetch --help')
    .addCommand(listCommand())
    .addCommand(fetchCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('list the feature extractors, whether their weights are there and where they come from')
    .option('--json', 'print JSON on standard output')
    .action(async ({ json }: { json?: boolean }) => {
      const terminal = createTerminal({ json });
      const { extractors, models } = await openModels();
      const found = await Promise.all(extractors.map((plugin) => listed(plugin, models)));
      if (json) return terminal.emit(found);
      const rows = found.map(({ id, state, file, bytes, source }) => [
        id,
        state,
        bytes === null ? '' : `${(bytes / 1e6).toFixed(1)} MB`,
        file ?? '',
        source,
      ]);
      terminal.say(listTable([['ID', 'WEIGHTS', 'SIZE', 'FILE', 'FROM'], ...rows]));
      terminal.say(`\nmodels folder: ${models.folder}`);
    });
}

async function listed({ id, weights }: Pick<PluginFacts, 'id' | 'weights'>, models: ModelFiles) {
  if (!weights) return { id, state: 'not needed', file: null, bytes: null, source: 'comes with the plugin' };
  const bytes = (await models.size(weights.file)) ?? null;
  return { id, state: bytes === null ? 'missing' : 'there', file: weights.file, bytes, source: weights.source };
}

function fetchCommand(): Command {
  return new Command('fetch')
    .description('fetch the weights of a feature extractor, or an ONNX file, into the models folder')
    .argument('<id>', 'feature extractor, e.g. wide-resnet50')
    .addOption(new Option('--url <address>', 'http or https address of the file').makeOptionMandatory())
    .addOption(
      new Option('--sha256 <digest>', 'sha256 that the file must have').makeOptionMandatory().argParser(digest),
    )
    .option('--as <name>', 'its name in the models folder (default: the one the feature extractor looks for)')
    .option('--json', 'print JSON on standard output')
    .addHelpText(
      'after',
      '\nExample:\n  residua backbone fetch wide-resnet50 --url https://models.example.com/wide-resnet50.safetensors --sha256 6d1f…',
    )
    .action(async (id: string, { url, sha256, as, json }: FetchOptions & { json?: boolean }) => {
      const terminal = createTerminal({ json });
      const { extractors, models } = await openModels();
      const plugin = extractors.find((each) => each.id === id);
      if (!plugin) {
        const known = extractors.map((each) => each.id).join(', ');
        throw problem('CONFIG_INVALID', `there is no feature extractor "${id}"; known: ${known}`, { item: id });
      }
      const file = as ?? plugin.weights?.file ?? path.posix.basename(webAddress(url).pathname);
      const progress = byteProgress(file, json ? process.stderr : process.stdout);
      await models
        .fetch({ url, sha256, file }, (received, total) => progress.show(received, total))
        .finally(() => progress.end());
      const bytes = await models.size(file);
      if (json) terminal.emit({ id, file, sha256, bytes });
      else terminal.say(`${file} is in ${models.folder}`);
    });
}

/** Every usable feature extractor and the models folder, of the configuration in the environment. */
async function openModels(): Promise<{ extractors: PluginFacts[]; models: ModelFiles }> {
  const [{ readConfig }, { loadPlugins, modelsOf }] = await Promise.all([
    import('../../main/config.js'),
    import('../../main/plugins.js'),
  ]);
  const config = readConfig();
  const registry = await loadPlugins(config);
  return { extractors: registry.facts('feature-extractor'), models: modelsOf(config) };
}

function digest(text: string): string {
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new InvalidArgumentError('must be 64 hexadecimal digits.');
  return text.toLowerCase();
}

function webAddress(text: string): URL {
  if (!URL.canParse(text)) throw problem('CONFIG_INVALID', `"${text}" is no address`, { item: 'url' });
  return new URL(text);
}

import { Command, Option } from 'commander';
import { type PluginKind, PluginsDocument } from '../../client/index.js';
import { listTable } from '../terminal/table.js';
import { asClient, withClientOptions, type ClientOptions } from './options.js';

const kinds: Readonly<Record<string, PluginKind>> = {
  'feature-extractor': 'FEATURE_EXTRACTOR',
  augmentation: 'AUGMENTATION',
  loss: 'LOSS',
  detector: 'DETECTOR',
};

/** `residua plugins`. */
export function pluginsCommand(): Command {
  return withClientOptions(new Command('plugins'))
    .description('list the plugins the server knows, with their parameters')
    .addOption(new Option('--kind <kind>', 'only this kind').choices(Object.keys(kinds)))
    .addHelpText(
      'after',
      '\nExamples:\n  residua plugins\n  residua plugins --kind detector --json | jq .[].paramsSchema',
    )
    .action((options: ClientOptions & { kind?: string }) =>
      asClient(options, async (client, terminal) => {
        const kind = options.kind === undefined ? undefined : kinds[options.kind];
        const { plugins: found } = await client.request(PluginsDocument, { kind });
        if (terminal.json) return terminal.emit(found);
        const rows = found.map((plugin) => [
          plugin.kind?.toLowerCase().replace('_', '-') ?? 'unknown',
          plugin.name,
          plugin.version ?? '',
          plugin.available ? plugin.title : `not available: ${plugin.problem?.message ?? 'unknown reason'}`,
          parameterNames(plugin.paramsSchema),
        ]);
        terminal.say(listTable([['KIND', 'NAME', 'VERSION', 'TITLE', 'PARAMETERS'], ...rows]));
      }),
    );
}

function parameterNames(schema: Record<string, unknown>): string {
  return Object.keys((schema['properties'] as object | undefined) ?? {}).join(', ');
}

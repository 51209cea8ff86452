import { Command, Option } from 'commander';
import { notFound, PluginsDocument, type PluginInfo, type PluginKind } from '../../client/index.js';
import { parametersTable } from '../terminal/parametersTable.js';
import { listTable } from '../terminal/table.js';
import { checkPluginCommand } from './checkPluginCommand.js';
import { asClient, withClientOptions, type ClientOptions } from './options.js';

const kinds: Readonly<Record<string, PluginKind>> = {
  'feature-extractor': 'FEATURE_EXTRACTOR',
  augmentation: 'AUGMENTATION',
  loss: 'LOSS',
  detector: 'DETECTOR',
  sink: 'SINK',
  source: 'SOURCE',
};

/** `residua plugins`. */
export function pluginsCommand(): Command {
  return withClientOptions(new Command('plugins'))
    .description('list the plugins the server knows, or what the parameters of one are')
    .addCommand(checkPluginCommand())
    .argument('[name]', 'plugin to show with its parameters')
    .addOption(new Option('--kind <kind>', 'only this kind').choices(Object.keys(kinds)))
    .addHelpText(
      'after',
      '\nExamples:\n  residua plugins --kind detector\n  residua plugins semirest\n  residua plugins --kind detector --json | jq .[].paramsSchema\n  residua plugins check ./my-plugin',
    )
    .action((name: string | undefined, options: ClientOptions & { kind?: string }) =>
      asClient(options, async (client, terminal) => {
        const kind = options.kind === undefined ? undefined : kinds[options.kind];
        const { plugins } = await client.request(PluginsDocument, { kind });
        const found = plugins.filter((plugin) => plugin.name === (name ?? plugin.name));
        if (found.length === 0) throw notFound(`plugin ${name ?? ''}`.trim());
        if (terminal.json) return terminal.emit(found);
        if (name !== undefined) return terminal.say(found.map(described).join('\n\n'));
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

function described({ title, description, reference, problem, paramsSchema }: PluginInfo): string {
  const about = [`${title}: ${description}`, reference, problem && `not available: ${problem.message}`];
  return `${about.filter(Boolean).join('\n')}\n\n${parametersTable(paramsSchema)}`;
}

function parameterNames(schema: Record<string, unknown>): string {
  return Object.keys((schema['properties'] as object | undefined) ?? {}).join(', ');
}

import { Command } from 'commander';
import { TrainingPresetsDocument } from '../../client/index.js';
import { listTable } from '../terminal/table.js';
import { asClient, withClientOptions, type ClientOptions } from './options.js';

/** `residua presets`. */
export function presetsCommand(): Command {
  return withClientOptions(new Command('presets'))
    .description('list the presets a training can start from')
    .option('--detector <name>', 'those of this detector only')
    .addHelpText(
      'after',
      '\nWith --json settings and parameters of each.\n\nExamples:\n  residua presets --detector patchcore\n  residua train tiles --model tiles --detector patchcore --preset cpu-medium',
    )
    .action((options: ClientOptions & { detector?: string }) =>
      asClient(options, async (client, terminal) => {
        const { trainingPresets } = await client.request(TrainingPresetsDocument, { detector: options.detector });
        if (terminal.json) return terminal.emit(trainingPresets);
        const rows = trainingPresets.map(({ detector, name, supervision, description }) => [
          detector,
          name,
          supervision.toLowerCase().replace('_', '-'),
          description,
        ]);
        terminal.say(listTable([['DETECTOR', 'PRESET', 'SUPERVISION', 'WHAT FOR'], ...rows]));
      }),
    );
}

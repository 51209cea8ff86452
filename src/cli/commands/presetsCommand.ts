import { Command } from 'commander';
import { TrainingPresetsDocument } from '../../client/index.js';
import { listTable } from '../terminal/table.js';
import { asClient, withClientOptions, type ClientOptions } from './options.js';

/** `residua presets`. */
export function presetsCommand(): Command {
  return withClientOptions(new Command('presets'))
    .description('list the presets a training can start from')
    .addHelpText(
      'after',
      '\nWith --json every setting of each.\n\nExamples:\n  residua presets\n  residua train tiles --model tiles --preset cpu-medium',
    )
    .action((options: ClientOptions) =>
      asClient(options, async (client, terminal) => {
        const { trainingPresets } = await client.request(TrainingPresetsDocument);
        if (terminal.json) return terminal.emit(trainingPresets);
        const rows = trainingPresets.map(({ name, supervision, description }) => [
          name,
          supervision.toLowerCase().replace('_', '-'),
          description,
        ]);
        terminal.say(listTable([['PRESET', 'SUPERVISION', 'WHAT FOR'], ...rows]));
      }),
    );
}

import { Field, ID, InputType } from 'type-graphql';
import { exportFormats } from '../../services/exports/formats.js';

@InputType({ description: 'What to export.' })
export class ExportDatasetInput {
  @Field(() => ID, { description: 'The snapshot.' })
  snapshotId: string;

  @Field(() => String, {
    description: `Layout of the zip: ${exportFormats.map(({ id }) => `\`${id}\``).join(', ')}.`,
  })
  format: string;
}

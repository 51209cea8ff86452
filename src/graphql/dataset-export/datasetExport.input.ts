import { Field, ID, InputType } from 'type-graphql';
import { exportFormatIds } from '../../shared/exportFormats.js';

@InputType({ description: 'What to export.' })
export class ExportDatasetInput {
  @Field(() => ID, { description: 'The snapshot to export.' })
  snapshotId: string;

  @Field(() => String, {
    description: `Layout of the zip: ${exportFormatIds.map((id) => `\`${id}\``).join(', ')}.`,
  })
  format: string;
}

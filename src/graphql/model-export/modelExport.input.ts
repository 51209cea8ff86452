import { Field, ID, InputType } from 'type-graphql';
import { modelExportFormats } from '../../services/records.js';

@InputType({ description: 'What to export.' })
export class ExportModelInput {
  @Field(() => ID, { description: 'The version to export.' })
  modelVersionId: string;

  @Field(() => String, {
    description: `Kind of file: ${modelExportFormats.map((id) => `\`${id}\``).join(', ')}. \`onnx\` is one file that any ONNX Runtime runs; \`bundle\` a zip that another Residua imports and trains on.`,
    defaultValue: 'onnx',
  })
  format: string;
}

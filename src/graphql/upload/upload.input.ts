import { Extensions, Field, Float, ID, InputType } from 'type-graphql';
import { verbatim } from '../limits/texts.js';

@InputType({ description: 'Bytes that will be sent.' })
export class CreateUploadInput {
  @Extensions(verbatim)
  @Field(() => String, { description: 'Name of the file, without folders.' })
  filename: string;

  @Field(() => Float, { description: 'Size in bytes, a whole number.' })
  bytes: number;

  @Field(() => String, { description: 'sha256 of the bytes, 64 hexadecimal digits.' })
  sha256: string;

  @Field(() => String, { description: 'Media type, e.g. `image/png` or `application/zip`.' })
  contentType: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The only data set that may use the bytes; when left out, the one that uses them first.',
  })
  datasetId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'The project that may use the bytes, without a data set. When both are left out: the default project where it may be used, or the only one.',
  })
  projectId?: string | null;
}

import { Extensions, Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { verbatim } from '../limits/texts.js';

/** What becomes of an import when single items are wrong. */
export const ProblemPolicyEnum = { REFUSE: 'REFUSE', SKIP: 'SKIP' } as const;
export type ProblemPolicy = keyof typeof ProblemPolicyEnum;
registerEnumType(ProblemPolicyEnum, {
  name: 'ProblemPolicy',
  description: 'What becomes of an import when single items are wrong.',
  valuesConfig: {
    REFUSE: { description: 'Nothing is imported.' },
    SKIP: { description: 'Images that are wrong, or whose labels are, are left out whole; all others are imported.' },
  },
});

/** What becomes of images that the data set has already. */
export const ExistingPolicyEnum = { REFUSE: 'REFUSE', SKIP: 'SKIP', UPDATE: 'UPDATE' } as const;
export type ExistingPolicy = keyof typeof ExistingPolicyEnum;
registerEnumType(ExistingPolicyEnum, {
  name: 'ExistingPolicy',
  description: 'What becomes of images that the data set has already, by name, or where none has the name, by bytes.',
  valuesConfig: {
    REFUSE: { description: 'A name that is taken is a problem; bytes that are there already are a warning.' },
    SKIP: { description: 'They are left out; the others are imported.' },
    UPDATE: {
      description:
        'They get the labels of the import as new revisions, its label and kind of defect where it knows them, and its splits where any is not TRAIN. Their bytes stay.',
    },
  },
});

@InputType({ description: 'Where to import from. Exactly one of `path` and `uploadId`.' })
export class ImportDatasetInput {
  @Field(() => ID, { description: 'The data set that receives the images.' })
  datasetId: string;

  @Field(() => String, { description: 'Layout of the source: the name of one of `importFormats`.' })
  format: string;

  @Extensions(verbatim)
  @Field(() => String, { nullable: true, description: "A folder under one of the server's import roots." })
  path?: string | null;

  @Field(() => ID, { nullable: true, description: 'An uploaded zip.' })
  uploadId?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Check everything, store nothing; false when left out.' })
  dryRun?: boolean | null;

  @Field(() => ProblemPolicyEnum, {
    nullable: true,
    description:
      'What becomes of the import when single images or labels are wrong; `REFUSE` when left out. A broken layout is always refused.',
  })
  onProblem?: ProblemPolicy | null;

  @Field(() => ExistingPolicyEnum, {
    nullable: true,
    description: 'What becomes of images that the data set has already; `REFUSE` when left out.',
  })
  existing?: ExistingPolicy | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Names of folders and classes that stand for what has no defect, in place of the usual ones (good, normal, ok, defect-free …). At most 100.',
  })
  normalNames?: string[] | null;

  @Field(() => Int, {
    nullable: true,
    description: 'For mask files with more than two values: 1 to 255, values at or above it are anomalous.',
  })
  maskThreshold?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'For mask files of which one value is anomalous: a grey value or palette number such as 3, or a colour such as 255,0,0 or #ff0000.',
  })
  maskValue?: string | null;
}

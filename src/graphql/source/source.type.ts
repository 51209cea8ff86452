import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { ImageLabel, Split } from '../../services/records.js';
import { sourceStates, type SourceState } from '../../services/sources.service.js';
import { connectionOf } from '../connection/connection.type.js';
import { Dataset } from '../dataset/dataset.type.js';
import { enumOf } from '../enumOf.js';
import { ImageLabelEnum, SplitEnum } from '../image/image.type.js';
import { DateTime, JsonObject } from '../scalars.js';
import { Payload, UserError } from '../user-error/userError.type.js';

const SourceStateEnum = enumOf(sourceStates);
registerEnumType(SourceStateEnum, {
  name: 'SourceState',
  description:
    'What a source does at the moment. UNREACHABLE: no images come, `trouble` says why, and it is tried again.',
});

@ObjectType({ description: 'Files of a source, counted by what became of them.' })
export class SourceCounts {
  @Field(() => Int, { description: 'Not imported yet, also because somebody may still write on them.' })
  waiting: number;

  @Field(() => Int, { description: 'Images of the data set.' })
  taken: number;

  @Field(() => Int, { description: 'Their bytes were in the data set already.' })
  known: number;

  @Field(() => Int, { description: 'They have a problem, see `refused`.' })
  refused: number;
}

@ObjectType({ description: 'A file of a source that was refused.' })
export class SourceFile {
  @Field(() => String, { description: 'Path inside the source.' })
  key: string;

  @Field(() => UserError, { nullable: true, description: 'What is wrong with it.' })
  problem: UserError | null;

  @Field(() => DateTime, { description: 'When it was found.' })
  at: Date;
}

export const SourceFileConnection = connectionOf('SourceFile', () => SourceFile, 'files');

@ObjectType({ description: 'From where images come into a data set by themselves.' })
export class Source {
  @Field(() => ID, { description: 'What mutations call it by.' })
  sourceId: string;

  @Field(() => String, { description: 'What people call it.' })
  name: string;

  @Field(() => Dataset, { description: 'Where its images come to.' })
  dataset: object;

  @Field(() => String, { description: 'Name of a plugin of the kind SOURCE.' })
  plugin: string;

  @Field(() => JsonObject, { description: 'Parameters of the plugin, defaults filled in.' })
  params: Record<string, unknown>;

  @Field(() => Boolean, { description: 'Whether it has a secret.' })
  hasSecret: boolean;

  @Field(() => SplitEnum, { description: 'Split of the images that come.' })
  split: Split;

  @Field(() => ImageLabelEnum, { description: 'Label of the images that come.' })
  label: ImageLabel;

  @Field(() => Int, { description: 'Seconds between looks, at least.' })
  everySeconds: number;

  @Field(() => SourceStateEnum, { description: 'What it does at the moment.' })
  state: SourceState;

  @Field(() => String, { nullable: true, description: 'Why no images come; null while they would.' })
  trouble: string | null;

  @Field(() => SourceCounts, { description: 'Its files, by what became of them.' })
  counts: object;

  @Field(() => DateTime, { nullable: true, description: 'When a look ended well, last.' })
  lookedAt: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Since when it is left alone; null while it is not.' })
  pausedAt: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it is paused.' })
  pauseReason: string | null;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date;
}

export const SourceConnection = connectionOf('Source', () => Source, 'sources');

@ObjectType({ description: 'Answer of mutations that change a source.' })
export class SourcePayload extends Payload {
  @Field(() => Source, { nullable: true, description: 'The source; null when there are problems.' })
  source?: object;
}

@ObjectType({ description: 'Answer of `deleteSource`.' })
export class DeleteSourcePayload extends Payload {
  @Field(() => ID, { nullable: true, description: 'What is gone; null when there are problems.' })
  deletedId?: string;
}

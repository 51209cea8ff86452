import { Field, ID, Int, ObjectType } from 'type-graphql';
import { DatasetExport } from '../dataset-export/datasetExport.type.js';
import { ModelVersion } from '../model/model.type.js';
import { Payload } from '../user-error/userError.type.js';

@ObjectType({ description: 'Answer of `eraseImages`.' })
export class EraseImagesPayload extends Payload {
  @Field(() => [ID], { description: 'Images that are gone; empty when there are problems.' })
  erasedIds: string[];

  @Field(() => Int, {
    description: 'How many of them left a row without name and picture behind, since a snapshot holds them.',
  })
  tombstones: number;

  @Field(() => Int, { description: 'Logged predictions that went with them.' })
  loggedPredictions: number;

  @Field(() => Int, { description: 'Files that were removed: images, previews, maps, overlays.' })
  files: number;

  @Field(() => Int, {
    description:
      'Files that stay until a collection takes them: a job that has not ended may be about to refer to the same bytes.',
  })
  laterFiles: number;

  @Field(() => [ID], { description: 'Erased images whose bytes stay, since another image or file has the same ones.' })
  sharedIds: string[];

  @Field(() => [DatasetExport], {
    description: 'Exports that were made before and hold one of them; `deleteJob` deletes those of this server.',
  })
  exports: object[];

  @Field(() => [ModelVersion], { description: 'Versions that were trained on one of them; they stay as they are.' })
  modelVersions: object[];
}

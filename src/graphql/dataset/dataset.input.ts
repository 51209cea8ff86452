import { ArgsType, Field, ID, InputType } from 'type-graphql';
import type { AnnotationKind } from '../../services/records.js';
import { AnnotationKindEnum } from '../annotation/annotation.type.js';
import { PageArgs } from '../connection/connection.type.js';
import { ImageFilter, ImageOrder } from '../image/image.input.js';

@ArgsType()
export class ImagesArgs extends PageArgs {
  @Field(() => ImageFilter, { nullable: true, description: 'Which images; all when left out.' })
  filter?: ImageFilter | null;

  @Field(() => ImageOrder, { nullable: true, description: 'In which order; oldest first when left out.' })
  orderBy?: ImageOrder | null;
}

@ArgsType()
export class AnnotationsArgs extends PageArgs {
  @Field(() => AnnotationKindEnum, { nullable: true, description: 'Only this kind; all when left out.' })
  kind?: AnnotationKind | null;
}

@InputType({ description: 'A data set to make.' })
export class CreateDatasetInput {
  @Field(() => String, { description: '1 to 100 characters, unique in its project.' })
  name: string;

  @Field(() => ID, { nullable: true, description: 'The project named `default` when left out.' })
  projectId?: string | null;
}

@InputType({ description: 'A data set to delete.' })
export class DeleteDatasetInput {
  @Field(() => ID, { description: 'The data set to delete.' })
  id: string;
}

import { ArgsType, Field, ID } from 'type-graphql';
import type { ChangeKind } from '../../services/records.js';
import { PageArgs } from '../connection/connection.type.js';
import { ChangeKindEnum } from './projectChange.type.js';

const projectDescription = 'Id of the project.';
const kindsDescription = 'Only these kinds; all when left out.';

@ArgsType()
export class ProjectChangePageArgs extends PageArgs {
  @Field(() => ID, { description: projectDescription })
  projectId: string;

  @Field(() => [ChangeKindEnum], { nullable: true, description: kindsDescription })
  kinds?: ChangeKind[] | null;
}

@ArgsType()
export class FollowedChangesArgs {
  @Field(() => ID, { description: projectDescription })
  projectId: string;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of a change of this project; from the oldest one kept when left out.',
  })
  after?: string | null;

  @Field(() => [ChangeKindEnum], { nullable: true, description: kindsDescription })
  kinds?: ChangeKind[] | null;
}

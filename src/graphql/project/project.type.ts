import { Field, ID, ObjectType } from 'type-graphql';
import { connectionOf } from '../connection/connection.type.js';
import { Node } from '../node/node.type.js';
import { DateTime } from '../scalars.js';
import { Payload } from '../user-error/userError.type.js';

@ObjectType({
  implements: Node,
  description: 'What data sets, models and jobs belong to, with its members. One named `default` always exists.',
})
export class Project {
  @Field(() => String, { description: 'Unique on this server.' })
  name: string;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date;

  @Field(() => DateTime, { nullable: true, description: 'Since when nothing is added to it; null while it is in use.' })
  archivedAt: Date | null;

  @Field(() => Boolean, { description: 'Whether its engineers may move aliases, set thresholds and tags.' })
  engineersMayRelease: boolean;
}

export const ProjectConnection = connectionOf('Project', () => Project, 'projects');

@ObjectType({ description: 'Answer of `createProject`.' })
export class CreateProjectPayload extends Payload {
  @Field(() => Project, { nullable: true, description: 'The new project; null when there are problems.' })
  project?: object;
}

@ObjectType({ description: 'Answer of `updateProject`.' })
export class UpdateProjectPayload extends Payload {
  @Field(() => Project, { nullable: true, description: 'The project as it is now; null when there are problems.' })
  project?: object;
}

@ObjectType({ description: 'Answer of `archiveProject`.' })
export class ArchiveProjectPayload extends Payload {
  @Field(() => Project, { nullable: true, description: 'The project as it is now; null when there are problems.' })
  project?: object;
}

@ObjectType({ description: 'Answer of `deleteProject`.' })
export class DeleteProjectPayload extends Payload {
  @Field(() => ID, { nullable: true, description: 'The id that is gone; null when there are problems.' })
  deletedId?: string;
}

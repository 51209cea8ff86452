import { Field, ObjectType } from 'type-graphql';
import { connectionOf } from '../connection/connection.type.js';
import { Node } from '../node/node.type.js';
import { DateTime } from '../scalars.js';
import { Payload } from '../user-error/userError.type.js';

@ObjectType({ implements: Node, description: 'Groups data sets and models. One named `default` always exists.' })
export class Project {
  @Field(() => String, { description: 'Unique on this server.' })
  name: string;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date;
}

export const ProjectConnection = connectionOf('Project', () => Project, 'projects');

@ObjectType({ description: 'Answer of `createProject`.' })
export class CreateProjectPayload extends Payload {
  @Field(() => Project, { nullable: true, description: 'The new project; null when there are problems.' })
  project?: object;
}

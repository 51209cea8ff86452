import { ArgsType, Field, ID, InputType } from 'type-graphql';
import { PageArgs } from '../connection/connection.type.js';

@ArgsType()
export class ProjectPageArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only those of this project.' })
  projectId?: string | null;
}

@ArgsType()
export class NamedArgs {
  @Field(() => String, { description: 'Its exact name.' })
  name: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'The project it belongs to. When left out, all that may be seen are searched: NAME_AMBIGUOUS when several have one of this name.',
  })
  projectId?: string | null;
}

@InputType({ description: 'A project to make.' })
export class CreateProjectInput {
  @Field(() => String, { description: '1 to 100 characters, unique on this server.' })
  name: string;
}

@InputType({ description: 'What shall be different about a project; what is left out stays.' })
export class UpdateProjectInput {
  @Field(() => ID, { description: 'Id of the project.' })
  id: string;

  @Field(() => String, { nullable: true, description: 'Its new name: 1 to 100 characters, unique on this server.' })
  name?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether its engineers may move aliases, set thresholds and tags.',
  })
  engineersMayRelease?: boolean | null;
}

@InputType({ description: 'A project to put away, or to take back into use.' })
export class ArchiveProjectInput {
  @Field(() => ID, { description: 'Id of the project.' })
  id: string;

  @Field(() => Boolean, {
    defaultValue: true,
    description: 'Whether it is put away: it stays readable, and no data sets, uploads or jobs are added.',
  })
  archived: boolean;
}

@InputType({ description: 'A project that shall go.' })
export class DeleteProjectInput {
  @Field(() => ID, {
    description: 'Id of the project. It must hold neither data sets nor models nor jobs that have not ended.',
  })
  id: string;
}

import { ArgsType, Field, ID, InputType } from 'type-graphql';
import type { ChangeKind } from '../../services/records.js';
import { PageArgs } from '../connection/connection.type.js';
import { ChangeKindEnum } from '../project-change/projectChange.type.js';

const urlRule =
  'An https address, of the public internet unless `RESIDUA_WEBHOOK_PRIVATE` is set; redirections are not followed.';

@ArgsType()
export class WebhooksArgs extends PageArgs {
  @Field(() => ID, { description: 'Id of the project.' })
  projectId: string;
}

@InputType({ description: 'A webhook to make. It is told of what happens from now on.' })
export class CreateWebhookInput {
  @Field(() => ID, { description: 'Whose changes it is told of.' })
  projectId: string;

  @Field(() => String, { description: '1 to 100 characters.' })
  name: string;

  @Field(() => String, { description: urlRule })
  url: string;

  @Field(() => [ChangeKindEnum], { nullable: true, description: 'Changes it is told of; all when left out.' })
  kinds?: ChangeKind[] | null;
}

@InputType({ description: 'What shall be different about a webhook; what is left out stays.' })
export class UpdateWebhookInput {
  @Field(() => ID, { description: 'The webhook that is meant.' })
  webhookId: string;

  @Field(() => String, { nullable: true, description: '1 to 100 characters.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: urlRule })
  url?: string | null;

  @Field(() => [ChangeKindEnum], {
    nullable: true,
    description: 'Changes it is told of; an empty list stands for all.',
  })
  kinds?: ChangeKind[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it is told nothing; `false` lets it go on behind what it took last.',
  })
  isPaused?: boolean | null;
}

@InputType({ description: 'The webhook that is meant.' })
export class WebhookInput {
  @Field(() => ID, { description: 'The webhook that is meant.' })
  webhookId: string;
}

@InputType({ description: 'A webhook that shall be told things again.' })
export class ReplayWebhookInput {
  @Field(() => ID, { description: 'The webhook that is meant.' })
  webhookId: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Cursor of `projectChanges`: it is told what follows behind; from the oldest change kept when left out.',
  })
  after?: string | null;
}

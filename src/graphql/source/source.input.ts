import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import type { ImageLabel, Split } from '../../services/records.js';
import { PageArgs } from '../connection/connection.type.js';
import { ImageLabelEnum, SplitEnum } from '../image/image.type.js';
import { PluginChoiceInput } from '../plugin/plugin.type.js';

const secretRule = 'Password or token that opens the source; never shown again.';
const labelRule = 'UNLABELLED or NORMAL, of the images that come';

@ArgsType()
export class SourcesArgs extends PageArgs {
  @Field(() => ID, { description: 'Id of the project.' })
  projectId: string;
}

@InputType({ description: 'A source to make. A worker looks at it at once.' })
export class CreateSourceInput {
  @Field(() => ID, { description: 'Where its images come to.' })
  datasetId: string;

  @Field(() => String, { description: '1 to 100 characters.' })
  name: string;

  @Field(() => PluginChoiceInput, {
    description: 'A plugin of the kind SOURCE, e.g. `folder`. One that reads what lies on the server needs ADMIN.',
  })
  plugin: PluginChoiceInput;

  @Field(() => String, { nullable: true, description: secretRule })
  secret?: string | null;

  @Field(() => SplitEnum, { nullable: true, description: 'Split of the images that come; TRAIN when left out.' })
  split?: Split | null;

  @Field(() => ImageLabelEnum, { nullable: true, description: `${labelRule}; UNLABELLED when left out.` })
  label?: ImageLabel | null;

  @Field(() => Int, { nullable: true, description: 'Seconds between looks, 1 to 3600; 10 when left out.' })
  everySeconds?: number | null;
}

@InputType({ description: 'What shall be different about a source; what is left out stays.' })
export class UpdateSourceInput {
  @Field(() => ID, { description: 'The source that is meant.' })
  sourceId: string;

  @Field(() => String, { nullable: true, description: '1 to 100 characters.' })
  name?: string | null;

  @Field(() => PluginChoiceInput, {
    nullable: true,
    description: 'Another plugin, or other parameters: all files are looked at as new ones.',
  })
  plugin?: PluginChoiceInput | null;

  @Field(() => String, { nullable: true, description: `${secretRule} An empty one takes it away.` })
  secret?: string | null;

  @Field(() => SplitEnum, { nullable: true, description: 'Split of the images that come from now on.' })
  split?: Split | null;

  @Field(() => ImageLabelEnum, { nullable: true, description: `${labelRule} from now on.` })
  label?: ImageLabel | null;

  @Field(() => Int, { nullable: true, description: 'Seconds between looks, 1 to 3600.' })
  everySeconds?: number | null;
}

@InputType({ description: 'Whether a source is left alone.' })
export class PauseSourceInput {
  @Field(() => ID, { description: 'The source that is meant.' })
  sourceId: string;

  @Field(() => Boolean, { defaultValue: true, description: '`false` lets it go on.' })
  isPaused: boolean;
}

@InputType({ description: 'The source that is meant.' })
export class SourceInput {
  @Field(() => ID, { description: 'The source that is meant.' })
  sourceId: string;
}

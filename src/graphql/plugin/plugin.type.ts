import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { JsonObject } from '../scalars.js';
import { UserError } from '../user-error/userError.type.js';

export const PluginKindEnum = {
  FEATURE_EXTRACTOR: 'feature-extractor',
  AUGMENTATION: 'augmentation',
  LOSS: 'loss',
  DETECTOR: 'detector',
  SINK: 'sink',
  SOURCE: 'source',
} as const;
export type PluginKindName = (typeof PluginKindEnum)[keyof typeof PluginKindEnum];
registerEnumType(PluginKindEnum, {
  name: 'PluginKind',
  description: 'What a plugin does.',
  valuesConfig: {
    FEATURE_EXTRACTOR: { description: 'Image to grids of features.' },
    AUGMENTATION: { description: 'Varies images or residuals during training.' },
    LOSS: { description: 'Scores predictions against labels, to be made small.' },
    DETECTOR: { description: 'The whole way from features to an anomaly map.' },
    SINK: { description: 'Takes verdicts to where they are needed.' },
    SOURCE: { description: 'Brings images from where they are made.' },
  },
});

@ObjectType({ description: 'A plugin this server knows.' })
export class Plugin {
  @Field(() => String, { name: 'name', description: 'Unique within its kind, e.g. `mobilenet-v3`.' })
  id: string;

  @Field(() => PluginKindEnum, {
    nullable: true,
    description: 'What it does; null when it failed to load and its package does not say it.',
  })
  kind: PluginKindName | null;

  @Field(() => String, {
    nullable: true,
    description: 'Semantic version; null when it failed to load and its package does not say it.',
  })
  version: string | null;

  @Field(() => String, { description: 'What people call it.' })
  title: string;

  @Field(() => String, { description: 'What it does and when to take it.' })
  description: string;

  @Field(() => String, { nullable: true, description: 'Paper or source it follows.' })
  reference: string | null;

  @Field(() => JsonObject, {
    description: 'JSON Schema (draft 2020-12) of `params`, defaults and units included; a form can be drawn from it.',
  })
  paramsSchema: object;

  @Field(() => Boolean, { description: 'false when it failed to load; `problem` then says why.' })
  available: boolean;

  @Field(() => UserError, { nullable: true, description: 'Why it failed to load.' })
  problem: UserError | null;
}

@ObjectType({ description: 'What a run used of a plugin: stays readable when the plugin is gone.' })
export class PluginChoice {
  @Field(() => String, { name: 'name', description: 'Name of the plugin within its kind.' })
  id: string;

  @Field(() => PluginKindEnum, { description: 'What the plugin does.' })
  kind: PluginKindName;

  @Field(() => String, { description: 'Version that ran.' })
  version: string;

  @Field(() => String, { description: 'sha256 of the code that ran, hexadecimal.' })
  digest: string;

  @Field(() => JsonObject, { description: 'Parameters that ran, defaults filled in.' })
  params: object;

  @Field(() => Plugin, { nullable: true, description: 'The plugin as it is here now; null when it is gone.' })
  plugin: Plugin | null;
}

@InputType({ description: 'A plugin and its parameters.' })
export class PluginChoiceInput {
  @Field(() => String, { description: 'Name of the plugin, as `plugins` lists it.' })
  name: string;

  @Field(() => JsonObject, {
    nullable: true,
    description: 'Parameters by its `paramsSchema`; the defaults when left out.',
  })
  params?: Record<string, unknown> | null;
}

import { ArgsType, Field, ID } from 'type-graphql';
import { PageArgs } from '../connection/connection.type.js';

@ArgsType()
export class ShadowPredictionArgs extends PageArgs {
  @Field(() => ID, { description: 'Id of the challenger, a model version.' })
  modelVersionId: string;

  @Field(() => Boolean, { nullable: true, description: 'Only those with different verdicts, or with the same.' })
  differs?: boolean | null;
}

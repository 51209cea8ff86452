import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { userErrorCodes, type UserErrorCode } from '../../shared/errorCodes.js';

/** The codes as an object, as `registerEnumType` takes it. */
export const ErrorCode = Object.fromEntries(userErrorCodes.map((code) => [code, code])) as Record<
  UserErrorCode,
  UserErrorCode
>;
registerEnumType(ErrorCode, {
  name: 'ErrorCode',
  description: 'What kind of problem it is. Codes never change meaning.',
});

@ObjectType({ description: 'An expected problem, returned as data.' })
export class UserError {
  @Field(() => ErrorCode, { description: 'Stable: programs may branch on it.' })
  code: UserErrorCode;

  @Field(() => String, { description: 'Names the item, the value seen and the rule.' })
  message: string;

  @Field(() => [String], {
    nullable: true,
    description: 'Input path, outermost first; null when no single field is at fault.',
  })
  field?: readonly string[];

  @Field(() => String, { nullable: true, description: 'Name of the thing at fault: a file, an image, a plugin.' })
  item?: string;
}

/** What every mutation's payload carries. */
@ObjectType({ description: 'Base of every payload; not a type of the schema.' })
export abstract class Payload {
  @Field(() => [UserError], { description: 'Empty when everything was done; otherwise nothing was.' })
  userErrors: UserError[];
}

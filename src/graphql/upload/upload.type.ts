import { Field, ObjectType } from 'type-graphql';
import { Node } from '../node/node.type.js';
import { DateTime, JsonObject } from '../scalars.js';
import { Payload } from '../user-error/userError.type.js';

@ObjectType({
  implements: Node,
  description: 'A place for announced bytes. Another mutation takes its `id` once they have arrived.',
})
export class Upload extends Node {
  @Field(() => String, { description: 'Where to send the bytes.' })
  url: string;

  @Field(() => String, { description: 'HTTP method to send them with.' })
  method: string;

  @Field(() => JsonObject, { description: 'HTTP headers to send with them.' })
  headers: object;

  @Field(() => DateTime, { description: 'After this the place is gone.' })
  expiresAt: Date;

  @Field(() => DateTime, { nullable: true, description: 'When all bytes had arrived as announced; null before.' })
  completedAt?: Date | null;
}

@ObjectType({ description: 'Answer of `createUpload`.' })
export class CreateUploadPayload extends Payload {
  @Field(() => Upload, { nullable: true, description: 'The place; null when there are problems.' })
  upload?: object;
}

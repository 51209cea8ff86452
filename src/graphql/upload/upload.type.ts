import { Field, ID, ObjectType } from 'type-graphql';
import { DateTime, JsonObject } from '../scalars.js';
import { Payload } from '../user-error/userError.type.js';

@ObjectType({ description: 'A place for announced bytes.' })
export class Upload {
  @Field(() => ID, { description: 'Name it in another mutation once the bytes have arrived.' })
  id: string;

  @Field(() => String, { description: 'Where to send the bytes.' })
  url: string;

  @Field(() => String, { description: 'HTTP method to send them with.' })
  method: string;

  @Field(() => JsonObject, { description: 'HTTP headers to send with them.' })
  headers: object;

  @Field(() => DateTime, { description: 'After this the place is gone.' })
  expiresAt: Date;
}

@ObjectType({ description: 'Answer of `createUpload`.' })
export class CreateUploadPayload extends Payload {
  @Field(() => Upload, { nullable: true, description: 'The place; null when there are problems.' })
  upload?: object;
}

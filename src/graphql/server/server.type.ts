import { Field, Int, ObjectType } from 'type-graphql';
import { JsonObject } from '../scalars.js';

@ObjectType({ description: 'The server that answers, and what it allows.' })
export class ServerInfo {
  @Field(() => String, { description: 'Version of Residua.' })
  version: string;

  @Field(() => Int, { description: 'Version of the contract plugins are written against.' })
  pluginApiVersion: number;

  @Field(() => String, {
    description: 'Compute engine of the workers: `onnxruntime`, `tensorflow`, or `automatic` when each worker chooses.',
  })
  computeBackend: string;

  @Field(() => String, { description: 'Database and its version, e.g. `PostgreSQL 18.1`.' })
  database: string;

  @Field(() => JsonObject, {
    description: 'What clients may send and ask for: bytes, pixels, milliseconds and numbers, by name.',
  })
  limits: object;
}

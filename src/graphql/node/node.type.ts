import { Field, ID, InterfaceType } from 'type-graphql';
import { nounOf } from '../../services/records.js';

@InterfaceType({
  description: 'Anything with an id of its own; `node(id:)` finds it again.',
  resolveType: (record: object) => nounOf(record),
})
export abstract class Node {
  @Field(() => ID, { description: 'Opaque, unique over all types.' })
  id: string;
}

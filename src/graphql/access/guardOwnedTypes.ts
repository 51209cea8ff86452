import {
  defaultFieldResolver,
  getNamedType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';
import { accessNet } from '../../access/accessNet.js';
import { permissionsOf, type Permission } from '../../access/index.js';
import { FaultError } from '../../shared/errors.js';
import { nounOf } from '../../services/records.js';
import type { GraphqlContext } from '../context.js';
import { ownershipOf } from './objectTypes.js';

/**
 * Watches every field that gives out what belongs to a project: an object of one in which the caller may do nothing never leaves. Nothing
 * should be caught here, since services read in a scope.
 * @throws Error for a type of which nothing is declared.
 */
export function guardOwnedTypes(schema: GraphQLSchema): GraphQLSchema {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type))) continue;
    if (!roots.some((root) => root === type) && ownershipOf(type.name) === undefined) {
      throw new Error(`nothing says to which project a ${type.name} belongs: see graphql/access/objectTypes.ts`);
    }
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields()) as GraphQLField<unknown, GraphqlContext>[]) {
      if (ownershipOf(getNamedType(field.type).name) === 'OWNED') watch(field, `${type.name}.${field.name}`);
    }
  }
  return schema;
}

function watch(field: GraphQLField<unknown, GraphqlContext>, name: string): void {
  const { resolve = defaultFieldResolver } = field;
  field.resolve = (source, args, context, info) => {
    const value: unknown = resolve(source, args, context, info);
    return context.isBounded ? checked(value, { name, isRequired: isNonNullType(field.type) }, context) : value;
  };
}

async function checked(
  given: unknown,
  { name, isRequired }: { name: string; isRequired: boolean },
  context: GraphqlContext,
): Promise<unknown> {
  const value = await given;
  if (isRequired && (value === null || value === undefined)) throw unreadable(name);
  const records = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'object' && one !== null);
  for (const record of records as object[]) {
    const project = await projectOfRecord(record, context);
    if (project !== undefined && permissionsOf(context.principal, project).size > 0) continue;
    accessNet.caught += 1;
    context.logger.error(
      { field: name, noun: nounOf(record), principal: context.principal.id },
      'a foreign object was caught',
    );
    throw new Error(`${name} gives out an object of a foreign project`);
  }
  return value;
}

/** Whoever may do something else in a project is told so of what lies behind a field: there is something, but not for these eyes. */
export function unreadable(field: string, permission: Permission = 'READ'): FaultError {
  return new FaultError('FORBIDDEN', `The permission ${permission} is needed for ${field}.`, { permission });
}

function projectOfRecord(record: object, { owners }: GraphqlContext): Promise<string | undefined> | string {
  if ('projectId' in record && typeof record.projectId === 'string') return record.projectId;
  const id = 'jobId' in record ? record.jobId : (record as { id: string }).id;
  return owners.load({ type: nounOf(record), id: id as string });
}

import {
  defaultFieldResolver,
  getNamedType,
  GraphQLID,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import {
  everything,
  installationPermissions,
  permissionsOf,
  scopeOf,
  type AccessScope,
  type Permission,
} from '../../access/index.js';
import { FaultError, type Problem } from '../../shared/errors.js';
import type { GraphqlContext } from '../context.js';
import { decodeGlobalId, type GlobalId } from '../globalId.js';
import type { RootAccess } from './access.js';

type RootField = GraphQLField<unknown, GraphqlContext, Record<string, unknown>>;

/**
 * Lets each root field be asked for by those alone who have its permission, in the projects of what its arguments name, and gives it
 * the scope that the permission opens. What may not be seen is left to the services, which do not find it.
 * @throws Error for a root field that says nothing about access.
 */
export function guardRootFields(schema: GraphQLSchema): GraphQLSchema {
  const isMutation = (type: GraphQLObjectType) => type === schema.getMutationType();
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(type?.getFields() ?? {}) as RootField[]) {
      const access = field.extensions['access'] as RootAccess | undefined;
      if (!access) throw new Error(`${type!.name}.${field.name} does not say who may ask for it: see graphql/access`);
      if (access.permissions !== 'ANYBODY') guard(field, access.permissions, isMutation(type!));
    }
  }
  return schema;
}

function guard(field: RootField, permissions: readonly Permission[], isMutation: boolean): void {
  const enter = async (args: Record<string, unknown>, context: GraphqlContext): Promise<GraphqlContext> => {
    const scope = scopeOf(context.principal, ...permissions);
    const entered = Object.create(context, { scope: { value: scope } }) as GraphqlContext;
    const refusal = await refusalOf({ field, permissions, args, isMutation }, scope, context);
    if (refusal && !isMutation) throw new FaultError('FORBIDDEN', refusal.message, { permission: permissions[0]! });
    if (refusal) entered.problemsBefore = [refusal];
    return entered;
  };
  const { resolve = defaultFieldResolver, subscribe } = field;
  if (subscribe) {
    field.subscribe = async (source, args, context, info): Promise<unknown> =>
      subscribe(source, args, await enter(args, context), info);
    return;
  }
  field.resolve = async (source, args, context, info): Promise<unknown> =>
    resolve(source, args, await enter(args, context), info);
}

/** Permissions that no project gives. */
const installationWide: ReadonlySet<Permission> = new Set(installationPermissions);

interface Asked {
  field: RootField;
  permissions: readonly Permission[];
  args: Record<string, unknown>;
  isMutation: boolean;
}

/** Why somebody may not do this to what may be seen. */
async function refusalOf(
  { field, permissions, args, isMutation }: Asked,
  scope: AccessScope,
  context: GraphqlContext,
): Promise<Problem | undefined> {
  const { principal, owners } = context;
  if (scope === everything) return undefined;
  const named = namedIds(field.args, args, []);
  const projects = await Promise.all(named.map(({ id }) => owners.load(id)));
  context.concerns = projects.filter((project) => project !== undefined);
  for (const [index, { path }] of named.entries()) {
    const project = projects[index];
    const own = project === undefined ? undefined : permissionsOf(principal, project);
    // What one may do nothing with does not exist.
    if (!own?.has('READ') || permissions.some((one) => own.has(one))) continue;
    return forbidden(permissions, 'your role or token does not have it in this project', path);
  }
  // Whoever is in no project sees empty lists; a token without the permission is told, and whoever asks about the installation.
  const isAboutAll = permissions.every((one) => installationWide.has(one));
  const isPowerless = scope.projects.length === 0 && (isMutation || isAboutAll || principal.grant !== undefined);
  return isPowerless ? forbidden(permissions, 'you have it in no project') : undefined;
}

function forbidden(permissions: readonly Permission[], why: string, field?: readonly string[]): Problem {
  const message = `the permission ${permissions.join(' or ')} is needed, and ${why}`;
  return { code: 'FORBIDDEN', message, ...(field && { field }) };
}

interface NamedId {
  id: GlobalId;
  path: string[];
}

/** The ids of this API among arguments, with where they stand. */
function namedIds(
  fields: readonly (GraphQLArgument | GraphQLInputField)[],
  values: Readonly<Record<string, unknown>>,
  path: readonly string[],
): NamedId[] {
  return fields.flatMap(({ name, type }) => idsOfValue(type, values[name], [...path, name]));
}

function idsOfValue(type: GraphQLInputType, value: unknown, path: string[]): NamedId[] {
  if (value === null || value === undefined) return [];
  if (isNonNullType(type)) return idsOfValue(type.ofType, value, path);
  if (isListType(type)) {
    const items = Array.isArray(value) ? (value as unknown[]) : [value];
    return items.flatMap((item, i) => idsOfValue(type.ofType, item, [...path, String(i)]));
  }
  if (isInputObjectType(type)) return namedIds(Object.values(type.getFields()), value as Record<string, unknown>, path);
  const id = getNamedType(type) === GraphQLID && typeof value === 'string' ? decodeGlobalId(value) : undefined;
  return id ? [{ id, path }] : [];
}

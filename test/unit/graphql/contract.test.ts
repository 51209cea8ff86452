import { readFile } from 'node:fs/promises';
import {
  buildSchema as buildSchemaFromText,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildSchema } from '../../../src/graphql/schema.js';
import { userErrorCodes } from '../../../src/shared/errorCodes.js';

/** Roots the contract promises and nobody has built. Everything else must be there. */
const notBuiltYet: string[] = [];

/** Types only the roots above lead to. */
const typesNotBuiltYet: string[] = [];

let contract: GraphQLSchema;
let schema: GraphQLSchema;
beforeAll(async () => {
  contract = buildSchemaFromText(await readFile(new URL('../../fixtures/contract.graphql', import.meta.url), 'utf8'));
  schema = await buildSchema();
});

const ownTypes = (of: GraphQLSchema) => Object.values(of.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

function undescribedFields(type: GraphQLNamedType): string[] {
  if (isInputObjectType(type)) return undescribed(type.name, Object.values(type.getFields()));
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const fields = Object.values(type.getFields());
  return [
    ...undescribed(type.name, fields),
    ...fields.flatMap((field) => undescribed(`${type.name}.${field.name}`, field.args)),
  ];
}

/** Fields, arguments and enum values of a type. */
function partsOf(type: GraphQLNamedType): { name: string; description?: string | null | undefined }[] {
  if (isEnumType(type)) return [...type.getValues()];
  if (isInputObjectType(type)) return Object.values(type.getFields());
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => [
    field,
    ...field.args.map(({ name, description }) => ({ name: `${field.name}(${name}:)`, description })),
  ]);
}

function undescribed(
  owner: string,
  parts: readonly { name: string; description?: string | null | undefined }[],
): string[] {
  return parts.filter(({ description }) => !description).map(({ name }) => `${owner}.${name}`);
}

/** Where the schema breaks what the contract promises, one line each. */
function disagreements(promised: GraphQLNamedType, built: GraphQLNamedType | undefined): string[] {
  if (!built) return typesNotBuiltYet.includes(promised.name) ? [] : [`${promised.name} is missing`];
  if (promised.constructor !== built.constructor) return [`${promised.name} is another kind of type`];
  if (isObjectType(promised) || isInterfaceType(promised))
    return outputDisagreements(promised, built as GraphQLObjectType);
  if (isInputObjectType(promised)) return inputDisagreements(promised, built as GraphQLInputObjectType);
  return isEnumType(promised) ? enumDisagreements(promised, built as GraphQLEnumType) : [];
}

function outputDisagreements(promised: GraphQLObjectType | GraphQLInterfaceType, built: GraphQLObjectType): string[] {
  const interfaces = promised
    .getInterfaces()
    .filter(({ name }) => !built.getInterfaces().some((implemented) => implemented.name === name))
    .map(({ name }) => `${promised.name} does not implement ${name}`);
  const fields = Object.values(promised.getFields()).flatMap((field) => {
    const path = `${promised.name}.${field.name}`;
    const found = built.getFields()[field.name];
    if (!found) return notBuiltYet.includes(path) ? [] : [`${path} is missing`];
    const type =
      String(found.type) === String(field.type) ? [] : [`${path}: ${String(field.type)} became ${String(found.type)}`];
    const args = field.args.flatMap((arg) => {
      const own = found.args.find(({ name }) => name === arg.name);
      return String(own?.type) === String(arg.type) ? [] : [`${path}(${arg.name}:) became ${String(own?.type)}`];
    });
    const demanded = found.args.filter(
      (own) => isRequiredArgument(own) && !field.args.some(({ name }) => name === own.name),
    );
    return [...type, ...args, ...demanded.map(({ name }) => `${path}(${name}:) is demanded, and not promised`)];
  });
  return [...interfaces, ...fields];
}

function inputDisagreements(promised: GraphQLInputObjectType, built: GraphQLInputObjectType): string[] {
  const wrong = Object.values(promised.getFields()).flatMap((field) => {
    const found = built.getFields()[field.name];
    return String(found?.type) === String(field.type)
      ? []
      : [`${promised.name}.${field.name} became ${String(found?.type)}`];
  });
  const demanded = Object.values(built.getFields()).filter(
    (field) => isRequiredInputField(field) && !promised.getFields()[field.name],
  );
  return [...wrong, ...demanded.map(({ name }) => `${promised.name}.${name} is demanded, and not promised`)];
}

function enumDisagreements(promised: GraphQLEnumType, built: GraphQLEnumType): string[] {
  const values = new Set(built.getValues().map(({ name }) => name));
  return promised
    .getValues()
    .filter(({ name }) => !values.has(name))
    .map(({ name }) => `${promised.name}.${name} is missing`);
}

describe('the schema and the contract', () => {
  it('agree in every type, field, argument and enum value', () => {
    expect(ownTypes(contract).flatMap((type) => disagreements(type, schema.getType(type.name)))).toEqual([]);
  });

  it('still miss exactly the roots and types listed above', () => {
    const missing = notBuiltYet.filter((path) => {
      const [type, field] = path.split('.') as [string, string];
      return !(schema.getType(type) as GraphQLObjectType).getFields()[field];
    });
    expect(missing).toEqual(notBuiltYet);
    expect(typesNotBuiltYet.filter((name) => !schema.getType(name))).toEqual(typesNotBuiltYet);
  });

  it('notice a change: a stricter argument, a looser field, a missing value', () => {
    const promised = buildSchemaFromText('type T { a(b: Int): Int! c: E } enum E { X Y } type Query { t: T }');
    const built = buildSchemaFromText('type T { a(b: Int!): Int c: E } enum E { X } type Query { t: T }');
    expect(ownTypes(promised).flatMap((type) => disagreements(type, built.getType(type.name)))).toEqual([
      'T.a: Int! became Int',
      'T.a(b:) became Int!',
      'E.Y is missing',
    ]);
  });
});

describe('the schema', () => {
  it('lists every error code', () => {
    const codes = (schema.getType('ErrorCode') as GraphQLEnumType).getValues().map(({ name }) => name);
    expect(codes).toEqual([...userErrorCodes]);
  });

  it('has a field id only on what node(id:) finds again, so that caches never take two things for one', () => {
    const holders = ownTypes(schema)
      .filter((type) => isObjectType(type) || isInterfaceType(type))
      .filter((type) => type.getFields()['id']);
    const strays = holders.filter(
      (type) => type.name !== 'Node' && !type.getInterfaces().some(({ name }) => name === 'Node'),
    );
    expect(strays.map(({ name }) => name)).toEqual([]);
    expect(holders.filter((type) => String(type.getFields()['id']!.type) !== 'ID!')).toEqual([]);
  });

  it('says something with every description', () => {
    const said = ownTypes(schema).flatMap((type) => [
      [type.name, type.description],
      ...partsOf(type).map((part) => [`${type.name}.${part.name}`, part.description]),
    ]);
    const tooLittle = said.filter(
      ([, text]) => text && (text.length < 15 || /^(What|Which|How|Its|The)( \w+)?[.]$/.test(text)),
    );
    expect(tooLittle).toEqual([]);
  });

  it('describes every type, field, argument and input field', () => {
    const roots: unknown[] = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const undescribed = ownTypes(schema).flatMap((type) => [
      ...(type.description || roots.includes(type) ? [] : [type.name]),
      ...undescribedFields(type),
    ]);
    expect(undescribed).toEqual([]);
  });
});

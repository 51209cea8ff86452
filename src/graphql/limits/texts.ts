import {
  defaultFieldResolver,
  getNamedType,
  GraphQLString,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { textFault } from '../../services/names.js';
import { FaultError, type Problem } from '../../shared/errors.js';
import type { GraphqlContext } from '../context.js';
import { JsonObject } from '../scalars.js';

/** Characters of a text in an argument. Names have shorter limits of their own. */
export const longestText = 4_096;

/** Marks, as `@Extensions(verbatim)`, a text that is no name: any length, kept as it is, its service knows what is wrong with it. */
export const verbatim = { verbatim: true };

/**
 * Makes every field read the texts of its arguments by one rule: no NUL, valid Unicode, at most {@link longestText} characters,
 * and in the composed form (NFC), so that a name is found however it was typed. What breaks the rule is told as BAD_USER_INPUT, and by
 * mutations as `userErrors` with TEXT_INVALID.
 */
export function checkTexts(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type))) continue;
    const isMutation = type === schema.getMutationType();
    for (const field of Object.values(type.getFields()) as FieldWithArguments[]) {
      if (field.args.some(({ type: of }) => holdsText(of))) readTexts(field, isMutation ? leaveToPayload : refuse);
    }
  }
  return schema;
}

type FieldWithArguments = GraphQLField<unknown, GraphqlContext, Record<string, unknown>>;

type Tell = (problems: readonly Problem[], context: GraphqlContext) => void;

function refuse([first]: readonly Problem[]): void {
  if (first) throw new FaultError('BAD_USER_INPUT', first.message);
}

function leaveToPayload(problems: readonly Problem[], context: GraphqlContext): void {
  context.problemsBefore = problems;
}

function readTexts(field: FieldWithArguments, tell: Tell): void {
  const read = (args: Record<string, unknown>, context: GraphqlContext) => {
    const reading = new Reading();
    const values = reading.fields(field.args, args, []);
    tell(reading.problems, context);
    return values;
  };
  const { resolve = defaultFieldResolver, subscribe } = field;
  field.resolve = (source, args, context, info) => resolve(source, read(args, context), context, info);
  if (subscribe)
    field.subscribe = (source, args, context, info) => subscribe(source, read(args, context), context, info);
}

function holdsText(type: GraphQLInputType, seen: readonly GraphQLInputType[] = []): boolean {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return named === GraphQLString || named === JsonObject;
  return (
    !seen.includes(named) && Object.values(named.getFields()).some((field) => holdsText(field.type, [...seen, named]))
  );
}

/** Reads the values of arguments, and gathers what is wrong with the texts in them. */
class Reading {
  readonly problems: Problem[] = [];

  fields(
    fields: readonly (GraphQLArgument | GraphQLInputField)[],
    values: Readonly<Record<string, unknown>>,
    path: readonly string[],
  ): Record<string, unknown> {
    const read = fields
      .filter(({ name }) => Object.hasOwn(values, name))
      .map(({ name, type, extensions }) => {
        const value = values[name];
        return [name, extensions['verbatim'] ? value : this.value(type, value, [...path, name])];
      });
    return { ...values, ...(Object.fromEntries(read) as Record<string, unknown>) };
  }

  private value(type: GraphQLInputType, value: unknown, path: readonly string[]): unknown {
    if (value === null || value === undefined) return value;
    if (isNonNullType(type)) return this.value(type.ofType, value, path);
    if (isListType(type)) {
      return (value as unknown[]).map((item, index) => this.value(type.ofType, item, [...path, String(index)]));
    }
    if (isInputObjectType(type)) return this.fields(Object.values(type.getFields()), value as never, path);
    if (type === GraphQLString) return this.text(value as string, path, longestText).normalize('NFC');
    if (isScalarType(type) && type === JsonObject) this.json(value, path);
    return value;
  }

  /** Parameters of plugins are theirs: neither changed nor bounded, but they must be storable. */
  private json(value: unknown, path: readonly string[]): void {
    if (typeof value === 'string') this.text(value, path, Infinity);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      this.text(key, path, Infinity);
      this.json(inner, [...path, key]);
    }
  }

  private text(text: string, path: readonly string[], longest: number): string {
    const fault = textFault(text, longest);
    if (fault) this.problems.push({ code: 'TEXT_INVALID', message: `${path.join('.')} ${fault}`, field: [...path] });
    return text;
  }
}

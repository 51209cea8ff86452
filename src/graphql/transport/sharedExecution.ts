import { createSourceEventStream, execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { GraphqlContext } from '../context.js';

/** What an operation makes of an event, by who asks, the operation's text and variables. */
type Results = Map<string, ExecutionResult | Promise<ExecutionResult>>;

/**
 * `subscribe` of graphql, for subscriptions whose answers depend on the event, the operation and who asks: the sockets of one principal
 * that ask the same of the same event share the answer, so that it is made once however many dashboards look on.
 */
export function sharingSubscribe(): (
  args: ExecutionArgs,
) => Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const answers = new WeakMap<object, Results>();
  return async (args) => {
    const source = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in source)) return source;
    const { principal } = args.contextValue as GraphqlContext;
    const who = [principal.id, principal.grant ?? null];
    const operation = JSON.stringify([who, args.document.loc?.source.body, args.operationName, args.variableValues]);
    return mapped(source[Symbol.asyncIterator]() as AsyncIterator<object>, (event) => {
      const results: Results = answers.get(event) ?? new Map<string, ExecutionResult>();
      answers.set(event, results);
      const result = results.get(operation) ?? execute({ ...args, rootValue: event });
      results.set(operation, result);
      return result;
    });
  };
}

/** Not a generator: its `return()` would wait for the `next()` under way. */
function mapped<T, Result>(
  source: AsyncIterator<T>,
  change: (value: T) => Result | Promise<Result>,
): AsyncIterableIterator<Result> {
  const iterator: AsyncIterableIterator<Result> = {
    next: async () => {
      const step = await source.next();
      return step.done ? { done: true, value: undefined } : { done: false, value: await change(step.value) };
    },
    return: async () => {
      await source.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

/**
 * The process that tries one plugin for `inspectPlugin`: it imports the entry it is sent and answers what the plugin says of itself, or
 * what is wrong with it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ProblemError } from '../shared/errors.js';
import { importPlugin, loadFailed } from './importPlugin.js';
import type { InspectionAnswer, InspectionQuestion } from './inspectPlugin.js';
import { factsOf } from './pluginFacts.js';
import { answerOne } from './pluginProcess.js';

/** A promise that is rejected, or a timer that throws, right after the import counts as a failed one. */
const lingerMilliseconds = 250;

answerOne<InspectionQuestion, InspectionAnswer>(async ({ entry, timeoutMilliseconds }) => {
  const failed = new Promise<InspectionAnswer>((resolve) => {
    const fail = (error: unknown) => resolve({ problem: loadFailed(entry, error) });
    process.on('uncaughtException', fail);
    process.on('unhandledRejection', fail);
  });
  const found = async (): Promise<InspectionAnswer> => {
    try {
      const facts = factsOf(await importPlugin(entry, timeoutMilliseconds));
      await pause(lingerMilliseconds);
      return { facts };
    } catch (error) {
      return { problem: error instanceof ProblemError ? error.problems[0]! : loadFailed(entry, error) };
    }
  };
  return Promise.race([found(), failed]);
});

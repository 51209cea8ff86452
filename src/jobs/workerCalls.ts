import { randomUUID } from 'node:crypto';
import PgBoss from 'pg-boss';
import type { DataSource } from 'typeorm';
import { callQueueOf, poolExecutor, type WorkerCall } from '../database/index.js';
import type { FaultCode } from '../shared/errorCodes.js';
import { ComputeFailure } from '../shared/computeFailure.js';
import { FaultError, type Problem, ProblemError } from '../shared/errors.js';
import { createLogger } from '../shared/logger.js';
import { QueueLoop } from './queueLoop.js';
import type { DatabaseSignals } from './signals.js';
import { WakeUp } from './wakeUp.js';

/** Looks for an answer by itself this often, in case a signal got lost. */
const pollMilliseconds = 1000;

const defaultTimeoutSeconds = 60;

/** How long somebody waits for an answer. */
interface CallOptions {
  timeoutSeconds?: number;
  /** Aborted when whoever asks is gone. */
  signal?: AbortSignal | undefined;
}

/** What a worker leaves behind: one of them. */
interface Outcome {
  answer?: unknown;
  problems?: [Problem, ...Problem[]];
  fault?: { code: FaultCode; message: string };
}

/**
 * Questions from the API to a worker, answered while the caller waits: for what needs a worker's engines but is no job.
 * Questions and answers are JSON.
 */
export class WorkerCalls {
  private readonly boss: PgBoss;
  private readonly logger = createLogger('calls');
  private readonly servers = new Map<WorkerCall, QueueLoop>();
  private readonly callers = new Map<string, WakeUp>();
  private readonly stopListening: (() => void)[];

  constructor(
    private readonly dataSource: DataSource,
    signals: DatabaseSignals,
  ) {
    this.boss = new PgBoss({ db: poolExecutor(dataSource), migrate: false, schedule: false, supervise: false });
    this.stopListening = [
      signals.listen('worker_call', (call) => {
        for (const [served, loop] of this.servers) if (call === undefined || call === served) loop.wake();
      }),
      signals.listen('worker_answer', (id) => {
        for (const [waiting, wakeUp] of this.callers) if (id === undefined || id === waiting) wakeUp.raise();
      }),
    ];
  }

  /**
   * Asks a worker and waits for its answer.
   * @throws ProblemError and FaultError as the worker's handler threw them; FaultError INTERNAL_SERVER_ERROR, masked, for
   * anything else it threw; FaultError SERVICE_UNAVAILABLE when no worker has answered in time; what `signal` says when it
   * is aborted: then the question is taken back, unless a worker is at it.
   */
  async call<Answer>(
    call: WorkerCall,
    question: object,
    { timeoutSeconds = defaultTimeoutSeconds, signal }: CallOptions = {},
  ): Promise<Answer> {
    const id = randomUUID();
    const queue = callQueueOf(call);
    const wakeUp = new WakeUp();
    this.callers.set(id, wakeUp);
    const gone = () => wakeUp.raise();
    signal?.addEventListener('abort', gone);
    try {
      signal?.throwIfAborted();
      const sent = await this.boss.send(queue, question, { id, expireInSeconds: Math.ceil(timeoutSeconds) });
      if (sent === null) throw new Error(`there is no queue for the call ${call}: run the migrations`);
      await this.notify('worker_call', call);
      const outcome = await this.outcome(queue, id, { wakeUp, seconds: timeoutSeconds, signal });
      if (!outcome) throw new FaultError('SERVICE_UNAVAILABLE', `No worker answered within ${timeoutSeconds} s.`);
      return answerOf<Answer>(outcome);
    } finally {
      signal?.removeEventListener('abort', gone);
      this.callers.delete(id);
      await this.boss.deleteJob(queue, id).catch(() => undefined);
    }
  }

  /** Answers calls in this process, one at a time. */
  serve<Question>(call: WorkerCall, handler: (question: Question) => Promise<object>): void {
    const queue = callQueueOf(call);
    const loop = new QueueLoop(async () => {
      const [entry] = await this.boss.fetch<Question>(queue);
      if (!entry) return false;
      await this.boss.complete(queue, entry.id, await this.outcomeOf(call, () => handler(entry.data)));
      await this.notify('worker_answer', entry.id);
      return true;
    });
    this.servers.set(call, loop);
  }

  /** Ends serving; resolves when the current answers are given. */
  async stop(): Promise<void> {
    for (const stop of this.stopListening) stop();
    await Promise.all([...this.servers.values()].map((loop) => loop.stop()));
  }

  private async outcome(
    queue: string,
    id: string,
    { wakeUp, seconds, signal }: { wakeUp: WakeUp; seconds: number; signal: AbortSignal | undefined },
  ): Promise<Outcome | undefined> {
    const deadline = performance.now() + seconds * 1000;
    for (;;) {
      const entry = await this.boss.getJobById(queue, id);
      if (entry?.state === 'completed') return entry.output;
      signal?.throwIfAborted();
      const left = deadline - performance.now();
      if (left <= 0) return undefined;
      await wakeUp.wait(Math.min(left, pollMilliseconds));
    }
  }

  private async outcomeOf(call: WorkerCall, handle: () => Promise<object>): Promise<Outcome> {
    try {
      return { answer: await handle() };
    } catch (error) {
      if (error instanceof ComputeFailure) return { problems: [error.problem] };
      if (error instanceof ProblemError) return { problems: [error.problems[0]!, ...error.problems.slice(1)] };
      if (error instanceof FaultError) return { fault: { code: error.code, message: error.message } };
      const reference = randomUUID();
      this.logger.error({ call, reference, error: error instanceof Error ? error.stack : error }, 'a call failed');
      return { fault: { code: 'INTERNAL_SERVER_ERROR', message: `Internal error. Reference: ${reference}` } };
    }
  }

  private async notify(channel: 'worker_call' | 'worker_answer', payload: string): Promise<void> {
    await this.dataSource.query('SELECT pg_notify($1, $2)', [channel, payload]);
  }
}

function answerOf<Answer>({ answer, problems, fault }: Outcome): Answer {
  if (problems) throw new ProblemError(problems);
  if (fault) throw new FaultError(fault.code, fault.message);
  return answer as Answer;
}

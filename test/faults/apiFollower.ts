import { setTimeout as delay } from 'node:timers/promises';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';

const query = `subscription($jobId: ID!, $after: String) { jobEvents(jobId: $jobId, after: $after) { cursor seq } }`;

/** A dashboard: follows a job by the API, as docs/events.md tells clients to. */
export class ApiFollower {
  readonly seqs: number[] = [];
  /** How often the stream broke. */
  interruptions = 0;
  private stopped = false;
  private client: Client | undefined;
  /** Resolves with the completion of the stream. */
  readonly ended: Promise<void>;

  /** @param urls of API processes; each connection goes to the next one. @param jobId global id. */
  constructor(
    private readonly urls: readonly string[],
    private readonly jobId: string,
  ) {
    this.ended = this.follow();
  }

  /** Follows no longer, whether its stream has ended or not. */
  stop(): void {
    this.stopped = true;
    void this.client?.dispose();
  }

  private async follow(): Promise<void> {
    let after: string | undefined;
    for (let tried = 0; !this.stopped; tried++) {
      const url = this.urls[tried % this.urls.length]!.replace('http', 'ws');
      const client = (this.client = createClient({
        url: `${url}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
      }));
      try {
        for await (const { data, errors } of client.iterate({ query, variables: { jobId: this.jobId, after } })) {
          if (errors) throw new Error(errors[0]!.message);
          const event = (data as { jobEvents: { cursor: string; seq: number } }).jobEvents;
          this.seqs.push(event.seq);
          after = event.cursor;
        }
        return;
      } catch {
        this.interruptions++;
        await delay(200);
      } finally {
        await client.dispose();
      }
    }
  }
}

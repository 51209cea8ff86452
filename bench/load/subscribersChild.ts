/** Subscribers of jobs, in a process of their own; says when all of them follow, and in the end what they saw. */
import { WebSocket } from 'ws';

/** What the subscribers are told. */
export interface SubscribersTask {
  url: string;
  /** Subscribers take turns at them. */
  jobIds: readonly string[];
  subscribers: number;
  /** How many of them stop reading after their first live event. */
  stalled?: number;
}

/** What they saw. */
export interface SubscribersReport {
  /** Healthy subscribers that got every event once, in order, and the end. */
  complete: number;
  events: number;
  /** Milliseconds from an event to its arrival. */
  lagP50: number;
  lagP99: number;
  lagMost: number;
  /** Seconds from the first event to the last arrival. */
  seconds: number;
  /** Of the stalled ones, once they read again: codes of errors, and the code of the close. */
  stalled: { codes: string[]; close: number }[];
}

interface Answer {
  type: string;
  payload?: { data?: { jobEvents: { seq: number; at: string; __typename: string } } } & {
    extensions: { code: string };
  }[];
}

/** A stalled subscriber reads again after this time, longer than the server's patience. */
const stallMilliseconds = 20_000;

const query = `subscription($jobId: ID!) { jobEvents(jobId: $jobId) { __typename seq cursor at
  ... on StateChanged { state } ... on MetricsReported { stage step totalSteps metrics { name value } } } }`;

process.once('message', (task: SubscribersTask) => void run(task));

async function run({ url, jobIds, subscribers, stalled = 0 }: SubscribersTask): Promise<void> {
  const all = Array.from(
    { length: subscribers },
    (_, i) => new Subscriber(url, jobIds[i % jobIds.length]!, i < stalled),
  );
  await Promise.all(all.map(({ follows }) => follows));
  process.send!('ready');
  await Promise.all(all.map(({ ended }) => ended));
  const lags = all.flatMap((subscriber) => (subscriber.stalls ? [] : subscriber.lags)).sort((a, b) => a - b);
  const share = (part: number) => Math.round(lags[Math.floor(lags.length * part)] ?? 0);
  const report: SubscribersReport = {
    complete: all.filter(({ complete }) => complete).length,
    events: lags.length,
    ...{ lagP50: share(0.5), lagP99: share(0.99), lagMost: Math.round(lags.at(-1) ?? 0) },
    seconds: (Math.max(...all.map(({ last }) => last)) - Math.min(...all.map(({ first }) => first))) / 1000,
    stalled: all.filter(({ stalls }) => stalls).map(({ codes, close }) => ({ codes, close })),
  };
  process.send!(report);
}

/** One client; a socket each. */
class Subscriber {
  readonly lags: number[] = [];
  readonly codes: string[] = [];
  close = 0;
  complete = false;
  /** When the first measured event happened and the last one arrived, milliseconds since 1970. */
  first = Infinity;
  last = 0;
  readonly follows: Promise<void>;
  readonly ended: Promise<void>;
  private seq = 0;
  private inOrder = true;
  private readonly socket: WebSocket;

  constructor(
    url: string,
    private readonly jobId: string,
    readonly stalls: boolean,
  ) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    this.socket.on('open', () => this.socket.send('{"type":"connection_init"}'));
    this.socket.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      this.socket.on('close', (code) => {
        this.close = code;
        resolve();
      });
    });
    // The first event, QUEUED, is there already.
    this.follows = new Promise((resolve) => {
      this.socket.on('message', (data: Buffer) => {
        this.receive(JSON.parse(data.toString()) as Answer);
        if (this.seq > 0) resolve();
      });
    });
  }

  private receive({ type, payload }: Answer): void {
    if (type === 'connection_ack') {
      const operation = { query, variables: { jobId: this.jobId } };
      this.socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: operation }));
    } else if (type === 'next') {
      this.see(payload!.data!.jobEvents);
    } else if (type === 'error') {
      this.codes.push(...payload!.map(({ extensions }) => extensions.code));
    } else if (type === 'complete') {
      this.complete = this.inOrder;
      this.socket.close();
    }
  }

  private see({ seq, at, __typename }: { seq: number; at: string; __typename: string }): void {
    this.inOrder &&= seq === this.seq + 1;
    this.seq = seq;
    if (__typename !== 'MetricsReported') return;
    const [happened, now] = [Date.parse(at), Date.now()];
    this.lags.push(now - happened);
    this.first = Math.min(this.first, happened);
    this.last = now;
    if (this.stalls && this.lags.length === 1) {
      this.socket.pause();
      setTimeout(() => this.socket.resume(), stallMilliseconds);
    }
  }
}

import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Buffer, writeWhole, type Entry } from './buffer.js';
import { sendImage, type Sent, type Server } from './server.js';

export interface AgentSettings {
  server: Server;
  /** Milliseconds after which the line is told NOK. */
  deadline: number;
  /** Where the line reads verdicts, `part-<part>.json`, and `heartbeat.json`. */
  verdicts: string;
  /** Where images wait for the server, and how many bytes of them. */
  buffer: string;
  mostBytes: number;
  /** Told of everything that happened. */
  tell: (event: Record<string, unknown>) => void;
}

/** Milliseconds between heartbeats, and until one late image may take. */
const beatMilliseconds = 1_000;
const lateMilliseconds = 60_000;

/** Characters of a name of a file, with room for what is written around it. */
const longestName = 200;

/** Milliseconds between attempts while the server is away. */
const pauses = [500, 1_000, 2_000, 5_000, 10_000];

/**
 * Stands between a camera and the server. The line is told a verdict for every part within the deadline: the server's, or NOK. Images that
 * the server did not answer in time are kept on the disk and sent as late ones, in the order in which they were taken, whenever no
 * part waits: for the log, not for the line, where NOK stays NOK.
 */
export class StationAgent {
  private readonly stopping = new AbortController();
  private waiting = 0;
  private late: Promise<void> = Promise.resolve();
  private beats: NodeJS.Timeout | undefined;
  private beat = 0;

  private constructor(
    private readonly settings: AgentSettings,
    private readonly buffer: Buffer,
  ) {}

  static async start(settings: AgentSettings): Promise<StationAgent> {
    await mkdir(settings.verdicts, { recursive: true });
    const dropped = ({ part, bytes }: Entry) => settings.tell({ event: 'dropped', part, bytes });
    const agent = new StationAgent(settings, await Buffer.open(settings.buffer, settings.mostBytes, dropped));
    // Parts that stood here when the agent died: nobody waited for them any more.
    for (const entry of agent.buffer.untold) await agent.tellNok(entry, 'the agent was started again');
    agent.beats = setInterval(() => void agent.sendBeat(), beatMilliseconds);
    agent.late = agent.sendLate();
    return agent;
  }

  /**
   * Tells the line about one part. The next image may come when this is done.
   * @param kept called when the image is safe on the disk here.
   */
  async take(part: string, image: Uint8Array, kept: () => Promise<void>): Promise<void> {
    this.waiting++;
    try {
      const { server, deadline } = this.settings;
      // The clock of the process, which does not jump; it runs from here on.
      const signal = AbortSignal.timeout(deadline);
      // What was said of a part that had the same name holds no more.
      await rm(this.verdictFile(part), { force: true });
      const entry = await this.buffer.put(part, image);
      await kept();
      const sent = await sendImage(server, { part, image, late: false }, signal);
      if (sent.what === 'answered') {
        await this.tellLine(part, sent.verdict, { answer: sent.answer });
        await this.buffer.remove(entry);
      } else {
        await this.tellNok(entry, sent.reason);
        if (sent.what === 'refused') await this.buffer.remove(entry);
      }
    } finally {
      this.waiting--;
    }
  }

  /** What waits stays on the disk. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.beats);
    await this.late;
    // No heartbeat: the line knows that nobody stands here.
    await rm(path.join(this.settings.verdicts, 'heartbeat.json'), { force: true });
  }

  private async tellNok(entry: Entry, reason: string): Promise<void> {
    await this.tellLine(entry.part, 'NOK', { reason });
    await this.buffer.told(entry);
  }

  private async tellLine(part: string, verdict: 'OK' | 'NOK', why: object): Promise<void> {
    await writeWhole(this.verdictFile(part), JSON.stringify({ part, verdict, ...why }));
    this.settings.tell({ event: 'verdict', part, verdict, ...why });
  }

  private verdictFile(part: string): string {
    return path.join(this.settings.verdicts, `part-${fileNameOf(part)}.json`);
  }

  private async sendBeat(): Promise<void> {
    const beat = { beat: (this.beat += 1), staleAfterMilliseconds: 3 * beatMilliseconds };
    await writeWhole(path.join(this.settings.verdicts, 'heartbeat.json'), JSON.stringify(beat)).catch(() => undefined);
  }

  private async sendLate(): Promise<void> {
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      const entry = this.waiting === 0 ? this.buffer.oldestTold : undefined;
      if (!entry) {
        await this.rest(50);
        continue;
      }
      const sent = await this.sendOneLate(entry);
      if (sent.what === 'failed') {
        await this.rest(pauses[Math.min(failures++, pauses.length - 1)]!);
        continue;
      }
      failures = 0;
      await this.buffer.remove(entry);
      this.settings.tell({ event: 'late', part: entry.part, what: sent.what });
    }
  }

  private async sendOneLate(entry: Entry): Promise<Sent> {
    const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(lateMilliseconds)]);
    try {
      return await sendImage(
        this.settings.server,
        { part: entry.part, image: await this.buffer.image(entry), late: true },
        signal,
      );
    } catch {
      // It was dropped for want of room meanwhile.
      return { what: 'refused', reason: 'it is not there any more' };
    }
  }

  private async rest(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

/** Of each part another one, that every file system takes: percent-encoded, and the end of a long one by its digest. */
function fileNameOf(part: string): string {
  const name = encodeURIComponent(part).replaceAll('*', '%2A');
  if (name.length <= longestName) return name;
  return `${name.slice(0, longestName - 65)}~${createHash('sha256').update(part).digest('hex')}`;
}

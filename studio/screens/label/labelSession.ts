import {
  accepted,
  type AssistanceInput,
  CloseLabellingDocument,
  KeepLabellingDocument,
  OpenLabellingDocument,
  type LabelPurpose,
} from '../../../src/client/index.js';
import type { ActiveTime, Measurement } from '../../canvas/activeTime.js';
import { client } from '../../api/session.js';
import type { AnnotationKind } from '../../../src/client/index.js';

/** What a save says of the time it took. */
export interface Work {
  activeSeconds: number;
  sessionId?: string;
  loadSeconds?: number;
  measurement?: Measurement;
  assistance?: AssistanceInput;
}

/** What a session is about. */
export interface WorkOn {
  imageId: string;
  kind: AnnotationKind;
  purpose: LabelPurpose;
}

/** Half the time after which the server takes a session for left, and not more often than a page in the background may speak. */
const keepMilliseconds = 45_000;

/** When each image was asked for; only the newest few matter. */
const asked = new Map<string, number>();

/** Somebody wants to see an image: from here on it loads. */
export function askedFor(imageId: string): void {
  asked.delete(imageId);
  asked.set(imageId, performance.now());
  for (const old of [...asked.keys()].slice(0, -20)) asked.delete(old);
}

/** Seconds since an image was asked for, told when it is painted; undefined when it was not. */
export function loadedIn(imageId: string): number | undefined {
  const from = asked.get(imageId);
  return from === undefined ? undefined : Math.max(0, Math.round(performance.now() - from) / 1000);
}

/** One session of the server: it holds the claim to an image and the clock its seconds are held against. */
export class LabelSession {
  /** As soon as the server has told it. */
  id: string | undefined;
  private readonly opened: Promise<string | undefined>;
  private readonly timer: number;
  private loadSeconds: number | undefined;
  /** When the server had answered, and the active seconds that it knew of then. */
  private known: { at: number; seconds: number } | undefined;
  private told = 0;
  /** Once it is ended nothing more is said of it. */
  private isOver = false;

  /** @param continues the session whose draft is taken up again. */
  constructor(
    private readonly on: WorkOn,
    private readonly clock: ActiveTime,
    continues?: string,
  ) {
    this.opened = this.open(continues);
    this.timer = window.setInterval(() => void this.keep(), keepMilliseconds);
  }

  /** The picture was painted. */
  painted(): void {
    this.loadSeconds ??= loadedIn(this.on.imageId);
  }

  /** What to save with. Without a session, as when it could not be opened, the seconds are told all the same. */
  async work(): Promise<Work> {
    const now = performance.now();
    const worked = this.clock.seconds(now);
    const measurement = this.clock.measurement(now);
    const sessionId = await this.opened;
    // Rounded down: the clock of the server must not be exceeded by a rounding.
    const activeSeconds = Math.floor(this.vouchedFor(worked, now) * 10) / 10;
    if (sessionId === undefined) return { activeSeconds };
    const { loadSeconds } = this;
    return { activeSeconds, sessionId, measurement, ...(loadSeconds !== undefined && { loadSeconds }) };
  }

  /** A save has ended it. */
  saved(): void {
    this.isOver = true;
    window.clearInterval(this.timer);
  }

  /** Nothing is saved. @param nothingFound whether that is so since the image needs no label. */
  end(nothingFound = false): void {
    if (this.isOver) return;
    this.saved();
    void this.work()
      .then(({ sessionId, ...work }) =>
        sessionId === undefined
          ? undefined
          : client.request(CloseLabellingDocument, { input: { sessionId, nothingFound, ...work } }),
      )
      // The server ends it by itself a little later.
      .catch(() => undefined);
  }

  private async open(continues: string | undefined): Promise<string | undefined> {
    const activeSeconds = continues === undefined ? undefined : this.clock.seconds(performance.now());
    const input = { ...this.on, ...(continues !== undefined && { continues, activeSeconds }) };
    try {
      return await this.begin(input, activeSeconds);
    } catch {
      // The one before may be gone. And nobody is kept from working because the clock of the server is not there.
      return continues === undefined ? undefined : this.begin(this.on).catch(() => undefined);
    }
  }

  /** @param taken active seconds of the sessions that it continues. */
  private async begin(input: WorkOn, taken = 0): Promise<string | undefined> {
    const { openLabelling } = await client.request(OpenLabellingDocument, { input });
    this.id = accepted(openLabelling).session?.id;
    this.known = { at: performance.now(), seconds: taken };
    return this.id;
  }

  /**
   * What the server can know of: a slow answer must not make work look impossible, so what was done before it came does not count beside an open
   * session.
   */
  private vouchedFor(worked: number, now: number): number {
    const { known } = this;
    return known ? Math.min(worked, known.seconds + Math.max(0, now - known.at) / 1000) : worked;
  }

  /** Only while somebody works: a page that nobody uses claims nothing. */
  private async keep(): Promise<void> {
    const now = performance.now();
    const sessionId = await this.opened;
    const activeSeconds = this.vouchedFor(this.clock.seconds(now), now);
    if (this.isOver || sessionId === undefined || activeSeconds === this.told) return;
    this.told = activeSeconds;
    await client.request(KeepLabellingDocument, { input: { sessionId, activeSeconds } }).catch(() => undefined);
  }
}

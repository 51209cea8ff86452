import { SingleBar } from 'cli-progress';

/** Shows how much of a file has come: a bar on a terminal, a line for every tenth in a pipe. */
export interface ByteProgress {
  show(received: number, total: number | undefined): void;
  end(): void;
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);

/** @param title stands before the numbers. */
export function byteProgress(title: string, stream: NodeJS.WriteStream): ByteProgress {
  return stream.isTTY ? bar(title, stream) : lines(title, stream);
}

function bar(title: string, stream: NodeJS.WriteStream): ByteProgress {
  const drawn = new SingleBar({
    stream,
    format: `${title} {bar} {received}/{size} MB  ETA {eta_formatted}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    linewrap: false,
  });
  let started = false;
  return {
    show: (received, total) => {
      const numbers = { received: megabytes(received), size: total === undefined ? '?' : megabytes(total) };
      if (!started) drawn.start(total ?? received, received, numbers);
      else drawn.update(received, numbers);
      if (total === undefined) drawn.setTotal(received);
      started = true;
    },
    end: () => {
      if (started) drawn.stop();
    },
  };
}

function lines(title: string, stream: NodeJS.WritableStream): ByteProgress {
  let told = -1;
  return {
    show: (received, total) => {
      const part = total ? Math.floor((10 * received) / total) : Math.floor(received / 1e7);
      if (part === told) return;
      told = part;
      stream.write(`${title} ${megabytes(received)}${total ? ` of ${megabytes(total)}` : ''} MB\n`);
    },
    end: () => undefined,
  };
}

/** The progress bar of a transfer: on a terminal, on standard error, gone before the next line of text. */
import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  update(bytes: number, totalBytes: number): void;
  clear(): void;
}

/** Nothing where the stream is no terminal: a log wants lines, not a bar. */
export function processProgress(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY) return { update: () => undefined, clear: () => undefined };
  let bar: SingleBar | undefined;
  return {
    update: (bytes, totalBytes) => {
      if (bar === undefined) {
        const options = {
          stream,
          format: '[{bar}] {percentage}% {value}/{total} bytes',
          clearOnComplete: true,
          hideCursor: true,
        };
        bar = new SingleBar(options, Presets.legacy);
        bar.start(totalBytes, bytes);
      } else {
        bar.setTotal(totalBytes);
        bar.update(bytes);
      }
    },
    clear: () => {
      bar?.stop();
      bar = undefined;
    },
  };
}

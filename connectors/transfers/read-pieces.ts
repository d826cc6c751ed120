/**
 * A stored file piece by piece for a fast sender. Fresh memory for each piece costs more than its bytes: the kernel clears every
 * page of it. So two pieces of memory take turns, one being read into while the other is being sent.
 */
import type { FileReader, FileRange, FileSource } from '../../core/ports/transfer.js';

/** Of each of the two: a read of the page cache in one go, and not much for five hundred transfers at once. */
const PIECE_BYTES = 256 * 1024;

/** A piece is the caller's until it asks for the next one. */
export async function* readPieces(source: FileSource, range: Required<FileRange>): AsyncGenerator<Uint8Array> {
  const reader = await source.openReader?.();
  if (reader === undefined) {
    yield* source.open(range);
    return;
  }
  try {
    yield* inTurns(reader, range);
  } finally {
    await reader.close();
  }
}

async function* inTurns(reader: FileReader, { offset, endOffset }: Required<FileRange>): AsyncGenerator<Uint8Array> {
  const memory = [newPiece(endOffset - offset), newPiece(endOffset - offset)] as const;
  const read = (turn: number, at: number): Promise<number> => {
    const into = memory[turn % 2 === 0 ? 0 : 1];
    return reader.read(into.subarray(0, Math.min(into.length, endOffset - at)), at);
  };
  let at = offset;
  let reading = read(0, at);
  // Whoever leaves in the middle leaves a reading behind; its failure is nobody's any more.
  const quietly = (next: Promise<number>): void => void next.catch(() => undefined);
  quietly(reading);
  try {
    for (let turn = 0; at < endOffset; turn++) {
      const bytes = await reading;
      if (bytes === 0) return;
      at += bytes;
      if (at < endOffset) {
        reading = read(turn + 1, at);
        quietly(reading);
      }
      yield memory[turn % 2 === 0 ? 0 : 1].subarray(0, bytes);
    }
  } finally {
    // A handle is not closed under a reading that still runs.
    await reading.catch(() => undefined);
  }
}

/** Not of Node's shared pool: it is written into while others use that. */
function newPiece(neededBytes: number): Uint8Array {
  return Buffer.allocUnsafeSlow(Math.max(1, Math.min(PIECE_BYTES, neededBytes)));
}

/** The thread that reads a content again: seconds of hashing for a large image, none of them on the main loop. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';

export interface HashRequest {
  readonly id: number;
  readonly file: string;
}

export type HashReply =
  { readonly id: number; readonly sha256: string } | { readonly id: number; readonly reason: string };

/** Read at once. */
const BLOCK_BYTES = 1024 * 1024;

parentPort?.on('message', ({ id, file }: HashRequest) => {
  parentPort?.postMessage(answer(id, file));
});

function answer(id: number, file: string): HashReply {
  try {
    return { id, sha256: sha256Of(file) };
  } catch (error) {
    return { id, reason: error instanceof Error ? error.message : String(error) };
  }
}

function sha256Of(file: string): string {
  const descriptor = openSync(file, 'r');
  try {
    const hash = createHash('sha256');
    const block = Buffer.alloc(BLOCK_BYTES);
    for (let read = readSync(descriptor, block); read > 0; read = readSync(descriptor, block)) {
      hash.update(block.subarray(0, read));
    }
    return hash.digest('hex');
  } finally {
    closeSync(descriptor);
  }
}

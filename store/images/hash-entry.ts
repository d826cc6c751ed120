/** The thread that reads a content again: seconds of hashing for a large image, none of them on the main loop. */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { ContentHash } from './content-hash.js';
import type { ContentHashes } from './content-hash.js';

export interface HashRequest {
  readonly id: number;
  readonly file: string;
  /** Only the SHA-256, or every check of an image. */
  readonly want: 'sha256' | 'all' | 'all with sha512';
}

export type HashReply =
  | { readonly id: number; readonly hashes: Pick<ContentHashes, 'sha256'> & Partial<ContentHashes> }
  | { readonly id: number; readonly reason: string };

/** Read at once. */
const BLOCK_BYTES = 1024 * 1024;

parentPort?.on('message', (request: HashRequest) => {
  parentPort?.postMessage(answer(request));
});

function answer({ id, file, want }: HashRequest): HashReply {
  try {
    return { id, hashes: want === 'sha256' ? sha256Of(file) : allOf(file, want === 'all with sha512') };
  } catch (error) {
    return { id, reason: error instanceof Error ? error.message : String(error) };
  }
}

function sha256Of(file: string): Pick<ContentHashes, 'sha256'> {
  const hash = createHash('sha256');
  feed(file, hash);
  return { sha256: hash.digest('hex') };
}

function allOf(file: string, sha512: boolean): ContentHashes {
  const hash = new ContentHash({ sha512 });
  feed(file, hash);
  return hash.finish();
}

function feed(file: string, hash: Hash | ContentHash): void {
  const descriptor = openSync(file, 'r');
  try {
    const block = Buffer.alloc(BLOCK_BYTES);
    for (let read = readSync(descriptor, block); read > 0; read = readSync(descriptor, block)) {
      hash.update(block.subarray(0, read));
    }
  } finally {
    closeSync(descriptor);
  }
}

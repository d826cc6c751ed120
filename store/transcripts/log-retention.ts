/** Retention's view of console logs and transcripts. */
import { basename, dirname } from 'node:path';
import type { OpenJob } from '../jobs/job-table.js';
import type { Piece, RetentionPart } from '../retention.js';
import { REFERRED_MARGIN_MS } from '../retention.js';
import type { FileTranscriptStore } from './file-transcript-store.js';
import type { LogStream } from './log-stream.js';
import { folderOfPort, keyNames } from './stream-place.js';

export class LogRetention implements RetentionPart {
  readonly #store: FileTranscriptStore;
  readonly #owners = new Map<string, LogStream>();

  constructor(store: FileTranscriptStore) {
    this.#store = store;
  }

  async pieces(): Promise<readonly Piece[]> {
    const pieces: Piece[] = [];
    this.#owners.clear();
    for (const stream of (await this.#store.streams()).values()) {
      for (const piece of await stream.pieces()) {
        this.#owners.set(piece.name, stream);
        pieces.push(piece);
      }
    }
    return pieces;
  }

  /** A console log from around the moment when a job of its port was made; a transcript that an open job wrote in. */
  async isNeeded(piece: Piece, openJobs: readonly OpenJob[]): Promise<boolean> {
    if (openJobs.length === 0) return false;
    if (piece.kind === 'consoleLogs') {
      const folder = basename(dirname(piece.name));
      const own = openJobs.filter((job) => folderOfPort(job.portId) === folder);
      return own.some((job) => piece.fromMs <= job.createdAtMs && piece.toMs >= job.createdAtMs - REFERRED_MARGIN_MS);
    }
    const keys = await this.#owners.get(piece.name)?.keysOf(piece);
    return [...(keys ?? [])].some((key) => keyNames(key, openJobs));
  }

  async drop(piece: Piece): Promise<void> {
    await this.#store.between(async () => this.#owners.get(piece.name)?.drop(piece));
  }
}

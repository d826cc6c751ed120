/** All stores of a node's data folder, as the composition root makes them. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../core/ports/clock.js';
import type { ConfigStore } from '../core/ports/config-store.js';
import type { EventStore } from '../core/ports/event-store.js';
import type { HostKeys } from '../core/ports/host-keys.js';
import type { ImageStore } from '../core/ports/image-store.js';
import type { JobStore } from '../core/ports/job-store.js';
import type { Log } from '../core/ports/log.js';
import type { TranscriptStore } from '../core/ports/transcript-store.js';
import type { VariableStore } from '../core/ports/variable-store.js';
import { SqliteConfigStore } from './configs/sqlite-config-store.js';
import { EventRetention } from './events/event-retention.js';
import { SegmentEventStore } from './events/segment-event-store.js';
import { KnownHosts } from './host-keys/known-hosts.js';
import { ContentFolder } from './images/content-folder.js';
import { FileImageStore } from './images/file-image-store.js';
import { HashThread } from './images/hash-thread.js';
import { SqliteJobStore } from './jobs/sqlite-job-store.js';
import { Retention } from './retention.js';
import type { RetentionSettings } from './retention.js';
import { FileTranscriptStore } from './transcripts/file-transcript-store.js';
import { LogRetention } from './transcripts/log-retention.js';
import { SqliteVariableStore } from './variables/sqlite-variable-store.js';
import { storeError } from './worker/failure.js';
import { StoreClient } from './worker/store-client.js';

export interface StoresOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly retention: RetentionSettings;
  /** Added before each commit, ms: a slow disk for tests. Default 0. */
  readonly commitDelayMs?: number;
}

export interface Stores {
  readonly jobs: JobStore;
  readonly variables: VariableStore;
  readonly events: EventStore;
  readonly transcripts: TranscriptStore;
  readonly images: ImageStore;
  readonly configs: ConfigStore;
  readonly hostKeys: HostKeys;
  /** Commits of the SQLite stores so far, for metrics. */
  commits(): number;
  /** Opens everything. Errors: DATA_FOLDER_BUSY, STORE_NEWER, STORE_DAMAGED, STORE_FAILED. */
  start(): Promise<void>;
  /** Drops what has reached its age or is too much; also done by itself as data is written. To be called about hourly. */
  enforceRetention(nowMs: number): Promise<void>;
  /** Writes what waits, closes everything. Later calls get STORE_CLOSED. Errors: STORE_FAILED, closed all the same. */
  stop(): Promise<void>;
}

const MIB = 1024 * 1024;

/** Segments are a small part of what is kept, so that dropping the oldest is no great loss, and no file is unwieldy. */
function segmentSizes(maxBytes: number): { readonly eventBytes: number; readonly logBytes: number } {
  return {
    eventBytes: Math.min(Math.max(maxBytes / 32, MIB / 4), 32 * MIB),
    logBytes: Math.min(Math.max(maxBytes / 64, MIB / 16), 16 * MIB),
  };
}

/** Makes the stores and opens nothing yet. */
export function openStores(options: StoresOptions): Stores {
  const { dataDir, clock, log } = options;
  const { eventBytes, logBytes } = segmentSizes(options.retention.maxBytes);
  const settings = { dataDir, eventSegmentBytes: eventBytes, commitDelayMs: options.commitDelayMs ?? 0 };
  const client = new StoreClient({ settings, clock, log });
  const jobs = new SqliteJobStore(client);
  const hashes = new HashThread();
  const images = new FileImageStore({ client, clock, hashes, contents: new ContentFolder(join(dataDir, 'images')) });
  const onWritten = (bytes: number): Promise<void> | undefined => retention.noteWritten(bytes);
  const events = new SegmentEventStore({ client, clock, onWritten });
  const transcripts = new FileTranscriptStore({ dataDir, clock, log, segmentBytes: logBytes, onWritten, spanOf });
  const retention = new Retention({
    settings: options.retention,
    stores: [new EventRetention(client), new LogRetention(transcripts)],
    log,
    openJobs: () => client.call('jobs', 'open'),
    nowMs: () => clock.nowMs(),
  });

  async function spanOf(jobId: string): Promise<{ readonly fromMs: number; readonly toMs?: number } | undefined> {
    const job = await jobs.get(jobId);
    if (!job) return undefined;
    return { fromMs: job.createdAtMs, ...(job.endedAtMs === undefined ? {} : { toMs: job.endedAtMs }) };
  }

  return {
    jobs,
    variables: new SqliteVariableStore(client),
    configs: new SqliteConfigStore(client, clock),
    events,
    transcripts,
    images,
    hostKeys: new KnownHosts(join(dataDir, 'known_hosts')),
    commits: () => client.commits,
    async start() {
      // Console logs and configurations are in it.
      await mkdir(dataDir, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
        throw storeError(error);
      });
      await client.start();
      try {
        await images.start();
      } catch (error) {
        await client.stop();
        throw storeError(error);
      }
    },
    async enforceRetention(nowMs) {
      await retention.enforce(nowMs);
      await client.call('jobs', 'forgetEndedBefore', nowMs - options.retention.transcriptsMs);
    },
    async stop() {
      try {
        await transcripts.stop();
      } finally {
        await hashes.stop();
        await client.stop();
      }
    },
  };
}

/** Jobs around a model router. */
import type { ImageRecord } from '../../core/image.js';
import type { ManagedPort } from '../../core/managed-port.js';
import type { Grant, TransferServer } from '../../core/ports/transfer-server.js';
import { DEFAULT_PUSH_SETTINGS } from '../../core/settings.js';
import type { PushSettings } from '../../core/settings.js';
import { FakeClock } from '../support/fake-clock.js';
import { JobWorld } from './job-world.js';
import type { HeldDialog, JobWorldOptions } from './job-world.js';
import { ModelDialog } from './model-dialog.js';
import type { ModelWorld } from './model-dialog.js';
import { ModelRouter } from './model-router.js';
import type { Mishap } from './model-router.js';

const IMAGE: ImageRecord = {
  portId: 'n1:1/1',
  version: 'candidate',
  fileName: 'c1700-y-mz.123-1a.bin',
  sizeBytes: 4_000_000,
  sha256: 'a'.repeat(64),
  md5: 'b'.repeat(32),
  crc32: 'c'.repeat(8),
  storedAtMs: 0,
};

export interface PushOptions extends Omit<JobWorldOptions, 'clock'> {
  readonly mishaps?: readonly Mishap[];
  readonly settings?: Partial<PushSettings>;
  readonly image?: Partial<ImageRecord>;
  /** What re-reading the stored image gives; default its SHA-256. */
  readonly rehash?: string;
  /** Default `1/1`; the job's id is `job<port name>` without its slash: `job11`. */
  readonly portName?: string;
  /** When the world begins, epoch ms. */
  readonly startMs?: number;
}

export class PushWorld extends JobWorld implements ModelWorld {
  readonly router: ModelRouter;
  readonly image = { sha: 'new', md5: IMAGE.md5, bytes: IMAGE.sizeBytes };
  exposure: ModelWorld['exposure'];
  #options: PushOptions;

  constructor(options: PushOptions = {}) {
    super({ ...options, clock: new FakeClock(options.startMs) });
    this.#options = options;
    this.router = new ModelRouter(() => this.clock.nowMs(), options.mishaps);
  }

  get port(): ManagedPort {
    return {
      id: `n1:${this.#options.portName ?? '1/1'}`,
      name: this.#options.portName ?? '1/1',
      node: 'n1',
      driver: 'cisco-ios',
      make: 'cisco',
      console: { type: 'tcp', host: '127.0.0.1', port: 1 },
      management: { address: '10.10.10.1' },
      serverAddress: '10.10.10.254',
      labels: {},
      properties: {},
      settings: { ...DEFAULT_PUSH_SETTINGS, ...this.#options.settings },
    };
  }

  /** Another image is stored under the same version. */
  restock(image: Partial<ImageRecord>): void {
    this.#options = { ...this.#options, image, rehash: image.sha256 ?? IMAGE.sha256 };
  }

  protected get candidate(): ImageRecord {
    return { ...IMAGE, ...this.#options.image };
  }

  protected get rehashed(): string {
    return this.#options.rehash ?? this.candidate.sha256;
  }

  protected imageBytes(): ReadableStream<Uint8Array> {
    return ReadableStream.from([]);
  }

  protected openDialog(): Promise<HeldDialog> {
    return Promise.resolve({ dialog: new ModelDialog(this), release: () => undefined });
  }

  protected tftpServer(): TransferServer {
    return {
      method: 'tftp',
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
      address: { host: '10.10.10.254', port: 69 },
      expose: (grant: Grant) => {
        const fetches: { peer: string; bytes: number; complete: boolean }[] = [];
        const exposure = {
          path: 'one-time/x',
          port: 69,
          fetches,
          bytes: 0,
          close: () => undefined,
          serve: (complete: boolean) => {
            exposure.bytes = complete ? grant.source.sizeBytes : 0;
            fetches.push({ peer: '10.10.10.1', bytes: exposure.bytes, complete });
            grant.onProgress({ bytes: exposure.bytes, bytesPerSecond: 0 });
          },
        };
        this.exposure = exposure;
        return exposure;
      },
    };
  }
}

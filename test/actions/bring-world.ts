/** What one bringing of an image needs, and what was said and typed meanwhile. */
import type { StepContext } from '../../core/action.js';
import type { Exchange } from '../../core/dialog-table.js';
import type { TransferProcedure } from '../../core/transfer-procedure.js';
import type { ImageRecord } from '../../core/image.js';
import type { Dialog } from '../../core/ports/dialog.js';
import type { FileSource, TransferClient } from '../../core/ports/transfer.js';
import type { Credentials } from '../../core/ports/secrets.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Delivery } from '../../actions/push-os/deliver.js';

export interface BringOptions {
  readonly client: TransferClient;
  readonly source: FileSource;
  readonly clock: Clock;
  readonly credentials?: Credentials;
}

export class BringWorld {
  readonly story: string[] = [];
  readonly typed: string[] = [];
  readonly abort = new AbortController();
  bytes = 0;
  readonly delivery: Delivery;

  constructor({ client, source, clock, credentials = {} }: BringOptions) {
    const context = {
      ...{ clock, signal: this.abort.signal, clients: { sftp: client } },
      port: { name: '1/1', management: { address: '127.0.0.1' }, properties: {} },
      images: { source: () => source },
      credentials: () => credentials,
      story: (line: string) => this.story.push(line),
      progress: () => undefined,
    };
    const dialog = {
      run: (exchange: Exchange) => {
        this.typed.push(exchange.send ?? '');
        return Promise.resolve({ captures: {} });
      },
    };
    const image = { fileName: source.fileName, sizeBytes: source.sizeBytes };
    this.delivery = {
      context: context as unknown as StepContext,
      dialog: dialog as unknown as Dialog,
      image: image as ImageRecord,
      driver: undefined as unknown as Delivery['driver'],
      attempt: { number: 1, method: 'sftp' },
      slots: { image: '/tmp/image.bin' },
      onBytes: (bytes) => (this.bytes = bytes),
    };
  }
}

const say = (send: string): Exchange => ({ send, silenceMs: 1000 });

export const WE_PUT: Extract<TransferProcedure, { direction: 'wePut' }> = {
  direction: 'wePut',
  remotePath: '{{image:path}}',
  port: 2022,
  before: [say('ip scp server enable')],
  after: [say('no ip scp server enable')],
  cleanup: [],
};

/** How a file moves between us and a device, as exchanges with its command line. */
import type { Exchange } from './dialog-table.js';
import type { TransferMethod } from './settings.js';

export type Transfers = Readonly<Partial<Record<TransferMethod, TransferProcedure>>>;

export type TransferProcedure =
  | {
      /** The device is the client: it pulls from our server. */
      readonly direction: 'devicePulls';
      readonly exchanges: readonly Exchange[];
      /** Failures that say "start over with nothing there" are cleaned with these. */
      readonly cleanup: readonly Exchange[];
    }
  | {
      /** The transfer takes the console line. `start` ends with its `ready`, `finish` at a prompt. */
      readonly direction: 'inBand';
      readonly start: Exchange;
      readonly finish: Exchange;
      readonly blockSizes: readonly (128 | 1024)[];
      /** Pause before each block, ms: the receiver throws away what reaches it sooner after its answer. Default 0. */
      readonly turnaroundMs?: number;
      /** Cuts the padding of the last block off, where the far end keeps it. */
      readonly trim?: readonly Exchange[];
      readonly cleanup: readonly Exchange[];
    }
  | {
      /** The device runs a server and we bring the file there. */
      readonly direction: 'wePut';
      /** What the file is called there; with the slots of exchanges. */
      readonly remotePath: string;
      /** Default: the protocol's own port. */
      readonly port?: number;
      /** SSH only: the device knows nothing but the algorithms of its time. */
      readonly legacyAlgorithms?: boolean;
      /** Opens the device's server where it is closed as a rule, and closes it again whatever became of the transfer. */
      readonly before: readonly Exchange[];
      readonly after: readonly Exchange[];
      /** What the device does with the file once it is there, where it does not stay a file. */
      readonly finish?: readonly Exchange[];
      readonly cleanup: readonly Exchange[];
    };

/** How the device brings a file of its own to our server, at the one-time place that the slots name. */
export interface UploadProcedure {
  readonly exchanges: readonly Exchange[];
}

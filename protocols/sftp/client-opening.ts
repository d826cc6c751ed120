/** How each conversation of our client begins: version, limits where the server tells them, the open file. */
import type { SftpAnswer } from './answer.js';
import type { SftpClientFailure } from './client-io.js';
import { FXP, MAX_DATA_BYTES, PLAIN_DATA_BYTES, SFTP_VERSION } from './packet.js';
import { encodePacket } from './wire.js';

type State = 'awaitVersion' | 'awaitLimits' | 'awaitHandle' | 'open';

export interface OpenedFile {
  readonly handle: Uint8Array;
  readonly extensions: ReadonlySet<string>;
  readonly maxReadBytes: number;
  readonly maxWriteBytes: number;
}

/** `send`: the next request; `opened` at the end of it. */
type OpeningStep =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  | { readonly kind: 'opened'; readonly file: OpenedFile }
  | { readonly kind: 'failed'; readonly failure: SftpClientFailure };

const LIMITS_EXTENSION = 'limits@openssh.com';

export class SftpOpening {
  readonly #path: string;
  readonly #flags: number;
  #state: State = 'awaitVersion';
  #extensions: ReadonlySet<string> = new Set();
  #maxReadBytes = PLAIN_DATA_BYTES;
  #maxWriteBytes = PLAIN_DATA_BYTES;

  /** `flags`: those of OPEN. */
  constructor(path: string, flags: number) {
    this.#path = path;
    this.#flags = flags;
  }

  get done(): boolean {
    return this.#state === 'open';
  }

  start(): Uint8Array {
    return encodePacket(FXP.init, [{ u32: SFTP_VERSION }]);
  }

  take(answer: SftpAnswer): OpeningStep {
    switch (this.#state) {
      case 'awaitVersion':
        return this.#takeVersion(answer);
      case 'awaitLimits':
        return this.#takeLimits(answer);
      case 'awaitHandle':
      case 'open':
        return this.#takeHandle(answer);
    }
  }

  #takeVersion(answer: SftpAnswer): OpeningStep {
    if (answer.kind !== 'version') return illegal(answer);
    // §4: the lower of both counts, and below 3 packets have another form.
    if (answer.version < SFTP_VERSION) {
      return failed({ reason: 'illegal', message: `the server speaks SFTP version ${answer.version} only` });
    }
    this.#extensions = answer.extensions;
    if (!answer.extensions.has(LIMITS_EXTENSION)) return this.#askOpen();
    this.#state = 'awaitLimits';
    return { kind: 'send', bytes: encodePacket(FXP.extended, [{ u32: 0 }, { text: LIMITS_EXTENSION }]) };
  }

  #takeLimits(answer: SftpAnswer): OpeningStep {
    if (answer.kind === 'extended') {
      answer.reader.u64();
      this.#maxReadBytes = withinLimits(answer.reader.u64());
      this.#maxWriteBytes = withinLimits(answer.reader.u64());
      if (answer.reader.broken) return illegal(answer);
    } else if (answer.kind !== 'status') return illegal(answer);
    return this.#askOpen();
  }

  #askOpen(): OpeningStep {
    this.#state = 'awaitHandle';
    const fields = [{ u32: 0 }, { text: this.#path }, { u32: this.#flags }, { u32: 0 }];
    return { kind: 'send', bytes: encodePacket(FXP.open, fields) };
  }

  #takeHandle(answer: SftpAnswer): OpeningStep {
    if (answer.kind === 'status') {
      return failed({ reason: 'status', code: answer.code, message: answer.text });
    }
    if (answer.kind !== 'handle') return illegal(answer);
    this.#state = 'open';
    const { handle } = answer;
    const [maxReadBytes, maxWriteBytes, extensions] = [this.#maxReadBytes, this.#maxWriteBytes, this.#extensions];
    return { kind: 'opened', file: { handle, extensions, maxReadBytes, maxWriteBytes } };
  }
}

/** 0: the server knows no limit. */
function withinLimits(bytes: number): number {
  return bytes === 0 ? MAX_DATA_BYTES : Math.min(bytes, MAX_DATA_BYTES);
}

function illegal(answer: SftpAnswer): OpeningStep {
  const message = answer.kind === 'malformed' ? answer.reason : `a ${answer.kind} answer was not asked for`;
  return failed({ reason: 'illegal', message });
}

function failed(failure: SftpClientFailure): OpeningStep {
  return { kind: 'failed', failure };
}

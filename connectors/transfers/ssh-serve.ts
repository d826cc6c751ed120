/** What the two ways of serving a file over an SSH channel share: the fetch that is told to the grant. */
import type { Clock } from '../../core/ports/clock.js';
import type { Fetch } from '../../core/ports/transfer-server.js';
import type { ChannelLink } from './channel-link.js';
import type { OpenGrant } from './open-grant.js';
import type { SshUpload } from './ssh-upload.js';

/** Progress is told after so many bytes at the earliest. */
const TELL_EVERY_BYTES = 256 * 1024;

export interface ServeDeps {
  readonly open: OpenGrant;
  readonly link: ChannelLink;
  readonly peer: string;
  readonly clock: Clock;
  /** Where the granted file is one that the device brings. */
  readonly upload?: SshUpload;
  /** Each try as it ended, for the log. */
  onEnded(fetch: Fetch): void;
}

/** One channel's service. */
export interface ChannelService {
  /** Resolves when the channel is done with; never rejects. */
  run(): Promise<ServiceEnd>;
  /** Breaks it off with the protocol's own error. */
  breakOff(reason: string): void;
}

/** What the program at the other end is told: the exit status of a command. */
export interface ServiceEnd {
  readonly exitStatus: number;
}

/** One try at the file, from its first byte to its end. */
export class FetchRecord {
  readonly #deps: ServeDeps;
  #number: number | undefined;
  #bytes = 0;
  #toldBytes = 0;

  constructor(deps: ServeDeps) {
    this.#deps = deps;
  }

  begin(offset: number): void {
    this.end(false, 'begun anew');
    this.#number = this.#deps.open.began(offset);
    this.#bytes = offset;
    this.#toldBytes = offset;
  }

  progress(bytes: number): void {
    this.#bytes = bytes;
    if (bytes - this.#toldBytes >= TELL_EVERY_BYTES) this.#tell();
  }

  /** Tells the grant, once, where something had begun. */
  end(complete: boolean, reason?: string, sha256?: string): void {
    if (this.#number === undefined) return;
    this.#tell();
    this.#number = undefined;
    const { open, peer } = this.#deps;
    const why = complete || reason === undefined ? {} : { reason };
    const whole = complete && sha256 !== undefined ? { sha256 } : {};
    const fetch = { peer, bytes: this.#bytes, complete, ...why, ...whole };
    open.ended(fetch);
    this.#deps.onEnded(fetch);
  }

  #tell(): void {
    this.#toldBytes = this.#bytes;
    if (this.#number !== undefined) this.#deps.open.progressed(this.#number, this.#bytes);
  }
}

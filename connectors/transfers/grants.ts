/**
 * The files that devices may fetch or bring: what all our servers share.
 *
 * A name that a peer asks for is looked up here and never becomes a path on disk. Names and logins are random and live no
 * longer than the grant.
 */
import { fail } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Random } from '../../core/ports/random.js';
import type { Grant, UploadGrant } from '../../core/ports/transfer-server.js';
import { OpenGrant } from './open-grant.js';

/** One-time names: 64 bits, unguessable within the minutes that a grant is open, and short enough for any command line. */
const NAME_DIGITS = 16;
/** One-time users: 32 bits tell them apart, the password keeps others out; old devices cut longer names. */
const USER_DIGITS = 8;

export interface GrantsDeps {
  /** Names the server in errors. */
  readonly method: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Each grant gets a user and a password of its own. */
  readonly withLogins: boolean;
  /** Called when a grant has ended: running transfers of it are broken off. */
  onClose(open: OpenGrant, reason: string): void;
}

export class Grants {
  readonly #deps: GrantsDeps;
  readonly #byPath = new Map<string, OpenGrant>();
  readonly #byUser = new Map<string, OpenGrant>();

  constructor(deps: GrantsDeps) {
    this.#deps = deps;
  }

  /** `port` is where the server listens. A path that is taken is an error of the caller: TRANSFER_TRANSPORT. */
  open(grant: Grant | UploadGrant, port: number): OpenGrant {
    const { clock, method, random } = this.#deps;
    const name = random.hex(NAME_DIGITS);
    const path = grant.path === undefined ? name : grant.path.replaceAll('{random}', name);
    if (this.#byPath.has(path)) throw fail('TRANSFER_TRANSPORT', { method, reason: `${path} is exposed already` });
    const login = this.#newLogin();
    const onClose = (closed: OpenGrant, reason: string): void => this.#closed(closed, reason);
    const open = new OpenGrant({ grant, path, port, clock, ...(login === undefined ? {} : { login }), onClose });
    this.#byPath.set(path, open);
    if (login !== undefined) this.#byUser.set(login.username, open);
    return open;
  }

  byPath(path: string): OpenGrant | undefined {
    return this.#byPath.get(path);
  }

  byUser(username: string): OpenGrant | undefined {
    return this.#byUser.get(username);
  }

  /** Ends all of them: the server stops. */
  closeAll(reason: string): void {
    for (const open of [...this.#byPath.values()]) open.close(reason);
  }

  #newLogin(): OpenGrant['login'] {
    const { random, withLogins } = this.#deps;
    // A letter first: some devices take a user that begins with a digit for something else.
    return withLogins ? { username: `pw${random.hex(USER_DIGITS)}`, password: random.hex(NAME_DIGITS) } : undefined;
  }

  #closed(open: OpenGrant, reason: string): void {
    this.#byPath.delete(open.path);
    if (open.login !== undefined) this.#byUser.delete(open.login.username);
    this.#deps.onClose(open, reason);
  }
}

/** Who may log in: a grant's own one-time user, with its password or one of its keys, from its address. */
import { timingSafeEqual } from 'node:crypto';
import ssh2 from 'ssh2';
import type {
  AuthContext,
  AuthenticationType,
  KeyboardAuthContext,
  PasswordAuthContext,
  PublicKeyAuthContext,
} from 'ssh2';
import type { Grants } from './grants.js';
import type { OpenGrant } from './open-grant.js';

/** Failed tries of one connection before it is closed (OpenSSH's MaxAuthTries). */
const MOST_TRIES = 6;

export interface SshLoginDeps {
  readonly grants: Grants;
  readonly address: string;
  /** A wrong password, or a key of nobody. */
  onFailed(reason: string): void;
  onTooMany(): void;
}

export class SshLogin {
  readonly #deps: SshLoginDeps;
  #tries = 0;
  #open: OpenGrant | undefined;

  constructor(deps: SshLoginDeps) {
    this.#deps = deps;
  }

  /** Whose file this connection may have, once it has logged in. */
  get open(): OpenGrant | undefined {
    return this.#open;
  }

  attempt(context: AuthContext): void {
    const open = this.#deps.grants.byUser(context.username);
    switch (context.method) {
      case 'password':
        this.#decide(context, open, isPassword(open, context));
        return;
      case 'publickey':
        this.#tryKey(context, open);
        return;
      case 'keyboard-interactive':
        this.#ask(context, open);
        return;
      default:
        // `none` is how a client asks what there is.
        context.reject(methodsOf(open));
    }
  }

  #ask(context: KeyboardAuthContext, open: OpenGrant | undefined): void {
    context.prompt([{ prompt: 'Password: ', echo: false }], (answers: readonly string[] | Error) => {
      const password = Array.isArray(answers) ? (answers as readonly string[])[0] : undefined;
      this.#decide(context, open, password !== undefined && isSame(open?.login?.password, password));
    });
  }

  /** The key alone only asks whether it would do; with its signature it is a login. */
  #tryKey(context: PublicKeyAuthContext, open: OpenGrant | undefined): void {
    const key = keysOf(open).find((known) => known.getPublicSSH().equals(context.key.data));
    const { blob, signature, hashAlgo } = context;
    if (key !== undefined && signature === undefined) context.accept();
    else
      this.#decide(
        context,
        open,
        key !== undefined && isTrue(key.verify(blob ?? '', signature ?? Buffer.alloc(0), hashAlgo)),
      );
  }

  #decide(context: AuthContext, open: OpenGrant | undefined, isRight: boolean): void {
    if (open !== undefined && isRight && open.allows(this.#deps.address)) {
      this.#open = open;
      context.accept();
      return;
    }
    this.#tries += 1;
    this.#deps.onFailed(open !== undefined && isRight ? 'not for this address' : 'login failed');
    if (this.#tries >= MOST_TRIES) this.#deps.onTooMany();
    else context.reject(methodsOf(open));
  }
}

function methodsOf(open: OpenGrant | undefined): AuthenticationType[] {
  const keys: AuthenticationType[] = keysOf(open).length > 0 ? ['publickey'] : [];
  return [...keys, 'password', 'keyboard-interactive'];
}

function keysOf(open: OpenGrant | undefined): readonly ssh2.ParsedKey[] {
  return (open?.grant.publicKeys ?? []).flatMap((line) => {
    const parsed = ssh2.utils.parseKey(line);
    return parsed instanceof Error ? [] : [parsed];
  });
}

function isPassword(open: OpenGrant | undefined, context: PasswordAuthContext): boolean {
  return isSame(open?.login?.password, context.password);
}

/** ssh2 returns an error where it cannot verify. */
function isTrue(verified: unknown): boolean {
  return verified === true;
}

/** In a time that does not tell how much of it was right. */
function isSame(wanted: string | undefined, got: string): boolean {
  if (wanted === undefined) return false;
  const [a, b] = [Buffer.from(wanted), Buffer.from(got)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Secrets by reference (ARCHITECTURE 16): read when they are needed, and masked in everything that leaves the node. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fail } from '../../core/errors/index.js';
import type { Credentials, Secrets } from '../../core/ports/secrets.js';
import type { SecretReferences } from './site.js';

/** Shorter values are not masked: they would tear holes into every text and hide nothing. Characters. */
export const SHORTEST_MASKED = 4;

/** Fewer characters of a base64 form than this could be anything. */
const SHORTEST_BASE64 = 6;

const MASK = '•••';

export interface SecretsOptions {
  /** Site folder: `file:` paths are relative to it. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How a secret value is written. */
export function referenceKind(reference: string): 'env' | 'file' | 'literal' {
  if (reference.startsWith('env:')) return 'env';
  return reference.startsWith('file:') ? 'file' : 'literal';
}

/** The value behind a reference, or undefined where there is none. The line end of a file's last line does not count. */
export function readReference(reference: string, { folder, env }: SecretsOptions): string | undefined {
  const target = reference.slice(reference.indexOf(':') + 1);
  switch (referenceKind(reference)) {
    case 'literal':
      return reference;
    case 'env':
      return env[target] === '' ? undefined : env[target];
    case 'file':
      try {
        const text = readFileSync(resolve(folder, target), 'utf8').replace(/\r?\n$/, '');
        return text === '' ? undefined : text;
      } catch {
        return undefined;
      }
  }
}

/** The node's secrets. `use` takes over a new site's; values that were known stay masked. */
export class SiteSecrets implements Secrets {
  readonly #options: SecretsOptions;
  readonly #known = new Set<string>();
  #secrets: Readonly<Record<string, SecretReferences>> = {};
  /** Values that live shortly, each with its forms. */
  readonly #passing = new Map<symbol, readonly string[]>();
  #pattern: RegExp | undefined;

  constructor(options: SecretsOptions) {
    this.#options = options;
  }

  /** Reads every value once, so that a device's echo is masked before the first login. Missing ones are left for their use. */
  use(secrets: Readonly<Record<string, SecretReferences>>): void {
    this.#secrets = secrets;
    for (const references of Object.values(secrets)) {
      for (const [part, reference] of Object.entries(references)) {
        const value = readReference(reference, this.#options);
        if (part !== 'username' && value !== undefined) this.learn(value);
      }
    }
  }

  credentials(name: string): Credentials {
    const references = Object.hasOwn(this.#secrets, name) ? this.#secrets[name] : undefined;
    if (references === undefined) {
      throw fail('SECRET_MISSING', { secret: name, reference: 'portwright.json "secrets" does not name it' });
    }
    const { username, password, enable, privateKey, passphrase, snmp } = references;
    return {
      ...(username === undefined ? {} : { username: this.#read(name, username) }),
      ...(password === undefined ? {} : { password: this.value(name, password) }),
      ...(enable === undefined ? {} : { enable: this.value(name, enable) }),
      ...(privateKey === undefined ? {} : { privateKey: this.value(name, privateKey) }),
      ...(passphrase === undefined ? {} : { passphrase: this.value(name, passphrase) }),
      ...(snmp === undefined ? {} : { snmp: this.value(name, snmp) }),
    };
  }

  /** The value behind a reference that stands outside `secrets`, masked from now on. Errors: SECRET_MISSING. */
  value(name: string, reference: string): string {
    const value = this.#read(name, reference);
    this.learn(value);
    return value;
  }

  /** A TLS certificate and its key, as PEM; the key is masked from now on. Errors: SECRET_MISSING. */
  keyPair(
    name: string,
    { certificate, key }: { readonly certificate: string; readonly key: string },
  ): { readonly certificate: string; readonly key: string } {
    return { certificate: this.#read(`${name}.certificate`, certificate), key: this.value(`${name}.key`, key) };
  }

  /** A text that is no secret, such as a certificate. Errors: SECRET_MISSING. */
  text(name: string, reference: string): string {
    return this.#read(name, reference);
  }

  /** Masks a value from now on, in its own and its base64, URL and JSON forms. */
  learn(value: string): void {
    if (value.length < SHORTEST_MASKED) return;
    const before = this.#known.size;
    for (const form of formsOf(value)) this.#known.add(form);
    if (this.#known.size > before) this.#compile();
  }

  hide(value: string): () => void {
    if (value.length < SHORTEST_MASKED) return () => undefined;
    const key = Symbol();
    this.#passing.set(key, formsOf(value));
    this.#compile();
    return () => {
      if (this.#passing.delete(key)) this.#compile();
    };
  }

  mask(text: string): string {
    return this.#pattern === undefined ? text : text.replace(this.#pattern, MASK);
  }

  #compile(): void {
    const forms = [...new Set([...this.#known, ...[...this.#passing.values()].flat()])];
    const longestFirst = forms.sort((a, b) => b.length - a.length);
    const pattern = longestFirst.map((form) => form.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|');
    this.#pattern = pattern === '' ? undefined : new RegExp(pattern, 'g');
  }

  #read(name: string, reference: string): string {
    const value = readReference(reference, this.#options);
    if (value !== undefined) return value;
    throw fail('SECRET_MISSING', {
      secret: name,
      reference: referenceKind(reference) === 'literal' ? 'empty' : reference,
    });
  }
}

/** A many-line value (a key) is also masked line by line: consoles and logs cut it there. */
function formsOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/).filter((line) => line.length >= SHORTEST_MASKED * 2);
  const texts = lines.length > 1 ? [value, ...lines] : [value];
  return texts.flatMap((text) => [
    text,
    encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8')),
    JSON.stringify(text).slice(1, -1),
    ...base64Forms(text),
  ]);
}

/**
 * What base64 makes of the value wherever it stands in a longer text, as in `user:password`: its three alignments,
 * without the characters at both ends that depend on the neighbours. In both alphabets (RFC 4648 §4, §5).
 */
function base64Forms(text: string): readonly string[] {
  const bytes = Buffer.from(text, 'utf8');
  return [0, 1, 2].flatMap((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
    const start = Math.ceil((shift * 8) / 6);
    const end = Math.floor((padded.length * 8) / 6);
    const standard = padded.toString('base64').slice(start, end);
    const url = padded.toString('base64url').slice(start, end);
    return standard.length < SHORTEST_BASE64 ? [] : [...new Set([standard, url])];
  });
}

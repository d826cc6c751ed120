/** Secrets by reference. Values are read when needed, never stored, logged or sent. */
export interface Credentials {
  readonly username?: string;
  readonly password?: string;
  readonly enable?: string;
  /** A private key in OpenSSH's or PEM form. */
  readonly privateKey?: string;
  /** Of the private key. */
  readonly passphrase?: string;
  /** An SNMP community. */
  readonly snmp?: string;
}

export interface Secrets {
  /** Errors: SECRET_MISSING. */
  credentials(name: string): Credentials;
  /** Replaces every secret value known so far by `•••`: for transcripts, logs, errors and answers. */
  mask(text: string): string;
  /** Masks a value that lives shortly, such as a one-time password, until the returned function is called. */
  hide(value: string): () => void;
}

/** What `copy` may be told besides its two ends. */
export interface CopyOptions {
  readonly sha256?: string;
  readonly sha512?: string;
  readonly md5?: string;
  readonly credentials?: string;
  readonly fileName?: string;
  readonly detach?: true;
  readonly json?: true;
}

/** Every hash that was given, by its algorithm. */
export function hashesOf({ sha256, sha512, md5 }: CopyOptions): Readonly<Record<string, string>> {
  const given = Object.entries({ sha256, sha512, md5 });
  return Object.fromEntries(given.filter((pair): pair is [string, string] => pair[1] !== undefined));
}

/** The device's end of its console line. */
export interface ConsolePort {
  /** What a site's `ports.json` calls it: `/dev/pts/3`, or `127.0.0.1:40123`. */
  readonly address: string;
  /** Never waits: what nobody reads is lost, as on a serial line. */
  write(bytes: Uint8Array): void;
  /** Whoever is connected loses the line, and may come again. */
  hangUp(): void;
  close(): Promise<void>;
}

/** Output kept for a reader that is slow or absent, bytes: a boot's text and more. What is beyond is lost. */
export const MAX_UNREAD_BYTES = 65_536;

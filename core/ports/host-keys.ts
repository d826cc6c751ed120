/** Keys by which SSH servers are known again: kept at the first meeting, compared at each later one. */
export interface HostKeys {
  /** Keys of this address, each `TYPE BASE64` as in OpenSSH's known_hosts; empty where it was never met. */
  of(host: string, port: number): Promise<readonly string[]>;
  /** Keeps a key. Errors: STORE_FAILED. */
  pin(host: string, port: number, key: string): Promise<void>;
}

/** A server of a simulated device on a loopback address. */
export interface NetworkServer {
  /** `127.0.0.1:40123` */
  readonly address: string;
  close(): Promise<void>;
}

/** Port 0 takes a free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

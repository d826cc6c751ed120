/** ICMP echo, by whatever the system has for it. */
export interface Pinged {
  readonly sent: number;
  readonly received: number;
  /** Mean round trip, ms; absent where nothing came back. */
  readonly rttMs?: number;
}

export interface Pinger {
  /** Resolves also where nothing answers. Errors: PING_FAILED (no such host, no permission, no program), the signal's reason. */
  ping(host: string, options: { readonly count: number; readonly signal: AbortSignal }): Promise<Pinged>;
}

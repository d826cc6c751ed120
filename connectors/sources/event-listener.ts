/** A source that listens on the network. */
export interface EventListener {
  /** Errors: LISTEN_REFUSED, SECRET_MISSING. */
  start(): Promise<void>;
  /** What has come in is handed on before it resolves. */
  stop(): Promise<void>;
}

export interface Listen {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

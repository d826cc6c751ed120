/** A way to a console: bytes in both directions, and the news that it broke. One attempt a call; who reconnects is not here. */

export interface ChannelEvents {
  onBytes(bytes: Uint8Array): void;
  /**
   * Called once after a successful open, whatever ended it: the far end, an error, `close`. `fault` is the error of the
   * registry where there is one.
   */
  onClosed(reason: string, fault?: Error): void;
  /** Something that the session log should tell: a break seen, a carrier lost. */
  onNote?(text: string): void;
}

/** The two wires of an RS-232 line that our end can raise. */
export interface ModemLines {
  readonly dtr?: boolean;
  readonly rts?: boolean;
}

export interface ByteChannel {
  /** What is opened, for messages: `/dev/ttyUSB0 at 9600`, `10.0.0.1:7001`. */
  readonly target: string;
  /** Speed that our end of the serial line has now, bit/s; absent where there is no such line, or nobody told. */
  readonly baudRate?: number | undefined;
  /**
   * Rejects with the system's error, or one of the registry. May be called again after `onClosed`; the line then has its
   * configured speed.
   */
  open(events: ChannelEvents): Promise<void>;
  /** Resolves when the operating system has taken the bytes. */
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
  /**
   * Changes the speed of our end. What was written before goes out at the former speed; resolves once the new one holds.
   * Rejects where it was refused: the former speed holds. Absent: this kind of way has no speed of its own.
   */
  setBaudRate?(baudRate: number): Promise<void>;
  /** Holds the line at space for so long: a break. */
  sendBreak?(durationMs: number): Promise<void>;
  setModemLines?(lines: ModemLines): Promise<void>;
}

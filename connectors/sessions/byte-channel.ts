/** A way to a console: bytes in both directions, and the news that it broke. One attempt a call; who reconnects is not here. */

export interface ChannelEvents {
  onBytes(bytes: Uint8Array): void;
  /** Called once after a successful open, whatever ended it: the far end, an error, `close`. */
  onClosed(reason: string): void;
}

export interface ByteChannel {
  /** What is opened, for messages: `/dev/ttyUSB0 at 9600`, `10.0.0.1:7001`. */
  readonly target: string;
  /** Rejects with the system's error. May be called again after `onClosed`. */
  open(events: ChannelEvents): Promise<void>;
  /** Resolves when the operating system has taken the bytes. */
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

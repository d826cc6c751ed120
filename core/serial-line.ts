/** What a serial line can be set to: shared by what configures one, what drives one, and what simulates one. */

/** Rates of the usual UARTs, bit/s (termios `speed_t`, serialport's own list). */
export const BAUD_RATES: readonly number[] = [
  300, 600, 1200, 2400, 4800, 9600, 14_400, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600,
];

/** Rate of most consoles as delivered (vendors §1.3), bit/s. */
export const DEFAULT_BAUD_RATE = 9600;

/** The form of a character, and who may stop whom. Absent: 8 data bits, no parity, 1 stop bit, no flow control. */
export interface SerialForm {
  readonly dataBits?: 7 | 8;
  readonly parity?: 'none' | 'even' | 'odd';
  readonly stopBits?: 1 | 2;
  /** `rtscts` only where the cable has both wires; `xonxoff` takes two of the 256 bytes away from a transfer. */
  readonly flowControl?: 'none' | 'rtscts' | 'xonxoff';
  /** What our end holds these wires at once the line is open. Absent: as the operating system leaves them. */
  readonly dtr?: boolean;
  readonly rts?: boolean;
}

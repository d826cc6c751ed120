/** Ranges of UDP or TCP ports as users write them: `50000-50007`. */

const PORT = '(?:6553[0-5]|655[0-2]\\d|65[0-4]\\d{2}|6[0-4]\\d{3}|[1-5]\\d{4}|[1-9]\\d{0,3})';

/** JSON Schema pattern: two ports from 1 to 65535, or one. */
export const PORT_RANGE_PATTERN = `^${PORT}(?:-${PORT})?$`;

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Parses a text that fits PORT_RANGE_PATTERN; the two ports in any order. */
export function parsePortRange(text: string): PortRange {
  const ports = text.split('-').map(Number);
  return { first: Math.min(...ports), last: Math.max(...ports) };
}

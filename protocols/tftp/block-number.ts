/**
 * Block numbers. Inside the engines blocks count from 1 without end; on the wire there are 16 bits, and the RFCs do not say
 * what follows 65535: nearly all programs go on with 0, some with 1 (tftp-hpa's `rollover` option names the choice).
 */
export type RolloverTo = 0 | 1;

const LAST = 0xffff;

/** The number that stands in the packet for the `count`th block; 0 is the acknowledgement of an OACK. */
export function wireNumber(count: number, rolloverTo: RolloverTo): number {
  if (count <= LAST) return count;
  return rolloverTo === 0 ? count & LAST : ((count - 1) % LAST) + 1;
}

/** The block count in `from`…`to` that `wire` stands for; the nearest to `to` where two fit. */
export function countOf(wire: number, from: number, to: number, rolloverTo: RolloverTo): number | undefined {
  const period = rolloverTo === 0 ? LAST + 1 : LAST;
  const behind = (wireNumber(to, rolloverTo) - wire + period) % period;
  const count = to - behind;
  return count >= from && wireNumber(count, rolloverTo) === wire ? count : undefined;
}

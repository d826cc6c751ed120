/** What a bad serial line does to bytes, repeated by a seed: turned bits, lost bytes, bytes that come twice, pauses, a break-off. */

export interface Damage {
  /** Probability that a data bit is turned. */
  readonly bitErrorRate?: number;
  /** Probabilities for each byte: that it is lost; that it comes twice; that the line stands still before it; that it breaks off there. */
  readonly dropRate?: number;
  readonly duplicateRate?: number;
  readonly stallRate?: number;
  readonly disconnectRate?: number;
}

export type Mishap = 'bitError' | 'drop' | 'duplicate' | 'stall' | 'disconnect';

/** Which mishaps meet the next byte. `bits` are the ones to turn. */
export interface Fate {
  readonly mishaps: readonly Mishap[];
  readonly bits: number;
}

const UNHARMED: Fate = { mishaps: [], bits: 0 };
const BITS = 8;

/** One direction's fortune. Each kind of mishap has its own count-down to its next time, so that a byte that nothing meets costs nothing. */
export class Fortune {
  readonly #random: () => number;
  readonly #left: Record<Mishap, number>;
  readonly #rates: Readonly<Record<Mishap, number>>;

  /** `random` gives 0 ≤ x < 1. */
  constructor(damage: Damage, random: () => number) {
    this.#random = random;
    this.#rates = {
      bitError: damage.bitErrorRate ?? 0,
      drop: damage.dropRate ?? 0,
      duplicate: damage.duplicateRate ?? 0,
      stall: damage.stallRate ?? 0,
      disconnect: damage.disconnectRate ?? 0,
    };
    this.#left = { bitError: 0, drop: 0, duplicate: 0, stall: 0, disconnect: 0 };
    for (const mishap of Object.keys(this.#left) as Mishap[]) this.#left[mishap] = this.#gap(this.#rates[mishap]);
  }

  next(): Fate {
    const left = this.#left;
    let harmed = false;
    for (const mishap of ['drop', 'duplicate', 'stall', 'disconnect'] as const) harmed = left[mishap]-- < 1 || harmed;
    if (!harmed && left.bitError >= BITS) {
      left.bitError -= BITS;
      return UNHARMED;
    }
    return this.#meet();
  }

  #meet(): Fate {
    const left = this.#left;
    const mishaps: Mishap[] = [];
    for (const mishap of ['drop', 'duplicate', 'stall', 'disconnect'] as const) {
      if (left[mishap] >= 0) continue;
      mishaps.push(mishap);
      left[mishap] = this.#gap(this.#rates[mishap]);
    }
    let bits = 0;
    while (left.bitError < BITS) {
      bits |= 1 << left.bitError;
      left.bitError += 1 + this.#gap(this.#rates.bitError);
    }
    left.bitError -= BITS;
    if (bits !== 0) mishaps.push('bitError');
    return { mishaps, bits };
  }

  /** Trials without a mishap before the next one: the geometric distribution, by inversion. */
  #gap(rate: number): number {
    if (rate <= 0) return Infinity;
    if (rate >= 1) return 0;
    return Math.floor(Math.log(1 - this.#random()) / Math.log(1 - rate));
  }
}

/** 0 ≤ x < 1, repeated by a seed: xorshift32 (Marsaglia, "Xorshift RNGs", 2003), its first steps thrown away. */
export function seededLine(seed: number): () => number {
  // Neighbouring seeds begin far apart (the odd number is 2^32 divided by the golden ratio).
  let state = Math.imul(seed + 1, 0x9e37_79b1) || 1;
  const step = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
  for (let warm = 0; warm < 16; warm += 1) step();
  return step;
}

/** Randomness of the operating system: unguessable, for ids, one-time paths and tokens. */
import { randomBytes, randomInt } from 'node:crypto';
import type { Random } from '../../core/ports/random.js';

export class SystemRandom implements Random {
  hex(digits: number): string {
    return randomBytes(Math.ceil(digits / 2))
      .toString('hex')
      .slice(0, digits);
  }

  below(limit: number): number {
    return randomInt(limit);
  }
}

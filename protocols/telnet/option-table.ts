/** All options of one connection, both sides; what is not known is refused (RFC 854, RFC 1143). */
import { DO, DONT, OPTION, WILL, WONT } from './codes.js';
import type { Verb } from './decoder.js';
import { OptionSide } from './option-side.js';

/** Window size (NAWS) is refused: a console has none, and a far end that wraps lines by it would cut answers in two. */
const OURS: readonly number[] = [OPTION.binary, OPTION.sga, OPTION.terminalType, OPTION.comPort];
const THEIRS: readonly number[] = [OPTION.binary, OPTION.echo, OPTION.sga, OPTION.comPort];

export interface Negotiation {
  readonly verb: Verb;
  readonly option: number;
}

export class OptionTable {
  readonly #ours = new Map<number, OptionSide>();
  readonly #theirs = new Map<number, OptionSide>();

  /** Which of our sides is on. */
  ours(option: number): OptionSide {
    return sideOf(this.#ours, option, OURS);
  }

  theirs(option: number): OptionSide {
    return sideOf(this.#theirs, option, THEIRS);
  }

  wish(side: 'ours' | 'theirs', option: number): Negotiation | undefined {
    const says = this[side](option).handle('enable');
    return says === undefined ? undefined : { verb: side === 'ours' ? WILL : DO, option };
  }

  /** What to answer, if anything. */
  handle({ verb, option }: Negotiation): Negotiation | undefined {
    const isOurs = verb === DO || verb === DONT;
    const side = isOurs ? this.ours(option) : this.theirs(option);
    const says = side.handle(verb === DO || verb === WILL ? 'on' : 'off');
    if (says === undefined) return undefined;
    const [on, off]: readonly [Verb, Verb] = isOurs ? [WILL, WONT] : [DO, DONT];
    return { verb: says === 'on' ? on : off, option };
  }
}

function sideOf(sides: Map<number, OptionSide>, option: number, willing: readonly number[]): OptionSide {
  const known = sides.get(option);
  if (known !== undefined) return known;
  const side = new OptionSide(willing.includes(option));
  sides.set(option, side);
  return side;
}

/**
 * One side of one option by the Q method (RFC 1143 §7): no answer ever provokes an answer, so no loop, and a request that
 * crosses another on the way is remembered. Both sides follow the same table: for ours the far end says DO and DONT and we
 * say WILL and WONT, for theirs it says WILL and WONT and we say DO and DONT.
 *
 * `…Opposite`: the other wish is queued until the answer to the first is there.
 */

type QState = 'no' | 'yes' | 'wantNo' | 'wantNoOpposite' | 'wantYes' | 'wantYesOpposite';
/** `on`, `off`: what the far end says. `enable`, `disable`: what we wish. */
export type QInput = 'on' | 'off' | 'enable' | 'disable';

interface Row {
  readonly next: QState;
  readonly say?: 'on' | 'off';
}

/** `no` with `on` is not here: it asks whether we are willing. */
const TABLE: Readonly<Record<QState, Readonly<Partial<Record<QInput, Row>>>>> = {
  no: { off: { next: 'no' }, enable: { next: 'wantYes', say: 'on' }, disable: { next: 'no' } },
  yes: {
    on: { next: 'yes' },
    off: { next: 'no', say: 'off' },
    enable: { next: 'yes' },
    disable: { next: 'wantNo', say: 'off' },
  },
  // `on` answers our "off": the far end breaks the protocol, and RFC 1143 takes the option for off.
  wantNo: {
    on: { next: 'no' },
    off: { next: 'no' },
    enable: { next: 'wantNoOpposite' },
    disable: { next: 'wantNo' },
  },
  wantNoOpposite: {
    on: { next: 'yes' },
    off: { next: 'wantYes', say: 'on' },
    enable: { next: 'wantNoOpposite' },
    disable: { next: 'wantNo' },
  },
  wantYes: {
    on: { next: 'yes' },
    off: { next: 'no' },
    enable: { next: 'wantYes' },
    disable: { next: 'wantYesOpposite' },
  },
  wantYesOpposite: {
    on: { next: 'wantNo', say: 'off' },
    off: { next: 'no' },
    enable: { next: 'wantYes' },
    disable: { next: 'wantYesOpposite' },
  },
};

export class OptionSide {
  readonly #willing: boolean;
  #state: QState = 'no';

  /** `willing`: the far end's wish to switch it on is granted. */
  constructor(willing: boolean) {
    this.#willing = willing;
  }

  get on(): boolean {
    return this.#state === 'yes';
  }

  /** An answer to a wish of ours is still to come. */
  get pending(): boolean {
    return this.#state !== 'yes' && this.#state !== 'no';
  }

  /** What to say to the far end, if anything. */
  handle(input: QInput): 'on' | 'off' | undefined {
    const row = TABLE[this.#state][input] ?? this.#offered();
    this.#state = row.next;
    return row.say;
  }

  #offered(): Row {
    return this.#willing ? { next: 'yes', say: 'on' } : { next: 'no', say: 'off' };
  }
}

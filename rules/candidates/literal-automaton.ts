/**
 * Finds which of many literals stand in a text, in one pass over it (Aho and Corasick, "Efficient string matching", CACM
 * 18(6), 1975). The automaton works on UTF-16 code units.
 */

interface State {
  readonly next: Map<number, State>;
  /** Numbers whose literal ends here, those of shorter literals included. */
  ids: readonly number[];
  fail: State | undefined;
}

export class LiteralAutomaton {
  readonly #root: State;

  /** Each entry is a literal of at least one character and the number that stands for it. */
  constructor(entries: readonly (readonly [literal: string, id: number])[]) {
    this.#root = newState();
    for (const [literal, id] of entries) {
      let state = this.#root;
      for (let i = 0; i < literal.length; i += 1) state = child(state, literal.charCodeAt(i));
      state.ids = [...state.ids, id];
    }
    linkFailures(this.#root);
  }

  /** Calls `found` for each literal that stands in the text, once for each place where one ends. */
  search(text: string, found: (ids: readonly number[]) => void): void {
    let state = this.#root;
    for (let i = 0; i < text.length; i += 1) {
      const unit = text.charCodeAt(i);
      let next = state.next.get(unit);
      while (next === undefined && state.fail !== undefined) {
        state = state.fail;
        next = state.next.get(unit);
      }
      if (next === undefined) continue;
      state = next;
      if (state.ids.length > 0) found(state.ids);
    }
  }
}

function newState(): State {
  return { next: new Map(), ids: [], fail: undefined };
}

function child(state: State, unit: number): State {
  const known = state.next.get(unit);
  if (known !== undefined) return known;
  const made = newState();
  state.next.set(unit, made);
  return made;
}

/** Breadth first: each state falls back to the longest other suffix of what led to it. */
function linkFailures(root: State): void {
  const queue: State[] = [root];
  for (const state of queue) {
    for (const [unit, next] of state.next) {
      let fallback = state.fail;
      while (fallback !== undefined && !fallback.next.has(unit)) fallback = fallback.fail;
      next.fail = fallback?.next.get(unit) ?? root;
      next.ids = [...next.ids, ...next.fail.ids];
      queue.push(next);
    }
  }
}

/** What is asked of the serial line, one after the other: each waits for its answer, and a break for its length. */
import type { ComPortMessage, ComPortRequest } from './com-port.js';

/** A console server on the other side of a satellite answers within this. ms */
const ANSWER_WITHIN_MS = 5_000;

export type ComPortTask = { readonly request: ComPortRequest } | { readonly pauseMs: number };

export type ComPortResult =
  | { readonly kind: 'answered'; readonly value: number }
  | { readonly kind: 'silent' }
  | { readonly kind: 'unsupported' };

/** One wish: its tasks in order. The result is that of the last one. */
export interface ComPortWish {
  readonly id: number;
  readonly tasks: readonly ComPortTask[];
}

export type QueueOutput =
  | { readonly kind: 'ask'; readonly request: ComPortRequest }
  | { readonly kind: 'done'; readonly id: number; readonly result: ComPortResult };

export class ComPortQueue {
  readonly #wishes: ComPortWish[] = [];
  #task = 0;
  #dueMs: number | undefined;

  nextDeadlineMs(): number | undefined {
    return this.#dueMs;
  }

  add(wish: ComPortWish, nowMs: number): QueueOutput[] {
    this.#wishes.push(wish);
    return this.#wishes.length > 1 ? [] : this.#begin(nowMs);
  }

  answered({ to, value }: Extract<ComPortMessage, { kind: 'answer' }>, nowMs: number): QueueOutput[] {
    const task = this.#current();
    if (task === undefined || !('request' in task) || task.request.kind !== to) return [];
    return this.#ended({ kind: 'answered', value }, nowMs);
  }

  time(nowMs: number): QueueOutput[] {
    const task = this.#current();
    if (task === undefined || this.#dueMs === undefined || nowMs < this.#dueMs) return [];
    return this.#ended({ kind: 'silent' }, nowMs);
  }

  #current(): ComPortTask | undefined {
    return this.#wishes[0]?.tasks[this.#task];
  }

  #begin(nowMs: number): QueueOutput[] {
    const task = this.#current();
    if (task === undefined) {
      this.#dueMs = undefined;
      return [];
    }
    this.#dueMs = nowMs + ('request' in task ? ANSWER_WITHIN_MS : task.pauseMs);
    return 'request' in task ? [{ kind: 'ask', request: task.request }] : [];
  }

  #ended(result: ComPortResult, nowMs: number): QueueOutput[] {
    const [wish] = this.#wishes;
    if (wish === undefined) return [];
    this.#task++;
    if (this.#task < wish.tasks.length) return this.#begin(nowMs);
    this.#wishes.shift();
    this.#task = 0;
    return [{ kind: 'done', id: wish.id, result }, ...this.#begin(nowMs)];
  }
}

/** A person or a program at a device over its network: a terminal of its own beside the console. */
import type { Conversation, ConversationEnd } from '../conversation.js';
import type { Reached } from '../faults/faults.js';
import type { Machine, ScriptContext } from '../machine.js';
import type { Script } from '../script.js';
import { Terminal } from '../terminal.js';

export interface NetworkSessionParts {
  readonly machine: Machine;
  readonly conversation: Conversation;
  readonly script: Script;
  /** Where what the device says goes. */
  write(bytes: Uint8Array): void;
  /** Ends the caller's connection. */
  hangUp(): void;
  /** Tells the faults where the session is. */
  readonly reach: (reached: Reached) => boolean;
}

export class NetworkSession {
  readonly #parts: NetworkSessionParts;
  readonly terminal: Terminal;
  #recentOutput = '';
  /** Its caller is gone, and what it began goes on. */
  #isAlone = false;
  readonly #abort = new AbortController();

  constructor(parts: NetworkSessionParts) {
    this.#parts = parts;
    this.terminal = new Terminal(
      (bytes) => {
        if (!this.#isAlone) parts.write(bytes);
      },
      (ms, act) => parts.machine.clock.after(ms, act),
    );
    this.terminal.pager = parts.machine.spec.pager ?? this.terminal.pager;
    this.terminal.onOutput = (text) => this.#reachOutput(text);
  }

  /** Bytes that the caller typed. */
  feed(bytes: Uint8Array): void {
    this.terminal.feed(bytes);
  }

  /** The caller is cut off; what runs `goesOn` without him, or `stops`. */
  hangUp(what: 'goesOn' | 'stops'): void {
    this.#isAlone = what === 'goesOn';
    // Back at its prompt, it ends.
    if (this.#isAlone) this.terminal.logOut();
    this.#parts.hangUp();
    if (what === 'stops') this.cut();
  }

  /** The caller's connection is over. */
  closed(): void {
    if (!this.#isAlone) this.cut();
  }

  /** Nothing is heard or said any more. */
  cut(): void {
    const reason = new SessionCut();
    this.#abort.abort(reason);
    this.terminal.cut(reason);
  }

  /** Talks until the caller leaves, a command restarts the device, or the session is cut (undefined). */
  async talk(asksLogin: boolean): Promise<ConversationEnd | undefined> {
    const { machine, conversation, script } = this.#parts;
    const { network } = machine.spec;
    if (network === undefined) return undefined;
    const context = this.#context(network.start);
    try {
      if (asksLogin && (await script.run(network.login, context)) !== 'next') return { kind: 'left' };
      await script.run(network.greeting, context);
      return await conversation.run(context, network.leave);
    } catch (error) {
      if (error instanceof SessionCut) return undefined;
      throw error;
    }
  }

  /** One command without a prompt, as `ssh HOST COMMAND` runs it. Output goes by without a pager. */
  async runOnce(command: string): Promise<ConversationEnd | undefined> {
    const { network } = this.#parts.machine.spec;
    if (network === undefined) return undefined;
    this.terminal.pageLines = 0;
    try {
      const flow = await this.#parts.conversation.answer(this.#context(network.start), command, '');
      return typeof flow === 'object' ? { kind: 'restart', cause: flow.restart } : { kind: 'left' };
    } catch (error) {
      if (error instanceof SessionCut) return undefined;
      throw error;
    }
  }

  #reachOutput(text: string): void {
    this.#recentOutput = (this.#recentOutput + text).slice(-500);
    if (this.#parts.reach({ kind: 'output', recent: this.#recentOutput })) this.#recentOutput = '';
  }

  #context(state: string): ScriptContext {
    const { machine, reach } = this.#parts;
    const reachBytes = (bytes: number): void => void reach({ kind: 'bytes', bytes });
    return { machine, terminal: this.terminal, signal: this.#abort.signal, slots: {}, state, reachBytes };
  }
}

/** The reason that ends everything a session was doing. */
class SessionCut extends Error {
  override readonly name = 'SessionCut';
}

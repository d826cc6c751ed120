/** A person or a program at a device over its network: a terminal of its own beside the console. */
import type { Conversation, ConversationEnd } from '../conversation.js';
import type { Machine, ScriptContext } from '../machine.js';
import type { Script } from '../script.js';
import { Terminal } from '../terminal.js';

export interface NetworkSessionParts {
  readonly machine: Machine;
  readonly conversation: Conversation;
  readonly script: Script;
  /** Where what the device says goes. */
  write(bytes: Uint8Array): void;
  /** The power goes at this byte of a transfer. */
  readonly reachBytes: (bytes: number) => void;
}

export class NetworkSession {
  readonly #parts: NetworkSessionParts;
  readonly #terminal: Terminal;
  readonly #abort = new AbortController();

  constructor(parts: NetworkSessionParts) {
    this.#parts = parts;
    this.#terminal = new Terminal((bytes) => parts.write(bytes));
  }

  /** Bytes that the caller typed. */
  feed(bytes: Uint8Array): void {
    this.#terminal.feed(bytes);
  }

  /** Nothing is heard or said any more. */
  cut(): void {
    const reason = new SessionCut();
    this.#abort.abort(reason);
    this.#terminal.cut(reason);
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
    this.#terminal.pageLines = 0;
    try {
      const flow = await this.#parts.conversation.answer(this.#context(network.start), command, '');
      return typeof flow === 'object' ? { kind: 'restart', cause: flow.restart } : { kind: 'left' };
    } catch (error) {
      if (error instanceof SessionCut) return undefined;
      throw error;
    }
  }

  #context(state: string): ScriptContext {
    const { machine, reachBytes } = this.#parts;
    return { machine, terminal: this.#terminal, signal: this.#abort.signal, slots: {}, state, reachBytes };
  }
}

/** The reason that ends everything a session was doing. */
class SessionCut extends Error {
  override readonly name = 'SessionCut';
}

/**
 * Outlets behind a powerman server: its line protocol over TCP (powerman's client protocol, as `powerman --server-host` speaks it):
 * a banner, the prompt `powerman> `, a command a line, and answers of lines with a number: 1xx done, 2xx refused, 3xx told.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { fail, reasonOf } from '../../core/errors/index.js';
import type { OutletState, PowerOutlet } from '../../core/ports/power.js';

const PROMPT = 'powerman> ';
/** Controllers behind it are slow: some take tens of seconds for one outlet. */
const ANSWER_LIMIT_MS = 60_000;
/** More than the answer about one outlet ever is. */
const ANSWER_MAX_CHARS = 65_536;
/** `302 on:      sw0` */
const TOLD = /^3\d\d (on|off|unknown):[ \t]*(\S*)/gm;
const DONE = /^1\d\d /m;
const REFUSED = /^2\d\d (.*)$/m;

export interface PowermanOptions {
  readonly host: string;
  readonly port: number;
  /** One outlet: powerman would take lists and ranges. The site's schema has seen to it. */
  readonly outlet: string;
}

export class PowermanOutlet implements PowerOutlet {
  readonly #options: PowermanOptions;

  constructor(options: PowermanOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.outlet;
  }

  async switch(to: 'on' | 'off', signal: AbortSignal): Promise<void> {
    await this.#ask(to, signal);
  }

  async state(signal: AbortSignal): Promise<OutletState> {
    const answer = await this.#ask('status', signal);
    const told = [...answer.matchAll(TOLD)].find(([, , outlet]) => outlet === this.name)?.[1];
    return told === 'on' || told === 'off' ? told : 'unknown';
  }

  /** One command on a connection of its own. */
  async #ask(command: string, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const { host, port, outlet } = this.#options;
    const socket = connect({ host, port, noDelay: true });
    try {
      const ask = new Conversation(socket, signal);
      await ask.untilPrompt();
      const answer = await ask.say(`${command} ${outlet}\r\n`);
      const refused = REFUSED.exec(answer)?.[1];
      if (refused !== undefined || !DONE.test(answer)) throw new Error(refused?.trim() ?? 'an answer that is none');
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      throw fail('POWER_FAILED', { outlet, server: `${host}:${String(port)}`, reason: reasonOf(error) }, error);
    } finally {
      socket.destroy();
    }
  }
}

/** What the server says, up to its prompt. */
class Conversation {
  readonly #socket: Socket;
  #heard = '';
  #look = (): void => undefined;
  #broken: Error | undefined;

  constructor(socket: Socket, signal: AbortSignal) {
    this.#socket = socket;
    const breakOff = (error: Error): void => {
      this.#broken ??= error;
      this.#look();
    };
    socket.setEncoding('utf8');
    socket.setTimeout(ANSWER_LIMIT_MS, () => {
      breakOff(new Error(`no answer within ${String(ANSWER_LIMIT_MS / 1000)} s`));
    });
    socket.on('data', (text: string) => {
      this.#heard += text;
      if (this.#heard.length > ANSWER_MAX_CHARS) breakOff(new Error('an answer without end'));
      this.#look();
    });
    socket.on('error', breakOff);
    socket.on('close', () => {
      breakOff(new Error('the connection was closed'));
    });
    const onAbort = (): void => {
      breakOff(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('close', () => {
      signal.removeEventListener('abort', onAbort);
    });
  }

  say(line: string): Promise<string> {
    this.#heard = '';
    this.#socket.write(line);
    return this.untilPrompt();
  }

  untilPrompt(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#look = () => {
        if (this.#heard.endsWith(PROMPT)) resolve(this.#heard);
        else if (this.#broken !== undefined) reject(this.#broken);
      };
      this.#look();
    });
  }
}

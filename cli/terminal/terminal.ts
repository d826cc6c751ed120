/** One person's time at a console: keys go out, what the device says comes in, and the terminal says whose the line is. */
import type { TerminalNews, TerminalRequest } from '../../core/terminal.js';
import { printable } from '../../core/template.js';
import { ESCAPE_HELP, EscapeKeys } from './escape-keys.js';
import type { EscapeCommand } from './escape-keys.js';
import type { TerminalLink } from './terminal-client.js';

export interface TerminalScreen {
  /** Bytes of the device, as they are. */
  readonly bytes: (bytes: Uint8Array) => void;
  /** A line of our own. */
  readonly say: (line: string) => void;
}

const ENTER = /[\r\n]/;

export class Terminal {
  readonly #screen: TerminalScreen;
  readonly #escape = new EscapeKeys();
  #link: TerminalLink | undefined;
  /** What was typed of the port's name, while that is asked for. */
  #confirming: string | undefined;
  #told = '';
  #wanted: 'ask' | 'take' | undefined;

  /** `wanted`: what is said at once where somebody else holds the line. */
  constructor(screen: TerminalScreen, wanted?: 'ask' | 'take') {
    this.#screen = screen;
    this.#wanted = wanted;
  }

  use(link: TerminalLink): void {
    this.#link = link;
  }

  typed(bytes: Uint8Array): void {
    for (const part of this.#escape.cut(bytes)) {
      if (part.kind === 'command') this.#command(part.command);
      else if (this.#confirming !== undefined) this.#confirm(part.bytes);
      else this.#link?.keys(part.bytes);
    }
  }

  heard(bytes: Uint8Array): void {
    this.#screen.bytes(bytes);
  }

  news(news: TerminalNews): void {
    const line = textOf(news);
    // A boot and a transfer change the mode and nothing that a person must read again.
    if (line === this.#told && 'line' in news) return;
    if ('line' in news) this.#told = line;
    this.#say(line);
    if (!('line' in news)) return;
    const wanted = news.line === 'busy' ? this.#wanted : undefined;
    this.#wanted = undefined;
    if (wanted !== undefined) this.#command(wanted);
  }

  #command(command: EscapeCommand): void {
    switch (command) {
      case 'quit':
        this.#link?.close();
        return;
      case 'help':
        for (const line of ESCAPE_HELP) this.#say(line);
        return;
      case 'take':
        this.#confirming = '';
        this.#say('Type the name of the port to take the line from who holds it, RETURN alone to leave it:');
        return;
      case 'ask':
      case 'release':
      case 'break':
        this.#request({ do: command });
    }
  }

  #confirm(bytes: Uint8Array): void {
    for (const key of new TextDecoder().decode(bytes)) {
      if (!ENTER.test(key)) {
        this.#confirming =
          key === '\u007f' || key === '\b' ? (this.#confirming ?? '').slice(0, -1) : (this.#confirming ?? '') + key;
        continue;
      }
      const confirm = this.#confirming ?? '';
      this.#confirming = undefined;
      if (confirm === '') this.#say('The line was left as it is.');
      else this.#request({ do: 'take', confirm });
      return;
    }
  }

  #request(request: TerminalRequest): void {
    this.#link?.request(request);
  }

  #say(line: string): void {
    this.#screen.say(`[${printable(line)}]`);
  }
}

function textOf(news: TerminalNews): string {
  if ('refused' in news) return `${news.refused.message}. ${news.refused.next}`;
  if ('console' in news) return news.console === 'open' ? 'The console is open' : `The console is away: ${news.reason}`;
  const holder = news.holder ?? 'nobody';
  switch (news.line) {
    case 'yours':
      return `${news.port}: the line is yours. Ctrl-] ? for help`;
    case 'free':
      return `${news.port}: nobody holds the line; the first key claims it. Ctrl-] ? for help`;
    case 'busy': {
      const doing =
        news.mode === 'binary' ? ', a transfer runs' : news.mode === 'listenOnly' ? ', the device boots' : '';
      const next = news.asked ? 'asked for, waiting' : 'Ctrl-] a asks for it, Ctrl-] ? for help';
      return `${news.port}: held by ${holder}${doing}; you watch. ${next}`;
    }
  }
}

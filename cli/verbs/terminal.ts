/** `terminal PORT [--take [--now]]` */
import { hostname, userInfo } from 'node:os';
import type { Command } from 'commander';
import { UsageError } from '../cli.js';
import type { Cli } from '../cli.js';
import { Terminal } from '../terminal/terminal.js';
import type { TerminalScreen } from '../terminal/terminal.js';

interface TerminalOptions {
  readonly take?: true;
  readonly now?: true;
}

export function addTerminal(program: Command, cli: Cli): void {
  program
    .command('terminal')
    .description('the console of a port, for a person; Ctrl-] q leaves it')
    .argument('<PORT>', 'a port: its id, or its name where that is unambiguous')
    .option('--take', 'ask for the line where somebody else holds it')
    .option('--now', 'with --take: take it at once, after the name of the port was typed')
    .action((port: string, options: TerminalOptions) => sit(cli, port, options));
}

async function sit(cli: Cli, port: string, { take, now }: TerminalOptions): Promise<void> {
  if (now === true && take !== true) throw new UsageError('--now belongs to --take');
  const client = await cli.client();
  // Only this verb needs a WebSocket.
  const { terminalAt } = await import('../terminal/terminal-client.js');
  const { io } = cli;
  const screen: TerminalScreen = {
    bytes: (bytes) => {
      io.outBytes(bytes);
    },
    say: (line) => {
      io.err(`\r\n${line}\r\n`);
    },
  };
  const terminal = new Terminal(screen, take === true ? (now === true ? 'take' : 'ask') : undefined);
  let stopKeys = (): void => undefined;
  try {
    const reason = await terminalAt(client, port, who(), {
      onOpen: (link) => {
        terminal.use(link);
        stopKeys = io.keys(
          (bytes) => terminal.typed(bytes),
          () => link.close(),
        );
      },
      onBytes: (bytes) => terminal.heard(bytes),
      onNews: (news) => terminal.news(news),
    });
    if (reason !== '') screen.say(`[the node has closed the terminal: ${reason}]`);
  } finally {
    stopKeys();
  }
}

/** As others see this terminal. */
function who(): string {
  return `${userInfo().username}@${hostname()}`.replace(/[^A-Za-z0-9._@-]/g, '-').slice(0, 64);
}

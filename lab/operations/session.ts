/** Login, enable, terminal settings. */
import type { Operation, ScriptContext } from '../machine.js';

/** Tries before a device turns the caller away. */
const LOGIN_TRIES = 3;

async function prompt({ terminal, machine }: ScriptContext, text: string, echo: boolean): Promise<string> {
  terminal.print(text);
  const answer = await terminal.readLine(echo);
  machine.journal.write('answer', { question: text, text: echo ? answer : '(secret)' });
  return answer;
}

async function tryLogin(context: ScriptContext): Promise<boolean> {
  const { login, faults } = context.machine;
  const { username, password } = login;
  const name = username === undefined ? undefined : await prompt(context, 'Username: ', true);
  const word = password === undefined ? undefined : await prompt(context, 'Password: ', false);
  return name === username && word === password && !faults.strikes('wrong-password');
}

/** At RETURN on an idle console. */
const login: Operation = async (context) => {
  const { machine, terminal } = context;
  if (machine.login.username === undefined && machine.login.password === undefined) return 'next';
  terminal.print('\nUser Access Verification\n\n');
  for (let tried = 0; tried < LOGIN_TRIES; tried += 1) {
    if (await tryLogin(context)) return 'next';
    terminal.print(machine.login.username === undefined ? '% Bad passwords\n\n' : '% Login invalid\n\n');
  }
  return 'stop';
};

const enable: Operation = async (context) => {
  const { machine, terminal } = context;
  const isLocked = machine.faults.strikes('enable-locked');
  if (machine.login.enable === undefined && !isLocked) return 'next';
  for (let tried = 0; tried < LOGIN_TRIES; tried += 1) {
    if ((await prompt(context, 'Password: ', false)) === machine.login.enable && !isLocked) return 'next';
  }
  terminal.print('% Bad secrets\n\n');
  return 'stop';
};

const terminalLength: Operation = ({ machine, terminal, slots }) => {
  if (!machine.faults.strikes('pager-on')) terminal.pageLines = Number(slots['length']);
  return 'next';
};

const countLoaderLine: Operation = ({ machine }) => {
  machine.memory.loaderLine += 1;
  return 'next';
};

export const sessionOperations: Readonly<Record<string, Operation>> = {
  login,
  enable,
  terminalLength,
  countLoaderLine,
};

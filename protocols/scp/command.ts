/** What a client asks for: the words of `scp -t` and `scp -f` as they come in an SSH exec request. */

/** Longest command that is looked at, characters. */
const MAX_COMMAND = 4096;

export interface ScpCommand {
  /** `send`: the client fetches (`-f`); `receive`: it brings (`-t`). */
  readonly direction: 'send' | 'receive';
  readonly path: string;
  /** `-d`: the path must be a folder. */
  readonly intoFolder: boolean;
  readonly recursive: boolean;
  /** `-p`: times are wanted, and some clients take no file without. */
  readonly withTimes: boolean;
}

/** Undefined for everything else: a shell, another program, an `scp` that asks for neither. */
export function parseScpCommand(command: string): ScpCommand | undefined {
  if (command.length > MAX_COMMAND) return undefined;
  const [program = '', ...rest] = wordsOf(command);
  if (program !== 'scp' && !program.endsWith('/scp')) return undefined;
  const { flags, paths } = split(rest);
  const [path] = paths;
  if (path === undefined || paths.length !== 1 || /[^ftdprvqE]/.test(flags)) return undefined;
  if (flags.includes('f') === flags.includes('t')) return undefined;
  return {
    direction: flags.includes('f') ? 'send' : 'receive',
    path,
    intoFolder: flags.includes('d'),
    recursive: flags.includes('r'),
    withTimes: flags.includes('p'),
  };
}

function split(words: readonly string[]): { readonly flags: string; readonly paths: readonly string[] } {
  const dashes = words.indexOf('--');
  const before = dashes < 0 ? words : words.slice(0, dashes);
  const isFlag = (word: string): boolean => word.length > 1 && word.startsWith('-');
  return {
    flags: before
      .filter(isFlag)
      .map((word) => word.slice(1))
      .join(''),
    paths: [...before.filter((word) => !isFlag(word)), ...(dashes < 0 ? [] : words.slice(dashes + 1))],
  };
}

/** Words as a shell would cut them: clients quote a name with blanks for the shell that they expect. */
function wordsOf(command: string): readonly string[] {
  const words = command.match(/(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/gs) ?? [];
  return words.map((word) =>
    word.replace(
      /\\(.)|'([^']*)'|"((?:[^"\\]|\\.)*)"/gs,
      (_whole, plain?: string, single?: string, double?: string) =>
        plain ?? single ?? (double ?? '').replace(/\\(.)/gs, '$1'),
    ),
  );
}

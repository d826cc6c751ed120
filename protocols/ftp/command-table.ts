/**
 * Every command that the server knows, and when it may come. The column `when`: `user` before a login, `login` after one,
 * `any` always; `password` only behind USER. `now` marks what is not kept waiting while a transfer runs (RFC 959 §4.1.3).
 */
import { auth, pass, pbsz, prot, quit, rein, user } from './access-commands.js';
import { abor, epsv, eprt, mode, pasv, port, rest, stru, type } from './data-commands.js';
import { allo, appe, cdup, cwd, list, mdtm, mlsd, mlst, nlst, pwd, retr, size, stor } from './file-commands.js';
import type { Command } from './session-data.js';
import { acct, denied, feat, help, noop, notHere, opts, stat, syst } from './told-commands.js';

type When = 'any' | 'user' | 'password' | 'login';
type Argument = 'none' | 'optional' | 'required';
export interface CommandRow {
  readonly when: When;
  readonly argument: Argument;
  readonly run: Command;
  readonly now: boolean;
}

function row(when: When, argument: Argument, run: Command, now = false): CommandRow {
  return { when, argument, run, now };
}

const COMMANDS: Readonly<Record<string, CommandRow>> = {
  USER: row('user', 'required', user),
  PASS: row('password', 'optional', pass),
  ACCT: row('any', 'optional', acct),
  REIN: row('any', 'none', rein),
  QUIT: row('any', 'none', quit),
  AUTH: row('any', 'required', auth),
  PBSZ: row('any', 'required', pbsz),
  PROT: row('any', 'required', prot),
  CCC: row('any', 'none', notHere),

  PORT: row('login', 'required', port),
  EPRT: row('login', 'required', eprt),
  PASV: row('login', 'none', pasv),
  EPSV: row('login', 'optional', epsv),
  TYPE: row('login', 'required', type),
  MODE: row('login', 'required', mode),
  STRU: row('login', 'required', stru),
  REST: row('login', 'required', rest),
  ABOR: row('login', 'none', abor, true),

  PWD: row('login', 'none', pwd),
  XPWD: row('login', 'none', pwd),
  CWD: row('login', 'required', cwd),
  XCWD: row('login', 'required', cwd),
  CDUP: row('login', 'none', cdup),
  XCUP: row('login', 'none', cdup),
  SIZE: row('login', 'required', size),
  MDTM: row('login', 'required', mdtm),
  MLST: row('login', 'optional', mlst),
  MLSD: row('login', 'optional', mlsd),
  LIST: row('login', 'optional', list),
  NLST: row('login', 'optional', nlst),
  RETR: row('login', 'required', retr),
  STOR: row('login', 'required', stor),
  APPE: row('login', 'required', appe),
  ALLO: row('login', 'required', allo),
  STOU: row('login', 'optional', notHere),

  DELE: row('login', 'required', denied),
  RNFR: row('login', 'required', denied),
  RNTO: row('login', 'required', denied),
  MKD: row('login', 'required', denied),
  XMKD: row('login', 'required', denied),
  RMD: row('login', 'required', denied),
  XRMD: row('login', 'required', denied),
  SMNT: row('login', 'required', notHere),
  SITE: row('login', 'optional', notHere),

  NOOP: row('any', 'optional', noop),
  SYST: row('any', 'none', syst),
  HELP: row('any', 'optional', help),
  STAT: row('login', 'optional', stat, true),
  FEAT: row('any', 'none', feat),
  OPTS: row('any', 'required', opts),
};

/** One line, taken apart. */
export interface ParsedCommand {
  readonly row: CommandRow | undefined;
  readonly argument: string;
}

/** Verbs are letters of either case (RFC 959 §5.3); one blank separates the argument, further ones belong to it. */
export function parseCommand(line: string): ParsedCommand {
  const space = line.indexOf(' ');
  const verb = (space < 0 ? line : line.slice(0, space)).toUpperCase();
  const row = Object.hasOwn(COMMANDS, verb) ? COMMANDS[verb] : undefined;
  return { row, argument: space < 0 ? '' : line.slice(space + 1) };
}

/**
 * FTP, HTTP and SCP of a simulated device: always by a foreign program, curl or OpenSSH's scp, so that what our servers say
 * is judged by others.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import type { TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fail } from '../../core/errors/index.js';
import type { TransferFailure, TransferOutcome } from './agent.js';
import type { EarlyEnd, Weather } from './weather.js';

export type UrlScheme = 'ftp' | 'http' | 'scp';

export interface UrlRequest {
  readonly scheme: UrlScheme;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly username: string;
  readonly password: string;
  readonly localPath: string;
  readonly signal: AbortSignal;
  readonly weather: Weather;
  /** Wall-clock ms without a byte after which a link that stands still is given up. */
  readonly giveUpMs: number;
  /** So many bytes have come in all. */
  readonly onBytes: (bytes: number) => void;
}

/** curl(1), EXIT CODES: what they mean to a device. */
const CURL_FAILURES = new Map<number | null, TransferFailure>([
  [7, 'timeout'],
  [9, 'refused'],
  [22, 'notFound'],
  [28, 'timeout'],
  [67, 'refused'],
  [78, 'notFound'],
]);
/** Connecting to nobody must not hang a test. */
const CONNECT_SECONDS = 10;

/** Name and version of the program of a scheme, for journal and transcript. Errors: LAB_PROGRAM_MISSING. */
export async function urlProgram(scheme: UrlScheme): Promise<string> {
  const [command, args, pattern] =
    scheme === 'scp' ? (['ssh', ['-V'], /OpenSSH_[\w.]+/] as const) : (['curl', ['--version'], /curl [\d.]+/] as const);
  const child = spawn(command, args);
  const text = await said(child);
  const found = pattern.exec(text)?.[0];
  if (found === undefined) throw fail('LAB_PROGRAM_MISSING', { program: command });
  return scheme === 'scp' ? `${found} scp` : found;
}

export function fetchUrl(request: UrlRequest): Promise<TransferOutcome> {
  return request.scheme === 'scp' ? byScp(request) : byCurl(request);
}

async function byCurl(request: UrlRequest): Promise<TransferOutcome> {
  const { scheme, host, port, path, username, password, localPath, signal } = request;
  const login = username === '' ? [] : ['--user', `${username}:${password}`];
  const url = `${scheme}://${host}:${String(port)}/${path}`;
  const args = ['-sS', '--fail', '--connect-timeout', String(CONNECT_SECONDS), ...login, url];
  const child = spawn('curl', args, { signal, killSignal: 'SIGKILL', stdio: ['ignore', 'pipe', 'pipe'] });
  const passage = new Passage(request, () => child.kill('SIGKILL'));
  const written = pipeline(child.stdout, passage, createWriteStream(localPath)).catch(() => undefined);
  const ended = await exitOf(child);
  await written;
  if (passage.ended !== undefined) {
    return { kind: 'failed', failure: passage.ended === 'stall' ? 'timeout' : 'refused', text: passage.ended };
  }
  if (ended.exitCode === 0) return { kind: 'received' };
  return { kind: 'failed', failure: curlFailure(ended.exitCode), text: ended.text };
}

async function byScp(request: UrlRequest): Promise<TransferOutcome> {
  const { host, port, path, username, password, localPath, signal } = request;
  const ended = await scpAskingFor(password, port, [`${username}@${host}:${path}`, localPath], signal);
  if (ended.exitCode === 0) return { kind: 'received' };
  return { kind: 'failed', failure: scpFailure(ended.text), text: ended.text };
}

/** The password comes from a program, as for someone without a terminal. `-O`: the protocol of old devices. */
export async function scpAskingFor(
  password: string,
  port: number,
  ends: readonly [from: string, to: string],
  signal: AbortSignal,
): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'portwright-scp-'));
  const askPass = join(folder, 'askpass');
  writeFileSync(join(folder, 'word'), password, { mode: 0o600 });
  writeFileSync(askPass, `#!/bin/sh\ncat '${join(folder, 'word')}'\n`, { mode: 0o700 });
  const options = [
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'NumberOfPasswordPrompts=1',
    `ConnectTimeout=${String(CONNECT_SECONDS)}`,
  ];
  const args = ['-O', '-P', String(port), ...options.flatMap((option) => ['-o', option]), ...ends];
  const env = { ...process.env, SSH_ASKPASS: askPass, SSH_ASKPASS_REQUIRE: 'force' };
  const child = spawn('scp', args, { signal, killSignal: 'SIGKILL', stdio: ['ignore', 'ignore', 'pipe'], env });
  const ended = await exitOf(child);
  rmSync(folder, { recursive: true });
  return ended;
}

/** Lets the bytes by until the weather ends the transfer: then curl stands still, because nobody reads it, or is ended. */
class Passage extends Transform {
  ended: EarlyEnd | undefined;
  readonly #request: UrlRequest;
  readonly #kill: () => void;
  #bytes = 0;

  constructor(request: UrlRequest, kill: () => void) {
    super();
    this.#request = request;
    this.#kill = kill;
  }

  override _transform(piece: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.ended !== undefined) return done();
    const { weather, giveUpMs, onBytes } = this.#request;
    this.#bytes += piece.length;
    this.ended = weather.endsAt(piece, this.#bytes);
    if (this.ended === undefined) {
      onBytes(this.#bytes);
      return done(null, piece);
    }
    setTimeout(
      () => {
        this.#kill();
        done();
      },
      this.ended === 'stall' ? giveUpMs : 0,
    );
  }
}

/** What curl's exit code means to a device. */
export function curlFailure(exitCode: number | null): TransferFailure {
  return CURL_FAILURES.get(exitCode) ?? 'refused';
}

export function scpFailure(text: string): TransferFailure {
  if (/No such file/i.test(text)) return 'notFound';
  return /timed out|refused/i.test(text) && !/denied/i.test(text) ? 'timeout' : 'refused';
}

interface Ended {
  readonly exitCode: number | null;
  readonly text: string;
}

/** A killed program, and one that is missing, have no exit code. */
export function exitOf(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve) => {
    let text = '';
    child.stderr?.on('data', (bytes: Buffer) => (text = (text + bytes.toString('latin1')).slice(-1000)));
    child.on('error', (error) => resolve({ exitCode: null, text: error.message }));
    child.on('close', (exitCode) => resolve({ exitCode, text: text.trim() }));
  });
}

async function said(child: ReturnType<typeof spawn>): Promise<string> {
  let text = '';
  child.stdout?.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
  return text + (await exitOf(child)).text + text;
}

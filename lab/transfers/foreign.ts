/**
 * Foreign programs move the bytes: tftp-hpa or curl for TFTP, lrzsz `rx` for XMODEM. What they accept is no opinion of
 * ours, which is what the lab is for in tests.
 */
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { fail } from '../../core/errors/index.js';
import type { TftpRequest, TransferAgent, TransferFailure, TransferOutcome, XmodemRequest } from './agent.js';

/** curl's exit codes (man curl, EXIT CODES): 28 timed out, 68 file not found on TFTP server. */
const CURL_TIMEOUT = 28;
const CURL_NOT_FOUND = 68;

interface Ended {
  readonly exitCode: number | null;
  readonly text: string;
}

/** A TFTP client: its name with version, and how it is called. */
interface TftpClient {
  readonly program: string;
  get(request: TftpRequest): Promise<TransferOutcome>;
}

export class ForeignAgent implements TransferAgent {
  #tftp: TftpClient | undefined;

  async tftpProgram(): Promise<string> {
    return (await this.#tftpClient()).program;
  }

  async xmodemProgram(): Promise<string> {
    const version = /lrzsz\)? ?([\d.a-z]+)?/.exec(await output('rx', ['--version']));
    if (version === null) throw fail('LAB_PROGRAM_MISSING', { program: 'lrzsz (rx)' });
    return `lrzsz ${version[1] ?? ''} rx`;
  }

  async tftpGet(request: TftpRequest): Promise<TransferOutcome> {
    return (await this.#tftpClient()).get(request);
  }

  async xmodemReceive(request: XmodemRequest): Promise<TransferOutcome> {
    const { wire, localPath, signal } = request;
    const flags = request.crc ? ['-b', '-y', '-c'] : ['-b', '-y'];
    const child = spawn('rx', [...flags, basename(localPath)], {
      cwd: dirname(localPath),
      signal,
      killSignal: 'SIGKILL',
    });
    // A program that has ended takes no more bytes.
    child.stdin.on('error', () => undefined);
    const stop = wire.onBytes((bytes) => child.stdin.write(bytes));
    child.stdout.on('data', (bytes: Buffer) => wire.write(bytes));
    const ended = await wait(child);
    stop();
    if (ended.exitCode === 0) return { kind: 'received' };
    return { kind: 'failed', failure: 'cancelled', text: ended.text };
  }

  async #tftpClient(): Promise<TftpClient> {
    this.#tftp ??= (await tftpHpa()) ?? (await curl());
    if (this.#tftp === undefined) throw fail('LAB_PROGRAM_MISSING', { program: 'tftp-hpa or curl' });
    return this.#tftp;
  }
}

async function tftpHpa(): Promise<TftpClient | undefined> {
  const version = /tftp-hpa [\d.]+/.exec(await output('tftp', ['-V']));
  if (version === null) return undefined;
  const get = async ({ host, port, remoteFile, localPath, signal }: TftpRequest): Promise<TransferOutcome> => {
    const args = ['-m', 'binary', host, String(port), '-c', 'get', remoteFile, localPath];
    const ended = await wait(spawn('tftp', args, { signal, killSignal: 'SIGKILL' }));
    // It ends with 0 after some errors, so its words count.
    const error = /Error code (\d+): (.*)/.exec(ended.text);
    if (ended.exitCode === 0 && error === null && !/timed out/i.test(ended.text)) return { kind: 'received' };
    const failure: TransferFailure = error === null ? 'timeout' : error[1] === '1' ? 'notFound' : 'refused';
    return { kind: 'failed', failure, text: ended.text };
  };
  return { program: version[0], get };
}

async function curl(): Promise<TftpClient | undefined> {
  const version = /curl [\d.]+/.exec(await output('curl', ['--version']));
  if (version === null) return undefined;
  const get = async ({ host, port, remoteFile, localPath, signal }: TftpRequest): Promise<TransferOutcome> => {
    const args = ['-sS', '-o', localPath, `tftp://${host}:${String(port)}/${remoteFile}`];
    const ended = await wait(spawn('curl', args, { signal, killSignal: 'SIGKILL' }));
    if (ended.exitCode === 0) return { kind: 'received' };
    const byCode = new Map<number | null, TransferFailure>([
      [CURL_TIMEOUT, 'timeout'],
      [CURL_NOT_FOUND, 'notFound'],
    ]);
    return { kind: 'failed', failure: byCode.get(ended.exitCode) ?? 'refused', text: ended.text };
  };
  return { program: version[0], get };
}

/** Resolves when the program is gone and its output read; a killed one has no exit code. */
function wait(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  return new Promise((resolve) => {
    let text = '';
    const collect = (bytes: Buffer): void => {
      text = (text + bytes.toString('latin1')).slice(-1000);
    };
    child.stderr.on('data', collect);
    if (child.stdout.listenerCount('data') === 0) child.stdout.on('data', collect);
    child.on('error', (error) => resolve({ exitCode: null, text: error.message }));
    child.on('close', (exitCode) => resolve({ exitCode, text: text.trim() }));
  });
}

/** What a program says about itself; empty where it is missing. */
async function output(command: string, args: readonly string[]): Promise<string> {
  return (await wait(spawn(command, args))).text;
}

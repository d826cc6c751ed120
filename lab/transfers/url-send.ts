/** TFTP, FTP and SCP from a simulated device to a server: always by a foreign program, curl or OpenSSH's scp. */
import { spawn } from 'node:child_process';
import type { TransferOutcome } from './agent.js';
import { curlFailure, exitOf, scpAskingFor, scpFailure } from './url-client.js';
import type { UrlScheme } from './url-client.js';

export interface SendRequest {
  readonly scheme: Exclude<UrlScheme, 'http'> | 'tftp';
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly username: string;
  readonly password: string;
  readonly localPath: string;
  readonly signal: AbortSignal;
}

export async function sendUrl(request: SendRequest): Promise<TransferOutcome> {
  const { scheme, host, port, path, username, password, localPath, signal } = request;
  if (scheme === 'scp') {
    const ended = await scpAskingFor(password, port, [localPath, `${username}@${host}:${path}`], signal);
    if (ended.exitCode === 0) return { kind: 'received' };
    return { kind: 'failed', failure: scpFailure(ended.text), text: ended.text };
  }
  const login = username === '' ? [] : ['--user', `${username}:${password}`];
  const url = `${scheme}://${host}:${String(port)}/${path}`;
  const args = ['-sS', '--connect-timeout', '10', ...login, '--upload-file', localPath, url];
  const ended = await exitOf(
    spawn('curl', args, { signal, killSignal: 'SIGKILL', stdio: ['ignore', 'ignore', 'pipe'] }),
  );
  if (ended.exitCode === 0) return { kind: 'received' };
  return { kind: 'failed', failure: curlFailure(ended.exitCode), text: ended.text };
}

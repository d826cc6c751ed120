/** Copies that the node makes: with a server somewhere as a job that is followed to its verdict, between stores at once. */
import { parseFileUrl } from '../../core/file-url.js';
import type { ImageAnswer } from '../api-answers.js';
import { segment } from '../cli.js';
import type { Cli } from '../cli.js';
import { startJob } from '../start-job.js';
import type { CopyEnd } from './ends.js';
import { hashesOf } from './options.js';
import type { CopyOptions } from './options.js';
import { tellStored } from './tell-stored.js';

type Stored = Extract<CopyEnd, { kind: 'stored' }>;

/** `copy https://… PORT os VERSION` */
export function fetchByUrl(cli: Cli, url: string, { port, version }: Stored, options: CopyOptions): Promise<void> {
  const name = options.fileName === undefined ? {} : { fileName: options.fileName };
  return byUrl(cli, { port, action: 'fetchOs', url, params: { version, ...name, ...hashesOf(options) } }, options);
}

/** `copy PORT os|running-config|… VERSION https://…` */
export function sendToUrl(cli: Cli, { port, type, version }: Stored, url: string, options: CopyOptions): Promise<void> {
  const isOs = type === 'os';
  const params: Readonly<Record<string, string>> = isOs ? { version } : { type, version };
  return byUrl(cli, { port, action: isOs ? 'sendOs' : 'sendConfig', url, params }, options);
}

/** `copy PORT os VERSION PORT os VERSION`: no byte is copied, so no job is needed. */
export async function copyWithin(cli: Cli, from: Stored, to: Stored, options: CopyOptions): Promise<void> {
  const path = `/ports/${segment(from.port)}/os/${segment(from.version)}/copy`;
  const image = await (await cli.client()).post<ImageAnswer>(path, { port: to.port, version: to.version });
  tellStored(cli, to.port, image, options);
}

interface FileJob {
  readonly port: string;
  readonly action: 'fetchOs' | 'sendOs' | 'sendConfig';
  readonly url: string;
  readonly params: Readonly<Record<string, string>>;
}

async function byUrl(cli: Cli, { port, action, url, params }: FileJob, options: CopyOptions): Promise<void> {
  // Refused here, before a password in it goes anywhere.
  parseFileUrl(url);
  const login = options.credentials === undefined ? {} : { credentials: options.credentials };
  await startJob(cli, { port, action, params: { url, ...params, ...login } }, options);
}

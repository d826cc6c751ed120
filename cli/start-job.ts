/** Verbs that start one job and follow it to its verdict. */
import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../core/json.js';
import type { JobDetail } from './api-answers.js';
import type { Cli } from './cli.js';
import { followToVerdict, tellDetached } from './follow-verdict.js';
import type { NodeClient } from './node-client.js';

export interface JobOptions {
  readonly detach?: true;
  readonly json?: true;
}

export interface JobRequest {
  readonly port: string;
  readonly action: string;
  readonly params: JsonObject;
}

/** One key for one command: a request that is sent twice starts one job. */
export function beginJob(request: JobRequest): (client: NodeClient) => Promise<JobDetail> {
  const headers = { 'idempotency-key': randomUUID() };
  return (client) => client.post<JobDetail>('/jobs', { ...request }, headers);
}

/** `params` of the action; Ctrl-C detaches and never cancels. */
export async function startJob(cli: Cli, request: JobRequest, options: JobOptions): Promise<void> {
  const begin = beginJob(request);
  const asJson = options.json === true;
  if (options.detach === true) tellDetached(cli, await begin(await cli.client()), asJson);
  else await followToVerdict(cli, { begin, asJson });
}

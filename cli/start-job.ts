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

/** `params` of the action; Ctrl-C detaches and never cancels. */
export async function startJob(
  cli: Cli,
  request: { readonly port: string; readonly action: string; readonly params: JsonObject },
  options: JobOptions,
): Promise<void> {
  // One key for one command: a request that is sent twice starts one job.
  const headers = { 'idempotency-key': randomUUID() };
  const begin = (client: NodeClient): Promise<JobDetail> => client.post<JobDetail>('/jobs', request, headers);
  const asJson = options.json === true;
  if (options.detach === true) tellDetached(cli, await begin(await cli.client()), asJson);
  else await followToVerdict(cli, { begin, asJson });
}

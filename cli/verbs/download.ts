/** `download image PORT SOURCE`: SOURCE is a URL, a host and a file, a version of the port's store, or a file on a card in the switch. */
import type { Command } from 'commander';
import { isUrl } from '../../core/file-url.js';
import type { JsonObject } from '../../core/json.js';
import type { Cli } from '../cli.js';
import { planText } from '../plan-text.js';
import type { PlanAnswer } from '../plan-text.js';
import { startJob } from '../start-job.js';
import type { JobOptions } from '../start-job.js';
import { json } from '../text.js';

interface DownloadOptions extends JobOptions {
  readonly vr?: string;
  readonly blockSize?: string;
  readonly partition?: string;
  readonly slot?: string;
  readonly msm?: string;
  readonly install?: string;
  readonly credentials?: string;
  readonly sha256?: string;
  readonly accept?: string;
  readonly reboot?: true;
  readonly stageOnly?: true;
  readonly withoutModules?: true;
  readonly plan?: true;
}

export function addDownload(program: Command, cli: Cli): void {
  program
    .command('download')
    .description('the download image command of ExtremeXOS')
    .command('image')
    .description(
      'install an image on the partition that does not run, and prove it there; activate or --reboot boots it',
    )
    .argument('<PORT>', 'a port: its id, or its name where that is unambiguous')
    .argument(
      '<SOURCE...>',
      'a URL (http, https, ftp, tftp, sftp, scp) of an image, a module, a file or a list; a TFTP server and a file; candidate, current, previous, or a name; or memorycard:FILE',
    )
    .option('--vr <N>', "the switch's virtual router")
    .option('--block-size <N>', 'TFTP block size, 24 to 65000 bytes')
    .option('--partition <P>', 'primary, secondary, inactive or active; what runs is refused')
    .option('--slot <N>', 'one slot of a stack alone')
    .option('--msm <N>', 'one management module of a chassis alone: A or B')
    .option('--install <yes|no>', 'no: bring the file and do not install it', 'yes')
    .option('--credentials <NAME>', 'the secret of the site that logs in at the URL')
    .option('--sha256 <HEX>', 'what the file of the URL must hash to')
    .option(
      '--accept <NAMES>',
      'warnings that are accepted: unsigned, noCertificate, badCertificate, removeDumps, moveDumps',
    )
    .option('--reboot', 'reload the switch and prove the new version')
    .option('--stage-only', 'leave the running partition selected for the next boot')
    .option('--without-modules', 'no module that runs now need come with the image')
    .option('--plan', 'show what it would do, and do nothing')
    .option('--detach', 'print the job id and leave the job to the node')
    .option('--json', 'one JSON document at the end instead of the story')
    .action(async (port: string, source: readonly string[], options: DownloadOptions) => {
      const request = { port, action: 'downloadImage', params: paramsOf(source, options) };
      if (options.plan === true) {
        const answer = await (await cli.client()).post<PlanAnswer>('/plans', request);
        cli.io.out(options.json === true ? json(answer) : planText(answer));
        return;
      }
      await startJob(cli, request, options);
    });
}

function paramsOf(source: readonly string[], options: DownloadOptions): JsonObject {
  const { blockSize, slot, accept, install } = options;
  const { vr, partition, msm, credentials, sha256, reboot, stageOnly, withoutModules } = options;
  const written = { vr, partition, msm, credentials, sha256, reboot, stageOnly, withoutModules };
  return {
    ...sourceOf(source),
    ...Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined)),
    ...(blockSize === undefined ? {} : { blockSize: asNumber(blockSize) }),
    ...(slot === undefined ? {} : { slot: asNumber(slot) }),
    ...(accept === undefined ? {} : { accept: accept.split(',') }),
    // Neither yes nor no goes as it is: the node says what it wants.
    ...(install === undefined || install === 'yes' ? {} : { install: install === 'no' ? false : install }),
  };
}

const CARD = 'memorycard:';

function sourceOf([first = '', ...rest]: readonly string[]): JsonObject {
  if (rest.length > 0) return { url: `tftp://${first}/${rest.join(' ')}` };
  if (isUrl(first)) return { url: first };
  return first.startsWith(CARD) ? { memoryCard: first.slice(CARD.length) } : { version: first };
}

/** What is no number goes as it is: the node says what it wants. */
function asNumber(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** `download image PORT SOURCE`: SOURCE is a URL, or a version of the port's store. */
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
      '<SOURCE>',
      'a URL (http, https, ftp, tftp, sftp, scp) of an image, a module or a list, or candidate, current, previous, or a name',
    )
    .option('--vr <N>', "the switch's virtual router")
    .option('--block-size <N>', 'TFTP block size, 24 to 65000 bytes')
    .option('--partition <P>', 'primary, secondary, inactive or active; what runs is refused')
    .option('--credentials <NAME>', 'the secret of the site that logs in at the URL')
    .option('--sha256 <HEX>', 'what the file of the URL must hash to')
    .option('--accept <NAMES>', 'warnings that are accepted: unsigned, noCertificate, badCertificate, removeDumps')
    .option('--reboot', 'reload the switch and prove the new version')
    .option('--stage-only', 'leave the running partition selected for the next boot')
    .option('--without-modules', 'no module that runs now need come with the image')
    .option('--plan', 'show what it would do, and do nothing')
    .option('--detach', 'print the job id and leave the job to the node')
    .option('--json', 'one JSON document at the end instead of the story')
    .action(async (port: string, source: string, options: DownloadOptions) => {
      const request = { port, action: 'downloadImage', params: paramsOf(source, options) };
      if (options.plan === true) {
        const answer = await (await cli.client()).post<PlanAnswer>('/plans', request);
        cli.io.out(options.json === true ? json(answer) : planText(answer));
        return;
      }
      await startJob(cli, request, options);
    });
}

function paramsOf(source: string, options: DownloadOptions): JsonObject {
  const { vr, blockSize, partition, credentials, sha256, accept, reboot, stageOnly, withoutModules } = options;
  return {
    ...(isUrl(source) ? { url: source } : { version: source }),
    ...(vr === undefined ? {} : { vr }),
    // What is no number goes as it is: the node says what it wants.
    ...(blockSize === undefined ? {} : { blockSize: /^\d+$/.test(blockSize) ? Number(blockSize) : blockSize }),
    ...(partition === undefined ? {} : { partition }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(accept === undefined ? {} : { accept: accept.split(',') }),
    ...(reboot === undefined ? {} : { reboot }),
    ...(stageOnly === undefined ? {} : { stageOnly }),
    ...(withoutModules === undefined ? {} : { withoutModules }),
  };
}

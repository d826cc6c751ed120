/**
 * What `download image` takes, and the warnings that a job may be told to accept. Sources: EXOS Command Reference
 * (`download image`: character restrictions, block sizes, signature validation from 16.1 on, core dumps); the newer words about
 * files in the internal memory are those that users' scripts answer.
 */
import type { QuestionRow } from '../../core/dialog-table.js';
import type { DownloadCommand } from '../../core/driver.js';

const accepted = (id: string, pattern: string): QuestionRow => ({
  id,
  pattern,
  answer: 'y',
  key: 'thenReturn',
  intent: 'overwrite',
});

const signature = (id: string, warning: string): QuestionRow =>
  accepted(id, `Signature Validation - ${warning}.*Do you want to continue\\? \\(y/N\\) ?$`);

export const exosDownload: DownloadCommand = {
  endings: ['.xos'],
  fileCharacters: 'A-Za-z0-9._-',
  hostCharacters: 'A-Za-z0-9.:_-',
  blockSize: { since: '15.7.1', least: 24, most: 65_000 },
  warnings: {
    unsigned: signature('signature-unsigned', 'Image is not digitally signed'),
    noCertificate: signature('signature-no-certificate', 'Certificates missing'),
    badCertificate: signature('signature-bad-certificate', 'Certificates verification failed'),
    removeDumps: accepted(
      'remove-dumps',
      'continue with download and remove existing (?:core dumps|files from internal-memory)\\? \\(y/[nN]\\) ?$',
    ),
  },
};

/**
 * What `download image` takes, and the warnings that a job may be told to accept. Sources: EXOS Command Reference
 * (`download image`: character restrictions, block sizes, signature validation from 16.1 on, core dumps); the newer words about
 * files in the internal memory are those that users' scripts answer. Modules: EXOS User Guide, Installing a Modular Software
 * Package. From which release on SSH is part of the core image is believed, and a site can say otherwise.
 */
import type { QuestionRow } from '../../core/dialog-table.js';
import type { DownloadCommand } from '../../core/download-command.js';
import { exosDumps, exosFiles } from './files.js';
import { install, useImage } from './transfers.js';

const accepted = (id: string, pattern: string): QuestionRow => ({
  id,
  pattern,
  answer: 'y',
  key: 'thenReturn',
  intent: 'overwrite',
});

const showImages = { send: 'show version images', silenceMs: 60_000 };

const signature = (id: string, warning: string): QuestionRow =>
  accepted(id, `Signature Validation - ${warning}.*Do you want to continue\\? \\(y/N\\) ?$`);

export const exosDownload: DownloadCommand = {
  endings: ['.xos', '.xmod'],
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
  files: exosFiles,
  dumps: exosDumps,
  // USB sticks from 12.5.3 on.
  memoryCard: {
    since: '11.0',
    before: '32.2',
    exchanges: [install('download image memorycard {{file}} {{otherSlot}}'), useImage('slot')],
  },
  keep: {
    question: {
      id: 'keep-after-download',
      pattern: 'install image after downloading\\? ?\\(y - yes, n - no, <cr> - cancel\\) ?$',
      answer: 'n',
      key: 'thenReturn',
      intent: 'safe',
    },
    methods: ['tftp'],
  },
  units: {
    slot: { property: 'property.onSlot', shownAs: 'Slot-{{unit}}' },
    msm: { property: 'property.onMsm', shownAs: 'MSM-{{unit}}' },
  },
  modules: {
    ending: '.xmod',
    names: [
      // summitX-16.2.5.4-patch1-31-ssh.xmod; summitX-clone-1.1.0.15.xmod has a version of its own.
      {
        pattern: '^(.+?)-(\\d+(?:\\.\\d+){3})(?:-patch[\\d-]*\\d)?-[A-Za-z][\\w.-]*\\.xmod$',
        platform: '{1}',
        version: '{2}',
      },
    ],
    sameNumbers: 3,
    coreOn: {
      ...showImages,
      capture: { core: '^\\S+ +{{partition}} .*?\\d{4} +(\\d+(?:\\.\\d+){3}) +\\S+\\.xos\\b' },
    },
    needed: [
      {
        ...{ name: 'ssh', ending: '-ssh.xmod', ownFrom: '21.1' },
        shown: { ...showImages, capture: { module: '^\\S+ +{{slot}} .* (\\S+-ssh\\.xmod)\\b' } },
      },
    ],
  },
};

/**
 * Everything that an EXOS switch is known to say while it is told to download, save or reboot: one test a message, with what
 * is typed and what becomes of the command. Texts: EXOS Command Reference (`download image`), release notes, users' scripts.
 */
import { expect } from 'chai';
import { accepting } from '../../actions/download-image/accept.js';
import { codeOf } from '../../core/errors/index.js';
import type { Exchange, Intent } from '../../core/dialog-table.js';
import { dialogOpener } from '../../connectors/sessions/line-dialog.js';
import { extremeExos } from '../../drivers/extreme-exos/driver.js';
import { PORT } from '../actions/quick-world.js';
import { FakeLine } from '../connectors/sessions/fake-line.js';
import { FakeClock } from '../support/fake-clock.js';

const PROMPT = 'x460.2 # ';
const INSTALL_QUESTION = 'Do you want to install image after downloading? (y - yes, n - no, <cr> - cancel) ';
const INSTALLING =
  '\r\nDownloading to Switch......\r\nInstalling to secondary partition!\r\n\r\nInstalling to Switch.....\r\nImage installed successfully\r\n';
const AFTER = 'This image will be used only after rebooting the switch!\r\n';
const WARNING = 'Warning: Signature Validation - ';
const CONTINUE = ' Do you want to continue? (y/N) ';
const DUMPS =
  'Core dumps are present in internal-memory and must be removed before this download can continue. (Please refer to documentation for the "configure debug core-dumps" command for additional information)\r\nDo you want to continue with download and remove existing core dumps? (y/n) ';
const FILES =
  'Debug information files are present in internal-memory.\r\nDo you want to continue with download and remove existing files from internal-memory? (y/N) ';

/** What the switch says: first after the command, then after each answer. Several texts come as several writes. */
type Says = readonly (string | readonly string[])[];

interface Told {
  readonly code: string;
  readonly text: string;
  /** Answers, without the command. */
  readonly typed: readonly string[];
}

const SLOTS = {
  ...{ server: '192.0.2.1', remoteFile: 'a1b2/summitX-16.2.5.4.xos', otherSlot: 'secondary', slot: 'primary' },
  'property.vr': 'VR-Mgmt',
};

/** The command of an exchange to a switch that says this. */
async function tell(exchange: Exchange, says: Says, intents: readonly Intent[]): Promise<Told> {
  const line = new FakeLine();
  const clock = new FakeClock();
  const left = [...says];
  let atPrompt = true;
  line.onSent = () => {
    const next = atPrompt ? PROMPT : left.shift();
    atPrompt = false;
    for (const [i, text] of [next ?? []].flat().entries()) clock.after(5 + 30 * i, () => line.say(text));
  };
  const dialog = dialogOpener(clock)(line, extremeExos.dialog, new AbortController().signal);
  await clock.run(dialog.classify(10_000));
  const before = line.typed.length;
  let code = 'done';
  let text = '';
  try {
    text = (await clock.run(dialog.run(exchange, SLOTS, intents))).output;
  } catch (error) {
    code = codeOf(error);
    text = error instanceof Error ? error.message : String(error);
  }
  return { code, text, typed: line.typed.slice(before + 1).map((typed) => typed.replace('\r', '')) };
}

function download(says: Says, accept: readonly string[] = []): Promise<Told> {
  const driver = accepting({ port: PORT }, extremeExos, accept);
  const procedure = driver.transfers.tftp;
  const exchange = procedure?.direction === 'devicePulls' ? procedure.exchanges[0] : undefined;
  if (exchange === undefined) throw new Error('expected a download command');
  return tell(exchange, says, ['safe', 'overwrite']);
}

const ASK = `\r\n${INSTALL_QUESTION}`;
const DONE = `Yes${INSTALLING}${AFTER}${PROMPT}`;
const error = (text: string): string => `Yes\r\nDownloading to Switch...\r\nError: ${text}\r\n${PROMPT}`;

describe('download image of EXOS, message by message', () => {
  const rows: readonly (readonly [name: string, says: Says, code: string, typed: readonly string[]])[] = [
    ['the install question', [ASK, DONE], 'done', ['y']],
    ['no question at all', [`${INSTALLING}${AFTER}${PROMPT}`], 'done', []],
    ['no dots', [ASK, `Yes${INSTALLING.replaceAll('.', '')}${PROMPT}`], 'done', ['y']],
    [
      'words of a module on the way',
      [ASK, `Yes${INSTALLING}Legacy CLI framework was Successfully Installed !!!\r\n${PROMPT}`],
      'done',
      ['y'],
    ],
    [
      'the question in three writes',
      [[`\r\n${INSTALL_QUESTION.slice(0, 20)}`, INSTALL_QUESTION.slice(20, 60), INSTALL_QUESTION.slice(60)], DONE],
      'done',
      ['y'],
    ],
    [
      'the question wrapped at 40 columns',
      [`\r\n${INSTALL_QUESTION.slice(0, 40)}\r\n${INSTALL_QUESTION.slice(40)}`, DONE],
      'done',
      ['y'],
    ],
    [
      'an image without signature',
      [ASK, `Yes\r\n${WARNING}Image is not digitally signed.${CONTINUE}`, `No\r\nInstallation cancelled\r\n${PROMPT}`],
      'DEVICE_DECLINED',
      ['y', 'n'],
    ],
    [
      'a missing certificate',
      [
        ASK,
        `Yes\r\n${WARNING}Certificates missing; Image signature validation will be bypassed.${CONTINUE}`,
        `No\r\nInstallation cancelled\r\n${PROMPT}`,
      ],
      'DEVICE_DECLINED',
      ['y', 'n'],
    ],
    [
      'a certificate that cannot be verified',
      [
        ASK,
        `Yes\r\n${WARNING}Certificates verification failed; Image signature validation will be bypassed.${CONTINUE}`,
        `No\r\nInstallation cancelled\r\n${PROMPT}`,
      ],
      'DEVICE_DECLINED',
      ['y', 'n'],
    ],
    [
      'a false signature',
      [ASK, error('Failed to download image - Error: Image signature cannot be validated.')],
      'DEVICE_DECLINED',
      ['y'],
    ],
    ['core dumps', [`\r\n${DUMPS}`, `No\r\n${PROMPT}`], 'DEVICE_DECLINED', ['n']],
    ['files in the internal memory', [`\r\n${FILES}`, `No\r\n${PROMPT}`], 'DEVICE_DECLINED', ['n']],
    [
      'the active partition',
      [ASK, error('Image can only be installed to the non-active partition.')],
      'DEVICE_DECLINED',
      ['y'],
    ],
    [
      'the active partition of a stack',
      [`\r\nError: the image partition selected must not be the active partition.\r\n${PROMPT}`],
      'DEVICE_DECLINED',
      [],
    ],
    [
      'a stack of different partitions',
      [`\r\nError: all nodes do not have the same image partition selected.\r\n${PROMPT}`],
      'DEVICE_DECLINED',
      [],
    ],
    [
      'a PoE controller that the image does not know',
      [
        ASK,
        error(
          'Failed to download image - summit_arm-32.1.1.6 does not include compatible PoE\r\nmicrocontroller support.',
        ),
      ],
      'DEVICE_DECLINED',
      ['y'],
    ],
    [
      'an expired service contract',
      [
        ASK,
        `Yes\r\nService contract expired, please renew it to be able to download the new software image.\r\n${PROMPT}`,
      ],
      'DEVICE_DECLINED',
      ['y'],
    ],
    [
      'a licence',
      [`\r\nError: This command cannot be executed at the current license level.\r\n${PROMPT}`],
      'DEVICE_DECLINED',
      [],
    ],
    ['a failure without a reason', [ASK, error('Failed to download image - ')], 'TRANSFER_TRANSPORT', ['y']],
    [
      'a file that is not there',
      [ASK, error('Failed to download image - No such file or directory')],
      'TRANSFER_REMOTE_FILE',
      ['y'],
    ],
    [
      'a server that is not there',
      [ASK, error('Failed to download image - Could not connect with 192.0.2.1')],
      'TRANSFER_TRANSPORT',
      ['y'],
    ],
    [
      'no room',
      [ASK, error('Failed to download image - Not enough space in internal memory.')],
      'TRANSFER_SPACE',
      ['y'],
    ],
    ['the other partition than was meant', [ASK, DONE.replace('secondary', 'primary')], 'DEVICE_REFUSED', ['y']],
    [
      'an end without the word of success',
      [ASK, `Yes\r\nDownloading to Switch......\r\n${PROMPT}`],
      'DEVICE_REFUSED',
      ['y'],
    ],
    [
      'a command that it does not know',
      [`\r\n                 ^\r\n%% Invalid input detected at '^' marker.\r\n${PROMPT}`],
      'DEVICE_REFUSED',
      [],
    ],
    [
      'a question that nobody knows',
      ['\r\nA moon phase was found that is not supported. Go on? (y/N) '],
      'DEVICE_UNKNOWN_QUESTION',
      [],
    ],
  ];
  for (const [name, says, code, typed] of rows) {
    it(`${name}: ${code}, ${typed.length === 0 ? 'nothing typed' : `typed ${typed.join(' ')}`}`, async () => {
      const told = await download(says);
      expect(told.code, told.text).to.equal(code);
      expect(told.typed).to.deep.equal(typed);
    });
  }

  it('the reason of a refusal is the warning itself', async () => {
    const told = await download([`\r\n${DUMPS}`, `No\r\n${PROMPT}`]);
    expect(told.text).to.include('remove existing core dumps? (y/n)');
  });

  const accepted: readonly (readonly [name: string, warning: string])[] = [
    ['unsigned', `${WARNING}Image is not digitally signed.${CONTINUE}`],
    ['noCertificate', `${WARNING}Certificates missing; Image signature validation will be bypassed.${CONTINUE}`],
    [
      'badCertificate',
      `${WARNING}Certificates verification failed; Image signature validation will be bypassed.${CONTINUE}`,
    ],
    ['removeDumps', DUMPS],
    ['removeDumps', FILES],
  ];
  for (const [name, warning] of accepted) {
    const says = [`\r\n${warning}`, `Yes${INSTALLING}${AFTER}${PROMPT}`];
    it(`${name} is answered with yes where the job accepts it: ${warning.slice(0, 70)}`, async () => {
      expect(await download(says, [name])).to.deep.include({ code: 'done', typed: ['y'] });
    });
    it(`and with no where it accepts others: ${warning.slice(0, 70)}`, async () => {
      const others = ['unsigned', 'noCertificate', 'badCertificate', 'removeDumps'].filter((other) => other !== name);
      expect(await download([`\r\n${warning}`, `No\r\n${PROMPT}`], others)).to.deep.include({
        ...{ code: 'DEVICE_DECLINED', typed: ['n'] },
      });
    });
  }
});

describe('save and reboot of EXOS, message by message', () => {
  const DIRTY =
    '\r\nDo you want to save configuration changes to currently selected configuration\r\nfile (primary.cfg) and reboot?\r\n(y - save and reboot, n - reboot without save, <cr> - cancel command) ';
  const SURE = '\r\nAre you sure you want to reboot the switch? (y/N) ';
  const save = extremeExos.config.save[0] ?? { silenceMs: 1 };
  const reload = extremeExos.reload.exchange;
  const rows: readonly (readonly [
    name: string,
    exchange: Exchange,
    says: Says,
    intents: readonly Intent[],
    code: string,
    typed: readonly string[],
  ])[] = [
    [
      'a saved name that exists',
      save,
      [
        '\r\nThe configuration file primary.cfg already exists.\r\nDo you want to save configuration to primary.cfg and overwrite it? (y/N) ',
        `Yes\r\nSaving configuration on master ....... done!\r\n${PROMPT}`,
      ],
      ['safe', 'saveConfig'],
      'done',
      ['y'],
    ],
    [
      'a new name',
      save,
      [
        '\r\nDo you want to save configuration to primary.cfg? (y/N) ',
        `Yes\r\nSaving configuration primary.cfg on master...... done!\r\n${PROMPT}`,
      ],
      ['safe', 'saveConfig'],
      'done',
      ['y'],
    ],
    [
      'the default database',
      save,
      ['\r\nDo you want to make x.cfg the default database? (y/N) ', `No\r\n${PROMPT}`],
      ['safe', 'saveConfig'],
      'done',
      ['n'],
    ],
    [
      'saving where nobody allowed it',
      save,
      ['\r\nDo you want to save configuration to primary.cfg? (y/N) ', `No\r\n${PROMPT}`],
      ['safe'],
      'done',
      ['n'],
    ],
    ['a reboot', reload, [SURE, 'Yes\r\nRebooting...\r\n'], ['safe', 'reload'], 'done', ['y']],
    [
      'a reboot of a stack',
      reload,
      [SURE.replace('switch', 'stack'), 'Yes\r\nRebooting...\r\n'],
      ['safe', 'reload'],
      'done',
      ['y'],
    ],
    [
      'a reboot with changes',
      reload,
      [DIRTY, `Yes${SURE}`, 'Yes\r\nRebooting...\r\n'],
      ['safe', 'reload', 'saveConfig'],
      'done',
      ['y', 'y'],
    ],
    [
      'a reboot with changes that nobody may save',
      reload,
      [DIRTY],
      ['safe', 'reload'],
      'DEVICE_QUESTION_WITHOUT_INTENT',
      [],
    ],
    [
      'factory defaults',
      reload,
      ['\r\nRestore all factory defaults and reboot? (y/N) '],
      ['safe', 'reload'],
      'DEVICE_UNKNOWN_QUESTION',
      [],
    ],
    [
      'a failover',
      reload,
      ['\r\nAre you sure you want to failover? (y/n) '],
      ['safe', 'reload'],
      'DEVICE_UNKNOWN_QUESTION',
      [],
    ],
    [
      'a rescue',
      reload,
      ['\r\nThis will erase all data. Ok to continue? (Y/N) '],
      ['safe', 'reload'],
      'DEVICE_UNKNOWN_QUESTION',
      [],
    ],
  ];
  for (const [name, exchange, says, intents, code, typed] of rows) {
    it(`${name}: ${code}, ${typed.length === 0 ? 'nothing typed' : `typed ${typed.join(' ')}`}`, async () => {
      const told = await tell(exchange, says, intents);
      expect(told.code, told.text).to.equal(code);
      expect(told.typed).to.deep.equal(typed);
    });
  }
});

/**
 * What an EXOS console says. Sources: EXOS and Switch Engine Command References (`download image`, `use image`, `reboot`),
 * Extreme's SignatureValidation and error texts there; a recorded 15.4 to 16.2 upgrade of an X670; prompts as Ansible's and
 * oxidized's users have reported them. Texts that are only believed stand in rows of their own: a site can change them.
 */
import type { DialogTable, LoginTable } from '../../core/dialog-table.js';

/** `! ` some slots are down, `* ` unsaved, `(pacman debug) `, `Slot-1 ` on a stack, `VPEX `; then name, dot, counter. */
const PROMPT = '^(?:! )?(?:\\* )?(?:\\([^)]*\\) )?(?:Slot-\\d+ )?(?:VPEX )?\\S{1,64}\\.\\d+ ';

export const exosDialog: DialogTable = {
  lineEnding: '\r',
  prompts: [
    { state: 'loader', pattern: '^Boot(?:Strap|R[oO][mM]) ?-?> ?$' },
    // Logins work from this line on; the prompt before it may stand without coming again.
    {
      state: 'pressReturn',
      pattern: 'Authentication Service \\(AAA\\) on the master node is now available for login\\.\\s*$',
    },
    { state: 'login', pattern: '^(?:[\\w.-]+ )?login: ?$' },
    { state: 'password', pattern: '^[Pp]assword: ?$' },
    { state: 'exec', pattern: `${PROMPT}# ?$` },
    { state: 'user', pattern: `${PROMPT}> ?$` },
  ],
  pagers: [{ pattern: 'Press <SPACE> to continue or <Q> to quit: ?$', answer: ' ' }],
  questions: [
    {
      id: 'install-after-download',
      pattern: 'install image after downloading\\? ?\\(y - yes, n - no, <cr> - cancel\\) ?$',
      answer: 'y',
      otherwise: 'n',
      key: 'thenReturn',
      intent: 'overwrite',
    },
    // An image whose signature cannot be checked is not installed, unless the job was told to accept the warning.
    {
      id: 'signature',
      pattern: 'Signature Validation - .*Do you want to continue\\? \\(y/N\\) ?$',
      answer: 'n',
      key: 'thenReturn',
      intent: 'safe',
      declines: true,
    },
    // These files are evidence of a crash: they stay.
    {
      id: 'core-dumps',
      pattern:
        'continue with download and remove existing (?:core dumps|files from internal-memory)\\? \\(y/[nN]\\) ?$',
      answer: 'n',
      key: 'thenReturn',
      intent: 'safe',
      declines: true,
    },
    {
      id: 'reboot-unsaved',
      pattern: 'save configuration changes to currently selected configuration file[^]*<cr> - cancel command\\) ?$',
      answer: 'y',
      key: 'thenReturn',
      intent: 'saveConfig',
    },
    {
      id: 'save',
      pattern: 'Do you want to save configuration to \\S+ ?(?:and overwrite it)?\\? \\(y/N\\) ?$',
      answer: 'y',
      otherwise: 'n',
      key: 'thenReturn',
      intent: 'saveConfig',
    },
    {
      id: 'save-default',
      pattern: 'the default database\\? \\(y/N\\) ?$',
      answer: 'n',
      key: 'thenReturn',
      intent: 'safe',
    },
    {
      id: 'reboot',
      pattern: 'Are you sure you want to reboot the (?:switch|stack)\\? \\(y/N\\) ?$',
      answer: 'y',
      otherwise: 'n',
      key: 'thenReturn',
      intent: 'reload',
    },
    {
      id: 'remove',
      pattern: 'Remove \\S+.*\\? \\(y/N\\) ?$',
      answer: 'y',
      otherwise: 'n',
      key: 'thenReturn',
      intent: 'overwrite',
    },
    // The wizard of a first boot: q keeps the defaults. It takes CR LF for two answers.
    { id: 'wizard', pattern: '\\[y/N/q\\]: ?$', answer: 'q', key: false, intent: 'safe' },
  ],
  failures: [
    { pattern: 'Image signature cannot be validated', class: 'integrity', final: true },
    { pattern: '[Cc]hecksum|CRC', class: 'integrity' },
    { pattern: 'No such file or directory|[Ff]ile not found|not found on server', class: 'remoteFile' },
    { pattern: '[Nn]o space left|[Nn]ot enough (?:free )?(?:space|memory)|[Ii]nsufficient', class: 'space' },
    {
      pattern: 'non-active partition|must not be the active partition|do not have the same image partition',
      class: 'refused',
      final: true,
    },
    {
      // The first of these goes on in the next line.
      pattern: 'does not include|Service contract expired|current license level',
      class: 'refused',
      final: true,
    },
    { pattern: '^Installation cancelled', class: 'refused' },
    {
      pattern:
        'Could not connect|[Bb]ad address|[Tt]imed? ?out|[Cc]onnection (?:refused|closed|lost)|unreachable|[Tt]ransfer aborted',
      class: 'transport',
    },
    { pattern: '^Error: Failed to download image', class: 'transport' },
    { pattern: '^%% ?(?:Invalid input|Incomplete command|Ambiguous command|Unrecognized)', class: 'refused' },
    { pattern: '^Error: ', class: 'refused' },
  ],
  noise: ['^\\d{2}/\\d{2}/\\d{4} \\d{2}:\\d{2}:\\d{2}\\.\\d{2} <\\w{4}:[\\w.:-]+> .*$'],
  countdowns: [
    '[Pp]ress and hold the <?[Ss]pace(?:bar|>)?',
    'key to enter the boot(?:rom|strap)',
    'Press any key to stop',
    'will be executed automatically in \\d+ ?s',
  ],
  bootStarts: [
    '^\\(pending-AAA\\) login:',
    '^(?:Bootstrap|BootStrap|BootROM|Extreme Networks Boot)\\b.*(?:[Vv]ersion|Copyright|Image)',
    '^Booting (?:primary|secondary) image',
    '^Starting (?:ExtremeXOS|Switch Engine)',
    '^(?:Rebooting|The system is going down)',
  ],
  secrets: [
    '\\bencrypted "([^"]+)"',
    'shared-secret (?:encrypted )?"?([^"\\s]+)',
    'snmp(?:v3)? add community (?:readonly |readwrite |hex |encrypted )*"?([^"\\s]+)',
    'snmpv3 add user .*? (?:md5|sha|des|3des|aes) (?:hex )?"?([^"\\s]+)',
  ],
};

export const exosLogin: LoginTable = {
  // There is no enable: a `>` prompt is a user who may not upgrade.
  op: 'exec',
  prepare: ['disable clipaging'],
  failures: ['Login incorrect', 'Failed to connect to authentication service', 'Permission denied'],
};

/**
 * What can go wrong on purpose, by the names of the research's tables of injections (vendors §7, exos §6). Texts of devices
 * that no source tells are the lab's own: they stand in `lab/devices`, where a site may change them.
 */
import { EXOS_FAULTS } from './catalogue-exos.js';
import type { FaultRow } from './fault-row.js';

const CONSOLE_FAULTS = {
  'echo-split': { on: 'all', what: 'the echo of a line comes byte by byte, with pauses of 4 ms' },
  'log-noise-after-prompt': { on: 'all', what: 'a log line follows a prompt on the same line' },
  'wrong-password': { on: 'all', what: 'a login is refused, right as it is; at the console and by SSH' },
  'enable-locked': { on: 'cisco', lasts: true, what: '`enable` takes no password' },
  'pager-on': { on: 'all', lasts: true, what: 'the pager cannot be turned off' },
  'setup-dialog': {
    on: 'cisco',
    what: 'the next boot ends at `Would you like to enter the initial configuration dialog?`',
  },
  'autoinstall-noise': { on: 'cisco', what: 'after the next boot errors of TFTP autoinstall come, which mean nothing' },
  'baud-mismatch-on-connect': {
    on: 'cisco',
    what: 'the console stands at another speed; `effect`: bit/s, default 38400. Seen with `uart`',
  },
  'frozen-console': {
    on: 'all',
    what: 'the console hears and says nothing more; `effect`: for so many wall-clock ms, default until the power is cycled',
  },
  'console-drops-mid-transfer': {
    on: 'all',
    at: { bytes: 1 },
    what: 'whoever is connected to the console is cut off, while a file comes',
  },
  'slow-terminal': { on: 'all', lasts: true, what: 'output comes slowly; `effect`: bytes/s, default 1000' },
  'garbage-after-baud-change': { on: 'cisco', what: 'three bytes of garbage follow a change of the console speed' },
  'idle-logout': { on: 'all', what: 'the session at the console is logged out' },
  'standby-unit-console': {
    on: 'cisco',
    lasts: true,
    what: 'the console belongs to a standby unit, which takes no commands',
  },
} as const satisfies Readonly<Record<string, FaultRow>>;

const GATE_FAULTS = {
  'wrong-model-image': { on: 'all', what: 'the image that comes next is one for other hardware' },
  'same-version': { on: 'all', what: 'the device runs the version `effect` already' },
  'no-space': { on: 'all', what: 'flash is full when the file is written' },
  'flash-readonly': { on: 'cisco', lasts: true, what: 'nothing in flash can be written or deleted' },
  'class-b-must-erase': { on: 'cisco', lasts: true, what: 'a copy erases all of flash first, or is not made' },
  'previous-missing': { on: 'cisco', what: 'when another image boots, the former one is gone from flash' },
  'running-certified': { on: 'none', what: 'OmniSwitch: the device runs from its certified folder' },
  'config-modified': { on: 'all', what: 'somebody else changes the configuration and does not save it' },
  'clock-1970': {
    on: 'all',
    lasts: true,
    what: 'the clock stands in 1970; an installer of IOS-XE finds signatures not yet valid',
  },
  'config-session': {
    on: 'cisco',
    lasts: true,
    what: 'somebody else holds the configuration lock, where the release has one',
  },
  'image-key-old': { on: 'none', what: 'ScreenOS: the key that images are checked with is an old one' },
  'boot-image-missing-now': { on: 'cisco', what: 'the file that the device runs from is gone from flash' },
} as const satisfies Readonly<Record<string, FaultRow>>;

const TRANSFER_FAULTS = {
  'tftp-timeout': { on: 'all', what: 'the TFTP server is never reached' },
  'tftp-enoent': { on: 'all', what: 'the device asks for another name, so that the server itself refuses' },
  'tftp-block-lost': { on: 'all', what: 'a datagram with data is lost; `effect`: which block, default 2' },
  'tftp-wrap-32MB-blksize512': {
    on: 'all',
    what: 'the device gives up where block numbers begin anew; `effect`: after so many blocks, default 65535',
  },
  'ftp-530': { on: 'cisco', what: 'the device logs in to FTP as somebody else, so that the server itself refuses' },
  'ftp-550': { on: 'cisco', what: 'the device asks an FTP server for another name, so that the server itself refuses' },
  'ftp-ascii-mode': { on: 'cisco', what: 'a file that comes by FTP has CR LF for every LF' },
  'http-404': { on: 'all', what: 'the device asks an HTTP server for another name, so that the server itself refuses' },
  'scp-hostkey-changed': { on: 'cisco', what: 'the device does not trust the key of the SCP server' },
  'stall-at-N%': { on: 'all', what: 'a network transfer stands still at N % of the image, and the link stays open' },
  'short-file': { on: 'all', what: 'the received file ends early' },
  'long-file': { on: 'all', what: 'more bytes follow the received file; `effect`: how many, default 4096' },
  'bit-flip': { on: 'all', what: 'one bit of the received file is turned' },
  'xmodem-never-C': { on: 'cisco', what: 'the device says it is ready for XMODEM, and never asks for a block' },
  'xmodem-checksum-only': { on: 'cisco', what: 'the device asks for checksums with NAK, not for CRC with C' },
  'xmodem-NAK-every-k': { on: 'cisco', lasts: true, what: 'every k-th acknowledgement is a NAK' },
  'xmodem-lost-ACK': { on: 'cisco', what: 'an acknowledgement is lost; `effect`: of which block, default 2' },
  'xmodem-dup-block': {
    on: 'cisco',
    what: 'a block is acknowledged twice, as if it had come twice; `effect`: which, default 2',
  },
  'xmodem-refuse-1k': { on: 'cisco', lasts: true, what: 'blocks of 1024 bytes get a NAK' },
  'xmodem-CAN-at-N': { on: 'cisco', what: 'the device cancels at block N' },
  'xmodem-EOT-NAK-once': { on: 'cisco', what: 'the first EOT gets a NAK' },
  'xmodem-pad-kept': { on: 'cisco', lasts: true, what: 'the padding of the last XMODEM block stays in the file' },
  'xmodem-pad-stripped': { on: 'cisco', lasts: true, what: 'bytes 0x1A at the end of an XMODEM file are taken away' },
  'uart-overrun': { on: 'cisco', what: 'the UART loses a byte of a block; `effect`: of which, default 2' },
  'baud-not-applied': {
    on: 'cisco',
    lasts: true,
    what: 'a change of the console speed is said to be done, and is not',
  },
  'erase-prompt': { on: 'cisco', what: '`Erase flash: before copying?`' },
  'overwrite-prompt': { on: 'cisco', what: '`Do you want to over write?` though there is no such file' },
  'ios-extra-confirm': { on: 'cisco', what: 'one `[confirm]` more than usual before a copy' },
} as const satisfies Readonly<Record<string, FaultRow>>;

const VERIFY_FAULTS = {
  'md5-mismatch': { on: 'cisco', what: 'the device computes another MD5' },
  'verify-timeout': { on: 'cisco', what: '`verify` says nothing; `effect`: for so many device ms, default 900000' },
  'boot-variable-rejected': { on: 'all', what: 'the line that selects an image is refused' },
  'old-boot-line-first': {
    on: 'cisco',
    lasts: true,
    what: '`no boot system` does nothing, so that the old line stays first',
  },
  'write-memory-fails': { on: 'all', what: 'the configuration cannot be saved' },
  'install-precheck-fails': { on: 'install', what: '`install add` finds that the image does not suit' },
  'install-auto-abort': { on: 'install', what: 'the timer of an uncommitted image is over at once' },
  'signature-fail': { on: 'all', what: 'the signature of the image is found to be wrong' },
  'certify-fails': { on: 'none', what: 'OmniSwitch: the new image cannot be certified' },
} as const satisfies Readonly<Record<string, FaultRow>>;

const BOOT_FAULTS = {
  'save-question': { on: 'all', what: 'a reload asks about unsaved changes though there are none' },
  'ap-question': { on: 'cisco', what: 'a reload asks about the internal access point first' },
  'no-reload': { on: 'all', what: 'the reload is confirmed and does not happen' },
  'image-corrupt→rommon': { on: 'all', what: 'the loader finds the image damaged and stays' },
  'missing-image→rommon': { on: 'all', what: 'the loader finds no image and stays' },
  'boots-old-image': { on: 'all', what: 'the loader takes the image that ran before' },
  'boot-loop': { on: 'all', what: 'the image crashes at the end of its start; more often with `times`' },
  'slow-microcode': { on: 'all', what: 'the boot programs microcode for 247 s: `PLEASE DO NOT POWER CYCLE`' },
  'hang-after-decompress': { on: 'all', what: 'the boot stops until the power is cycled' },
  'two-stage-boot': { on: 'all', what: 'the device restarts by itself once more during its boot' },
  'alternate-media': { on: 'none', what: 'Junos: the device runs from its backup slice' },
  autorollback: { on: 'install', what: 'the former image comes back by itself soon after the boot' },
  'hostname-default-after-boot': {
    on: 'all',
    what: 'the stored configuration is not read: default name, factory configuration',
  },
  'interface-lost': { on: 'cisco', what: 'one interface is not there after the next boot' },
  'serial-changed': { on: 'all', what: 'another unit answers after the next boot' },
  'power-fail-at-state-X': {
    on: 'all',
    what: 'as `power-fail`, when the device comes to the state X: `exec`, `config`, `loader`, `bootstrap`, `start`',
  },
  'key-during-countdown-strands': {
    on: 'all',
    lasts: true,
    what: 'any key while the loader counts down leaves the device at the loader',
  },
} as const satisfies Readonly<Record<string, FaultRow>>;

const RECOVERY_FAULTS = {
  'recovery-image-also-bad': { on: 'all', what: 'the image that a loader receives is damaged' },
  'no-ethernet': { on: 'all', lasts: true, what: 'no network: transfers time out, SSH does not answer' },
  'manual-boot-needed': { on: 'all', what: 'the loader waits for somebody to boot it' },
} as const satisfies Readonly<Record<string, FaultRow>>;

/** In no table of the research. */
const LAB_FAULTS = {
  'power-fail': { on: 'all', what: 'the power goes, and comes back after `offMs` where given' },
} as const satisfies Readonly<Record<string, FaultRow>>;

const ROWS = {
  ...CONSOLE_FAULTS,
  ...GATE_FAULTS,
  ...TRANSFER_FAULTS,
  ...VERIFY_FAULTS,
  ...BOOT_FAULTS,
  ...RECOVERY_FAULTS,
  ...EXOS_FAULTS,
  ...LAB_FAULTS,
};

export type FaultId = keyof typeof ROWS;

export const FAULTS: Readonly<Record<FaultId, FaultRow>> = ROWS;

export const FAULT_IDS = Object.keys(ROWS) as readonly FaultId[];
